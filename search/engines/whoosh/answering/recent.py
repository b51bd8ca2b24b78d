"""What was worked out lately, within bounds: what was asked for least lately goes first."""

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by key, up to `most` bytes of them. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._held: dict[Hashable, tuple[Value, int]] = {}  # in the order of use
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        with self._lock:
            found = self._held.pop(key, None)
            if found is None:
                return None
            self._held[key] = found
            return found[0]

    def keep(self, key: Hashable, value: Value, size: int) -> None:
        """Hold a value that takes `size` bytes; one that is larger than all room is not held."""
        if size > self._most:
            return
        with self._lock:
            _, before = self._held.pop(key, (None, 0))
            self._held[key] = (value, size)
            self._size += size - before
            while self._size > self._most:
                _, freed = self._held.pop(next(iter(self._held)))
                self._size -= freed
