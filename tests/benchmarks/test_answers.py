"""How engines are asked side by side: every query once, each engine the same ones, a missing engine left out."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from search.models import Post
from tests.benchmarks.answers import Queries, rows, time_answers
from tests.benchmarks.peers.base import Found, Peer, Reply, UnavailableError
from tests.benchmarks.peers.ours import Blogsearch
from tests.benchmarks.peers.sqlite import Sqlite
from tests.benchmarks.peers.tantivy import Tantivy
from tests.benchmarks.peers.whoosh_alone import WhooshAlone
from tests.corpora import CHECKOUT
from tests.reading import posts_of


class Recorder:
    """An engine that notes what it is asked, and says by its own clock that each answer took `seconds`."""

    gives = "nothing"

    def __init__(self, name: str, seconds: float, *, missing: bool = False) -> None:
        self.name, self._seconds, self._missing = name, seconds, missing
        self.asked: list[str] = []
        self.closed = False

    def build(self, posts: Iterable[Post], folder: Path) -> None:
        if self._missing:
            raise UnavailableError("not here")
        assert not list(folder.iterdir())
        assert len(list(posts)) == 0

    def query(self, text: str) -> Reply:
        self.asked.append(text)
        return Reply(1, [Found("a", "", "")], seconds=self._seconds)

    def close(self) -> None:
        self.closed = True


def test_every_engine_is_asked_every_query_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, other, gone = Recorder("ours", 0.001), Recorder("other", 0.003), Recorder("gone", 0, missing=True)
    warming, counted = [f"warm {number}" for number in range(13)], [f"query {number}" for number in range(27)]
    timed = time_answers([ours, other, gone], [], Queries(warming, counted, ["x", "y", "z"]), tmp_path)
    blocks = [["x", *counted[:10]], ["y", *counted[10:20]], ["z", *counted[20:]]]
    assert ours.asked == other.asked == [*warming, *(query for block in blocks for query in block)]
    assert (ours.closed, other.closed, gone.asked) == (True, True, [])
    assert "skipped gone: not here" in capsys.readouterr().out
    assert [(row.peer, row.ours, row.theirs) for row in rows(timed)] == [("other", 0.001, 0.003)] * 2


@pytest.mark.parametrize(
    "peer",
    [Blogsearch(CHECKOUT / "content"), Sqlite(), Tantivy(facets=True), WhooshAlone()],
    ids=lambda peer: peer.name,
)
def test_an_engine_gives_all_that_it_says(peer: Peer, tmp_path: Path) -> None:
    try:
        peer.build(posts_of(CHECKOUT / "content"), tmp_path)
    except UnavailableError as reason:
        pytest.skip(f"{reason}; make bench installs it")
    reply = peer.query("funnel plots")
    peer.close()
    assert reply.hits[0].id == "publication-bias-and-funnel-plots"
    assert reply.total >= len(reply.hits) > 1
    assert "unnel</" in reply.hits[0].title
    assert "unnel</" in reply.hits[0].snippet
    assert (reply.facets > 0) == ("tags" in peer.gives)
