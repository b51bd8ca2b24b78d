"""Whoosh files in memory: a segment is put together here and reaches the disk as one file, through search.disk."""

from whoosh.filedb.filestore import RamStorage


class MemoryStorage(RamStorage):
    """Whoosh's RamStorage, whose temporary storage is memory too (Whoosh 2.7.4 takes a folder of the system's)."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as all of Whoosh's storages

    def temp_storage(self, name: str | None = None) -> "MemoryStorage":
        return MemoryStorage()

    def content(self, name: str) -> bytes:
        """The bytes of the file `name`."""
        data: bytes = self.files[name]
        return data
