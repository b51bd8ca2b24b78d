"""Choosing on some folds and measuring on another."""

from dataclasses import fields

import pytest

from search.config import Ranking
from tests.engines.samples import make_post, segment_of
from tests.relevance.crossvalidation import ALTERNATIVES, FOLDS, Measured, candidates, crossvalidated, measured, worth
from tests.relevance.judged import Judged


def found(**values: list[float]) -> dict[str, Measured]:
    return {name: Measured(scores, scores) for name, scores in values.items()}


def test_the_default_is_kept_where_nothing_is_better() -> None:
    result = crossvalidated(found(default=[0.5] * 10, other=[0.5] * 10), seed=1)
    assert result == (0.5, 0.5, {"default": FOLDS})


def test_what_is_better_everywhere_is_chosen_everywhere() -> None:
    result = crossvalidated(found(default=[0.5] * 10, other=[0.6] * 10), seed=1)
    assert (round(result.ndcg, 6), result.chosen) == (0.6, {"other": FOLDS})


def test_a_candidate_that_fits_single_queries_gains_nothing() -> None:
    # Each candidate is perfect on one query and bad on all others: chosen on that query, it fails on the fold measured.
    fitted = {f"fit{number}": [0.4 + 5 * (number == at) for at in range(10)] for number in range(10)}
    result = crossvalidated(found(default=[0.5] * 10, **fitted), seed=1)
    assert result.ndcg == pytest.approx(0.4)


def test_each_candidate_differs_from_the_default_in_one_weight_at_most() -> None:
    every = dict(candidates())
    assert len(every) == 1 + sum(map(len, ALTERNATIVES.values()))
    for name, ranking in every.items():
        changed = [row.name for row in fields(Ranking) if getattr(ranking, row.name) != row.default]
        assert changed == ([] if name == "default" else [name.split()[0]])


def test_every_weight_but_age_is_measured() -> None:
    assert set(ALTERNATIVES) == {row.name for row in fields(Ranking)} - {"half_life"}


def test_queries_are_measured_in_their_order() -> None:
    posts = [make_post("a", "Knee"), make_post("b", "Hip")]
    judged = [Judged("knee", ("a",), "x"), Judged("hip", ("a",), "x")]
    assert measured([segment_of(posts)], judged, Ranking()) == ([1.0, 0.0], [1.0, 0.0])


def test_the_table_of_weights_names_their_defaults() -> None:
    every = {name: Measured([0.25, 0.75], [1, 1]) for name, _ in candidates()}
    rows = {name: (default, figures) for name, default, figures in worth(every)}
    assert rows["k1"] == ("1.2", "0.9: 0.500, 1.6: 0.500")
