"""`blogsearch query`: options to a request, an index built where there is none, the answer and its exit code."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search import service
from search.cli.app import run
from search.config import Settings
from search.errors import BlogsearchError, IndexDamagedError, IndexFormatError, IndexMissingError
from search.models import Answer, Facets, PrefixMatch, Problem, RunReport, SearchRequest, Sort, TagsMatch

ANSWER = Answer("x", 3, 9, 1, 10, 0.5, False, (), None, (), (), Facets((), ()))
NOTHING = Answer("x", 0, 1, 0, 10, 0.5, False, (), None, (), (), Facets((), ()))
REPORT = RunReport(3, 0, 0, {}, (), "gen-1", 0.1, True, "no index yet")


class Asked:
    """Stands for the use cases: notes what it was asked and gives the answers, or raises the errors, in turn."""

    def __init__(self) -> None:
        self.requests: list[SearchRequest] = []
        self.settings: list[Settings] = []
        self.runs: list[dict[str, Any]] = []
        self.report = REPORT
        self.outcomes: Iterator[Answer | BlogsearchError] = iter([ANSWER])

    def search(self, settings: Settings, request: SearchRequest) -> Answer:
        self.settings.append(settings)
        self.requests.append(request)
        outcome = next(self.outcomes)
        if isinstance(outcome, BlogsearchError):
            raise outcome
        return outcome

    def index(self, settings: Settings, progress: object, **options: Any) -> RunReport:
        self.runs.append(options)
        return self.report


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(service, "search", asked.search)
    monkeypatch.setattr(service, "index", asked.index)
    return asked


def test_every_option_reaches_the_request(asked: Asked) -> None:
    options = (
        "--tag a --tag b --tags-match all --year 2021 --year 2022 --since 2020 --until 2023-06 "
        "--sort newest --page 2 --per-page 5 --explain"
    )
    assert run(["query", "stem", "cells", *options.split()]) == 0
    assert asked.requests == [
        SearchRequest(
            query="stem cells",
            tags=("a", "b"),
            tags_match=TagsMatch.ALL,
            years=(2021, 2022),
            since=date(2020, 1, 1),
            until=date(2023, 6, 30),
            sort=Sort.NEWEST,
            page=2,
            per_page=5,
            explain=True,
        )
    ]


def test_without_options_the_defaults_hold(asked: Asked) -> None:
    assert run(["query"]) == 0
    assert asked.requests == [SearchRequest(query="")]


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["-rats"], "-rats"),
        (["cells", "-hope", "-j"], "cells -hope -j"),
        (["-rats and mice"], "-rats and mice"),
        (["--", "-rats"], "-rats"),
        (["cells", "--tag", "t", "-rats"], "cells -rats"),
        (["-"], "-"),
    ],
)
def test_a_word_with_a_dash_before_it_is_a_word(asked: Asked, args: list[str], text: str) -> None:
    assert run(["query", *args]) == 0
    assert [request.query for request in asked.requests] == [text]


def test_bytes_that_are_no_text_do_not_stop_a_query(asked: Asked) -> None:
    assert run(["query", "caf\udce9", "--json"]) == 0
    assert [request.query for request in asked.requests] == ["caf\ufffd"]


def test_folders_come_before_the_command(asked: Asked) -> None:
    run(["--content", "posts", "--index", "built", "query", "x"])
    assert (asked.settings[0].content, asked.settings[0].index) == (Path("posts"), Path("built"))


def test_explain_shows_how_the_query_was_read(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "title:stem", "-rats", "--explain"]) == 0
    assert "    all of: in title: stem, not rats\n" in capsys.readouterr().out


def test_explain_lists_the_synonyms(asked: Asked, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "blogsearch.toml"
    config.write_text('synonyms = ["stem > trunk"]', encoding="utf-8")
    assert run(["--config", str(config), "query", "stem", "--explain"]) == 0
    assert '    any of: stem, weighed 0.8: "trunk"\n' in capsys.readouterr().out


def test_nothing_found_is_an_exit_code_of_its_own(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.outcomes = iter([NOTHING])
    assert run(["query", "x"]) == 1
    assert capsys.readouterr().out == "Nothing found for “x” (0.5 ms)\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--lang de", "language de"),
        ("--since 2030", "from 2030-01-01 on"),
        ("--until 1990", "until 1990-12-31"),
        ("--tag a", "tag a"),
        ("--tag a --tag b --year 2021", "any of the tags a, b; year 2021"),
        ("--tag a --tag b --tags-match all --year 2021 --year 2022", "all of the tags a, b; years 2021, 2022"),
    ],
)
def test_where_filters_may_be_why_nothing_is_found_they_are_named(
    asked: Asked, capsys: pytest.CaptureFixture[str], options: str, told: str
) -> None:
    asked.outcomes = iter([NOTHING, ANSWER])
    assert run(["query", "x", *options.split(), "--prefix", "last", "--sort", "newest"]) == 1
    assert capsys.readouterr().out == f"Nothing found for “x” (0.5 ms)\nFilters: {told}. Without them: 3 posts.\n"
    assert asked.requests[1] == SearchRequest("x", prefix=PrefixMatch.LAST, per_page=1)


def test_where_filters_are_not_why_it_says_so(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.outcomes = iter([NOTHING, NOTHING])
    assert run(["query", "x", "--tag", "a\x1b[2J"]) == 1
    assert "Filters: tag a\ufffd[2J. Without them nothing is found either.\n" in capsys.readouterr().out


def test_filters_that_left_something_or_are_for_a_program_are_not_looked_at_again(asked: Asked) -> None:
    asked.outcomes = iter([ANSWER, NOTHING])
    assert run(["query", "x", "--lang", "de"]) == 0
    assert run(["query", "x", "--lang", "de", "--json"]) == 1
    assert len(asked.requests) == 2


def test_json_is_the_contract_and_alone_on_stdout(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.outcomes = iter([IndexMissingError("none"), ANSWER])
    assert run(["query", "x", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["total"] == 3
    assert told.err == ""  # it is kept for an error


@pytest.mark.parametrize(
    "error",
    [
        IndexMissingError("no index yet"),
        IndexDamagedError("index/CURRENT is damaged"),
        IndexFormatError("analysed anew"),
    ],
)
def test_an_index_that_is_not_there_or_damaged_is_built_first(
    asked: Asked, error: BlogsearchError, capsys: pytest.CaptureFixture[str]
) -> None:
    asked.outcomes = iter([error, ANSWER])
    asked.report = RunReport(3, 0, 0, {}, (Problem("a.md", 1, "yaml", "bad"),), "gen-1", 0.1, True, "no index yet")
    assert run(["query", "x"]) == 0
    assert len(asked.runs) == 1
    told = capsys.readouterr()
    assert "building" in told.err.lower()
    assert "1 problem in posts; `blogsearch check` tells more." in told.err
    assert told.out.startswith("3 posts")


def test_damage_that_a_rebuild_could_not_mend_ends_with_4(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.outcomes = iter([IndexDamagedError("broken"), IndexDamagedError("still broken")])
    assert run(["query", "x"]) == 4
    assert "Error: still broken." in capsys.readouterr().err


def test_an_option_among_the_text_is_told_where_it_belongs(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["query", "--", "-rats", "--sort=newest"]) == 2
    assert "--sort=newest stands behind `--`, where all is text: put options before it." in capsys.readouterr().err
    assert asked.requests == []
