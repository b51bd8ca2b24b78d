"""Files of the index that were cut, altered, emptied or replaced: named, never a traceback, and mended by a run."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from search.engines.whoosh.engine import WhooshEngine
from search.errors import IndexUnavailableError
from search.models import SearchRequest
from tests.faults.blog import NEW, OLD, Blog

Harm = Callable[[bytes, random.Random], bytes]

HARMS: dict[str, Harm] = {
    "emptied": lambda data, _: b"",
    "halved": lambda data, _: data[: len(data) // 2],
    "shortened by a byte": lambda data, _: data[:-1],
    "lengthened": lambda data, _: data + b"\0",
    "zeroed": lambda data, _: bytes(len(data)),
    "noise": lambda data, chance: chance.randbytes(len(data)),
}


def flip(data: bytes, chance: random.Random) -> bytes:
    """One bit at random."""
    position = chance.randrange(len(data))
    return data[:position] + bytes([data[position] ^ 1 << chance.randrange(8)]) + data[position + 1 :]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Blog:
    """Two segments with a deleted row, and a saved scan."""
    blog = Blog(tmp_path_factory.mktemp("damage") / "blog")
    blog.write(OLD)
    blog.run()
    blog.write(NEW)
    blog.run()
    return blog


def files(blog: Blog) -> list[Path]:
    return sorted(path for path in blog.index.rglob("*") if path.is_file() and path.name != "LOCK")


def check(blog: Blog, spoiled: Path) -> None:
    """Whatever a reader gets is the whole answer or a clear error; the next run mends it."""
    try:
        hits = WhooshEngine(blog.index).open().search(SearchRequest("stem cells", per_page=100)).hits
    except IndexUnavailableError as error:
        clear = bool(str(error) and error.remedy)
    else:
        clear = {hit.id for hit in hits} == set(NEW)
    assert clear, spoiled
    blog.run(verify=True)
    assert blog.answers() == NEW, spoiled
    assert WhooshEngine(blog.index).verify() == ()


def spoil_each(origin: Blog, folder: Path, harm: Harm, rounds: int) -> None:
    chance = random.Random(7)
    for number, path in enumerate(files(origin) * rounds):
        blog = origin.copy_to(folder / str(number))
        spoiled = blog.folder / path.relative_to(origin.folder)
        spoiled.write_bytes(harm(spoiled.read_bytes(), chance))
        check(blog, spoiled)


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_every_kind_of_file_may_be_harmed(origin: Blog, memory_path: Path, harm: Harm) -> None:
    spoil_each(origin, memory_path, harm, rounds=1)


@pytest.mark.parametrize("rounds", [2, pytest.param(40, marks=pytest.mark.faults)])
def test_any_bit_of_any_file_may_flip(origin: Blog, memory_path: Path, rounds: int) -> None:
    spoil_each(origin, memory_path, flip, rounds=rounds)


def test_every_kind_of_file_may_be_gone(origin: Blog, memory_path: Path) -> None:
    for number, path in enumerate(files(origin)):
        blog = origin.copy_to(memory_path / str(number))
        gone = blog.folder / path.relative_to(origin.folder)
        gone.unlink()
        check(blog, gone)
