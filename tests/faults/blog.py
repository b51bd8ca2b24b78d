"""A small blog in two states, and what a whole answer about either looks like."""

import shutil
from pathlib import Path

from search.config import Settings
from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.storage.snapshot import open_snapshot
from search.indexing import run
from search.models import RunReport, SearchRequest

POSTS = 12

State = dict[str, str]
"""The word by which each post of a state is told from its other versions, by post id."""


class Blog:
    """A content folder and its index below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(content=folder / "content", index=folder / "index", wait=0)

    @property
    def index(self) -> Path:
        return self.settings.index

    def write(self, state: State) -> None:
        """Makes the content folder hold just the posts of `state`."""
        shutil.rmtree(self.settings.content, ignore_errors=True)
        self.settings.content.mkdir(parents=True)
        for id_, word in state.items():
            text = f"---\ntitle: Post {id_}\ntags: [{word}, cells]\ndate: 2021-05-06\n---\n\nStem cells, {word}.\n"
            (self.settings.content / f"{id_}.md").write_text(text, encoding="utf-8")

    def run(self, *, full: bool = False, verify: bool = False) -> RunReport:
        return run(self.settings, full=full, verify=verify)

    def copy_to(self, folder: Path) -> "Blog":
        """The same blog in another place, with the times of its files, as a run looks at them."""
        shutil.copytree(self.folder, folder, copy_function=shutil.copy2)
        return Blog(folder)

    def answers(self) -> State:
        """What the published index holds, asked in several ways that must agree. Raises what the engine raises."""
        reader = WhooshEngine(self.index).open()
        everything = reader.search(SearchRequest("", per_page=100))
        found = {hit.id: next(tag for tag in hit.tags if tag != "cells") for hit in everything.hits}
        assert everything.total == len(found)
        assert {hit.id for hit in reader.search(SearchRequest("stem cells", per_page=100)).hits} == set(found)
        for word in set(found.values()):
            hits = reader.search(SearchRequest(word, per_page=100)).hits
            assert {hit.id for hit in hits} == {id_ for id_, its in found.items() if its == word}
            assert all("<mark>" in hit.snippet_html for hit in hits)
        return found


OLD: State = {f"p{number}": "erstwhile" for number in range(POSTS)}
NEW: State = {f"p{number}": "thereafter" if number % 3 == 0 else "erstwhile" for number in range(2, POSTS + 2)}
"""Two posts gone, two come, every third altered."""


def strays(index: Path) -> list[str]:
    """Files and folders of the index that neither the published state, its predecessor nor a reader needs."""
    snapshot = open_snapshot(index)
    known = {"CURRENT", "LOCK", "scan.json", snapshot.generation, snapshot.previous}
    return sorted(path.name for path in index.iterdir() if path.name not in known)
