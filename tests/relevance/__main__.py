"""Measure the ranking on the judged queries of a real blog, and write the figures into docs/relevance.md."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import stdev
from tempfile import TemporaryDirectory

from search.engines.whoosh.answering.searcher import Searcher
from search.models import Post, SearchRequest
from tests.benchmarks.peers.sqlite import Sqlite
from tests.benchmarks.queries import cut_queries
from tests.corpora import CHECKOUT, corpora_folder, missing
from tests.engines.samples import segment_of
from tests.marked import replace_part, table
from tests.reading import posts_of
from tests.relevance.crossvalidation import FOLDS, Measured, candidates, crossvalidated, measured, worth
from tests.relevance.judged import Judged, Outcome, Scores, Search, load, outcomes, scores
from tests.relevance.knownitem import known_items
from tests.relevance.limits import groups
from tests.relevance.metrics import reciprocal_rank
from tests.relevance.mistakes import KINDS, Kept, changed, kept
from tests.relevance.ours import index_of

MISTAKES, CLEAN = 600, 500
"""How many queries with a mistake are measured, and how many without."""

PAGE = CHECKOUT / "docs" / "relevance.md"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.relevance", description=__doc__)
    parser.add_argument("--failures", action="store_true", help="list the queries whose post is not first, worst first")
    arguments = parser.parse_args()
    folder = corpora_folder() / "18f"
    if not folder.is_dir():
        print(f"Skipped: {missing(folder)}")
        return
    with TemporaryDirectory() as scratch:
        posts = list(posts_of(folder / "posts"))
        sqlite, every = Sqlite("OR"), Sqlite("AND")
        for number, peer in enumerate((sqlite, every)):
            (Path(scratch) / str(number)).mkdir()
            peer.build(posts, Path(scratch) / str(number))
        with index_of(folder / "posts", Path(scratch) / "index") as ours:
            engines: dict[str, Search] = {
                "blogsearch": ours,
                "SQLite FTS5": ids_of(sqlite),
            }
            found = {name: outcomes(search, load(folder / "judgments.jsonl")) for name, search in engines.items()}
            own = {name: own_titles(search, posts) for name, search in engines.items()}
            remembered = known_table({**engines, "FTS5, all words": ids_of(every)}, known_items(posts, seed=1))
        sqlite.close()
        every.close()
    segments = [segment_of(posts)]
    searcher = Searcher(segments)
    judged = load(folder / "judgments.jsonl")
    weighed = {name: measured(segments, judged, ranking) for name, ranking in candidates()}
    typing = kept(searcher, posts, MISTAKES, seed=1)
    clean = cut_queries([post.title for post in posts], CLEAN, seed=1)
    disturbed = changed(searcher, clean)
    if arguments.failures:
        print(failures(found["blogsearch"]), *typing.lost, sep="\n")
    parts = [
        f"Measured on {date.today()}, {len(posts)} posts.",  # noqa: DTZ011  the author's day
        engines_table(found, own),
        crossvalidation_text(weighed, without_quoting(searcher, judged)),
        limits_table(found["blogsearch"], posts),
        remembered,
        mistakes_table(typing),
        f"Of {CLEAN} clean queries, forgiving mistakes changed the order of {len(disturbed)}.",
        table(
            ["Weight", "Default", "nDCG@10 of blogsearch, all, with another value"],
            [list(row) for row in worth(weighed)],
        ),
    ]
    text = "\n\n".join(parts)
    print(text)
    replace_part(PAGE, "figures", text)


def ids_of(peer: Sqlite) -> Search:
    return lambda query: [hit.id for hit in peer.query(query).hits]


def known_table(engines: Mapping[str, Search], asked: Sequence[Judged]) -> str:
    """One row for each kind of half-remembered post, one column for each engine: nDCG@10, MRR@10 and success@10."""
    found = {name: outcomes(search, asked) for name, search in engines.items()}
    rows = []
    for kind in (*dict.fromkeys(one.kind for one in asked), "all"):
        means = [scores([each for each in judged if kind in (each.judged.kind, "all")]) for judged in found.values()]
        figures = [f"{mean.ndcg:.3f}, {mean.mrr:.3f}, {mean.success:.3f}" for mean in means]
        rows.append([kind, str(means[0].queries), *figures])
    return table(["Words taken out of a post", "Number", *engines], rows)


def own_titles(search: Search, posts: Sequence[Post]) -> float:
    """The share of posts whose own title, as a query, has that title in the first place."""
    titles = {post.id: post.title for post in posts}
    firsts = ((post.title, search(post.title)[:1]) for post in posts)
    return sum(bool(first) and titles[first[0]] == title for title, first in firsts) / len(posts)


def engines_table(found: Mapping[str, Sequence[Outcome]], own: Mapping[str, float]) -> str:
    """One row for each engine and kind of query."""
    rows = []
    for name, judged in found.items():
        for kind in ("all", "title", "paraphrase"):
            means = scores([each for each in judged if kind in ("all", each.judged.kind)])
            measures = [means.ndcg, means.mrr, means.success]
            first = f"{own[name]:.1%}" if kind == "all" else ""
            rows.append([f"{name}, {kind}", str(means.queries), *(f"{value:.3f}" for value in measures), first])
    return table(["Engine, queries", "Number", "nDCG@10", "MRR@10", "success@10", "own title first"], rows)


def without_quoting(searcher: Searcher, judged: Sequence[Judged]) -> Scores:
    """The figures where posts that say the query word by word are left out, but for the relevant one: among them is
    the post that the query is taken from."""
    found = []
    for one in judged:
        words = one.query.replace('"', " ")
        quoting = {hit.id for hit in searcher.search(SearchRequest(f'body:"{words}"', per_page=100)).hits}
        hits = searcher.search(SearchRequest(one.query, per_page=100)).hits
        left = [hit.id for hit in hits if hit.id in one.relevant or hit.id not in quoting]
        found.append(Outcome(one, tuple(left[:10])))
    return scores(found)


def crossvalidation_text(weighed: Mapping[str, Measured], without: Scores) -> str:
    """What is left of the figures where the weights are chosen without the queries that are measured."""
    result = crossvalidated(weighed, seed=1)
    chosen = ", ".join(f"{name} ({times} of {FOLDS})" for name, times in result.chosen.most_common())
    error = stdev(weighed["default"].ndcg) / len(weighed["default"].ndcg) ** 0.5
    return (
        f"Cross-validated ({FOLDS} folds, {len(weighed)} candidates): nDCG@10 {result.ndcg:.3f}, success@10 "
        f"{result.success:.3f}; chosen: {chosen}. The standard error of nDCG@10 over the queries is {error:.3f}.\n\n"
        f"Without the posts that say the query word by word: nDCG@10 {without.ndcg:.3f}, success@10 "
        f"{without.success:.3f}."
    )


def limits_table(found: Sequence[Outcome], posts: Sequence[Post]) -> str:
    """One row for each group of queries, with what their posts leave to work with."""
    rows = []
    for name, members in groups(found, posts).items():
        if not members:
            continue
        means = scores(members)
        rows.append([name, str(means.queries), f"{means.ndcg:.3f}", f"{means.success:.3f}"])
    return table(["blogsearch, by what the query gives", "Number", "nDCG@10", "success@10"], rows)


def mistakes_table(typing: Kept) -> str:
    """One row for each kind of mistake."""
    rows = []
    for kind in (*KINDS, "all"):
        number, kept, proposed = (
            counter.total() if kind == "all" else counter[kind]
            for counter in (typing.number, typing.kept, typing.proposed)
        )
        rows.append([kind, str(number), f"{kept / number:.1%}", f"{proposed / number:.1%}"])
    return table(["Mistake", "Number", "post still in the top ten", "clean query proposed"], rows)


def failures(found: Iterable[Outcome]) -> str:
    """A line for every query whose relevant post is not first: its rank (- beyond ten), and the first three found."""
    ranked = sorted((reciprocal_rank(each.ranked, each.judged.relevant), each.judged.query, each) for each in found)
    return "\n".join(
        f"{round(1 / rank) if rank else '-':>2}  {each.judged.kind:<10}  {query!r} wants "
        f"{', '.join(each.judged.relevant)}; found {', '.join(each.ranked[:3]) or 'nothing'}"
        for rank, query, each in ranked
        if rank < 1
    )


if __name__ == "__main__":
    main()
