"""What is shown of a hit: marks on everything that matched, whole characters, the section that the passage is from."""

from typing import Any

import pytest

from search.engines.whoosh import passages
from search.engines.whoosh.evaluate import COMMON
from search.engines.whoosh.scoring import Scoring
from search.models import Hit, SearchRequest, Section
from search.snippets import Window, best_window
from tests.engines.samples import make_post, searcher_of

LONG = " ".join(f"filler{number}" for number in range(200))


def only_hit(
    query: str, title: str = "", body: str = "", description: str = "", sections: tuple[Section, ...] = ()
) -> Hit:
    post = make_post("only", title, body, description=description, sections=sections)
    other = make_post("other", "Nothing", "else")
    (hit,) = searcher_of(post, other).search(SearchRequest(query)).hits
    return hit


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("cell", "stem <mark>cells</mark> in a meta-analysis of trials"),
        ('"stem cells in"', "<mark>stem cells in</mark> a meta-analysis of trials"),
        ("meta-analysis", "stem cells in a <mark>meta-analysis</mark> of trials"),
        ("metaanalysis", "stem cells in a <mark>meta-analysis</mark> of trials"),
        ("anal*", "stem cells in a meta-<mark>analysis</mark> of trials"),
        ("trails~", "stem cells in a meta-analysis of <mark>trials</mark>"),
        ("stem OR trials", "<mark>stem</mark> cells in a meta-analysis of <mark>trials</mark>"),
    ],
)
def test_what_matched_is_marked(query: str, marked: str) -> None:
    hit = only_hit(query, "stem cells in a meta-analysis of trials", "stem cells in a meta-analysis of trials")
    assert hit.title_html == hit.snippet_html == marked


def test_the_passage_is_found_deep_in_a_body_of_wide_characters() -> None:
    body = f"{LONG} 幹細胞の研究 «Größe» zebra 👩‍🔬 end. {LONG}"
    hit = only_hit("zebra", "title", body)
    assert "«Größe» <mark>zebra</mark> 👩‍🔬 end" in hit.snippet_html


def test_the_section_is_that_of_the_passage_and_the_passage_stays_in_it() -> None:
    body = f"before {LONG}\nMethods\nzebra crossing\nResults\n{LONG}"
    sections = (Section("Methods", "methods", body.index("Methods")), Section("Results", "res", body.index("Results")))
    hit = only_hit("zebra", body=body, sections=sections)
    assert hit.snippet_html == "Methods <mark>zebra</mark> crossing"
    assert hit.section is not None
    assert hit.section.url == "/blog/only/#methods"


def test_a_match_before_the_first_heading_names_no_section() -> None:
    body = "a zebra first\nMethods\nmore"
    assert only_hit("zebra", body=body, sections=(Section("Methods", "m", body.index("Methods")),)).section is None


def test_a_post_without_a_body_shows_its_description() -> None:
    assert only_hit("zebra", "zebra", description="Five < six").snippet_html == "Five &lt; six"


def test_a_word_of_nearly_every_post_is_not_marked_beside_one_that_tells() -> None:
    posts = [make_post(f"p{number}", f"the zebra {number}") for number in range(3)]
    posts += [make_post(f"q{number}", f"the horse {number}") for number in range(60)]
    searcher = searcher_of(*posts)
    assert Scoring().idf(len(posts), len(posts)) < COMMON
    both = searcher.search(SearchRequest("the zebra")).hits
    assert {hit.title_html.split(">")[0] for hit in both if "zebra" in hit.title} == {"the <mark"}
    assert {hit.title_html for hit in searcher.search(SearchRequest("the")).hits} >= {"<mark>the</mark> horse 0"}


def test_a_word_repeated_without_end_is_looked_at_so_often_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def best_window_and_note(positions: list[int], *others: Any) -> Window:
        looked_at.append(len(positions))
        return best_window(positions, *others)

    monkeypatch.setattr(passages, "best_window", best_window_and_note)
    hit = only_hit("spam OR ham", "title", "spam ham " * 20_000)
    assert hit.snippet_html.startswith("<mark>spam</mark> <mark>ham</mark> ")
    assert looked_at == [2 * passages.MOST_MARKS]
