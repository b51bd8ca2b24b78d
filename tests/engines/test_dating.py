"""Words of a query that are dates."""

from datetime import date

import pytest

from search.models import SearchRequest
from tests.engines.samples import make_post, searcher_of

BLOG = searcher_of(
    make_post("march", "Launch", "It is there.", day=date(2015, 3, 19)),
    make_post("june", "Launch again", "It is there again.", day=date(2015, 6, 1)),
    make_post("told", "Looking back", "What we did in March 2015.", day=date(2019, 1, 1)),
    make_post("undated", "Launch", "It is there."),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("2015", {"march", "june", "told"}),
        ("2015-06", {"june"}),
        ("2015-03-19", {"march"}),
        ("launch 2015", {"march", "june"}),
        ("launch March", {"march"}),
        ("title:2015", set()),
        ('"2015" launch', set()),
        ("2015 -launch", {"told"}),
    ],
)
def test_a_date_among_the_words_finds_the_posts_of_that_date(query: str, found: set[str]) -> None:
    answer = BLOG.search(SearchRequest(query))
    strict = {hit.id for hit in answer.hits} if not answer.relaxed else set()
    best = {hit.id for hit in answer.hits[: len(found)]}
    assert found == (best if answer.relaxed else strict)


@pytest.mark.parametrize("query", ["march 2015", "Mar 2015", "19 March 2015", "March 19, 2015"])
def test_the_post_of_a_written_date_comes_before_all_that_have_its_words(query: str) -> None:
    blog = searcher_of(
        make_post("says", "March 2015", "In March 2015, on the 19th of March 2015, " * 20, day=date(2016, 3, 18)),
        make_post("dated", "Launch", "It is there.", day=date(2015, 3, 19)),
        *(
            make_post(f"other-{year}", "Launch", f"The {year} launch.", day=date(year, 3, 19))
            for year in range(2010, 2015)
        ),
    )
    assert blog.search(SearchRequest(f"launch {query}")).hits[0].id == "dated"


def test_the_date_is_explained_as_such_and_marks_nothing() -> None:
    hit = next(hit for hit in BLOG.search(SearchRequest("march", explain=True)).hits if hit.id == "march")
    assert hit.explain is not None
    words = hit.explain["words"]
    assert isinstance(words, list)
    assert list(words[0]["fields"]) == ["date"]
    assert "<mark>" not in hit.snippet_html
