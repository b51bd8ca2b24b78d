"""Whatever is typed, a real index answers: no exception, and HTML that is text and <mark> and nothing else."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.query.blog import POSTS, ask
from tests.query.malformed import MALFORMED

_MARKED = re.compile(
    r"(?:[^<>&\"']|&(?:amp|lt|gt|quot|#x27|#39);|<mark>(?:[^<>&\"']|&(?:amp|lt|gt|quot|#x27|#39);)*</mark>)*"
)
_TITLES = {post.id: post.title for post in POSTS}


@pytest.mark.parametrize("number", range(len(MALFORMED)))
def test_a_malformed_query_is_answered(number: int) -> None:
    _check(MALFORMED[number])


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    _check(text)


PIECES = ["stem", "cell", "knee", "metaanalysis", "幹", "script", "alert", "<b>", "&", "'", "2022", "..", " ", " ", " "]
SIGNS = ['"', "(", ")", "-", "*", "~2", " AND ", " OR ", "NOT ", "tag:", "title:", "date:"]


@given(st.lists(st.sampled_from(PIECES + SIGNS), max_size=30).map("".join))
def test_any_mixture_of_words_and_signs_is_answered(text: str) -> None:
    _check(text)


def _check(text: str) -> None:
    answer = ask(text)
    assert answer.query == text
    assert answer.total == len(answer.hits) <= len(POSTS)
    assert len({hit.id for hit in answer.hits}) == len(answer.hits)
    for hit in answer.hits:
        assert _MARKED.fullmatch(hit.title_html)
        assert _MARKED.fullmatch(hit.snippet_html)
        assert html.unescape(re.sub("</?mark>", "", hit.title_html)) == _TITLES[hit.id]
        assert hit.score >= 0
    for facet in (*answer.facets.tags, *answer.facets.years):
        assert 0 < facet.count <= answer.total
