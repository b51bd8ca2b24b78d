"""Answers kept as bytes, within bounds: what was asked again is sent again, whoever asks."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from hashlib import blake2b

from starlette.routing import BaseRoute

from search import __version__
from search.config import Settings
from search.web import coding
from search.web.access import Outcome

Header = tuple[bytes, bytes]

Address = tuple[str, bytes, bytes, str]
"""Path, query string, host and scheme: all that an answer may depend on of a request, as it was written."""

OVERHEAD = 2_000
"""Bytes that an answer costs beside its body: key, headers, objects."""

SPELLED = 500
"""Bytes of an address that is remembered as the spelling of a request."""


@dataclass(frozen=True, slots=True)
class Form:
    """An answer in one content coding, with the headers that go with it."""

    headers: tuple[Header, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer. `common` are the headers of every form of it and of "not modified"; `outcome` and `route` are what
    the log and the counts tell of a request that is answered with it."""

    etag: bytes
    media_type: bytes
    body: bytes
    common: tuple[Header, ...]
    outcome: Outcome
    route: BaseRoute
    forms: dict[str, Form] = field(default_factory=dict)

    def form(self, accepted: bytes) -> Form:
        """The form for an Accept-Encoding header; made once."""
        wanted = coding.chosen(accepted) if len(self.body) >= coding.LEAST else coding.PLAIN
        found = self.forms.get(wanted)
        if found is None:
            found = self.forms[wanted] = self._form(wanted)
        return found

    def _form(self, wanted: str) -> Form:
        body = coding.coded(self.body, wanted)
        length = (b"content-length", str(len(body)).encode())
        encoding = [(b"content-encoding", wanted.encode())] if wanted else []
        return Form((*self.common, (b"content-type", self.media_type), length, *encoding), body)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return OVERHEAD + len(self.body) + sum(len(form.body) for coding_, form in self.forms.items() if coding_)


class Shelf:
    """The answers of one state of the index, `most` bytes of them: those that were asked for least lately go first.

    An answer is found by its ETag, and by each address that it was asked at.
    """

    def __init__(self, most: int, key: bytes = b"") -> None:
        """`key` is of what makes other answers of the same requests: the state of the index, settings."""
        self._most = most
        self._key = key
        self._held = 0
        self._answers: OrderedDict[bytes, tuple[Kept, int]] = OrderedDict()
        self._spellings: OrderedDict[Address, bytes] = OrderedDict()

    def etag(self, path: str, asked: Hashable) -> bytes:
        """The name of the answer to what is `asked` at a path. It is a weak one, for the answer in every coding."""
        name = blake2b(repr((path, asked)).encode(), digest_size=12, key=self._key)
        return b'W/"%s"' % name.hexdigest().encode()

    def __len__(self) -> int:
        return len(self._answers)

    def spelled(self, address: Address) -> Kept | None:
        """What was asked at this very address."""
        etag = self._spellings.get(address)
        return None if etag is None else self.named(etag)

    def named(self, etag: bytes) -> Kept | None:
        found = self._answers.get(etag)
        if found is None:
            return None
        self._answers.move_to_end(etag)
        return found[0]

    def keep(self, kept: Kept, address: Address) -> None:
        """Keeps an answer that was asked for at this address, and what of it is new since it was kept before."""
        _, before = self._answers.pop(kept.etag, (None, 0))
        size = kept.size
        self._held += size - before
        self._answers[kept.etag] = (kept, size)
        if sum(map(len, address)) <= SPELLED:
            self._spellings[address] = kept.etag
        while self._held > self._most:
            _, (_, freed) = self._answers.popitem(last=False)
            self._held -= freed
        while len(self._spellings) > self._most // OVERHEAD:
            self._spellings.popitem(last=False)


def shelf_for(settings: Settings, generation: str) -> Shelf:
    """An empty one, for the answers of a state of the index."""
    by = (__version__, settings.synonyms, settings.pins, settings.ranking, settings.site, generation)
    return Shelf(settings.serve.cache * 1_000_000, blake2b(repr(by).encode()).digest())
