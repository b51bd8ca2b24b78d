"""The columns against Whoosh's own searcher, on generated blogs and trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.answering.scoring import Scoring
from search.models import Post
from search.query.ast import Node
from tests.engines import generated
from tests.engines.oracle import Oracle, WhooshScoring
from tests.engines.samples import scores_of

one_tag = generated.posts(most_tags=1)
"""The oracle reads the tags of a post as one text, so a phrase could cross from one to the next."""


@given(one_tag, generated.every_node, st.integers(1, 8))
def test_every_node_matches_the_same_posts(posts: list[Post], node: Node, size: int) -> None:
    groups = generated.in_groups(posts, size)
    assert scores_of(groups, node, Scoring()).keys() == Oracle.of(groups).scores(node).keys()


@given(one_tag, generated.scored_alike, st.integers(1, 8))
def test_terms_operators_and_fields_score_the_same(posts: list[Post], node: Node, size: int) -> None:
    groups = generated.in_groups(posts, size)
    expected = Oracle.of(groups).scores(node)
    found = scores_of(groups, node, WhooshScoring())
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-9)
