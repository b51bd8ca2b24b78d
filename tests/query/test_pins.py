"""Which posts are pinned to a query."""

import pytest

from search.models import Pin
from search.query.pins import Pins

PINS = Pins([Pin("knee pain", ("a", "b")), Pin("meta-analysis", ("c",))])


@pytest.mark.parametrize("query", ["knee pain", "Knee  Pain?", '"knee" pain', "knee-pain", "knée pain"])
def test_case_accents_and_signs_do_not_count(query: str) -> None:
    assert PINS.of(query) == ("a", "b")


def test_a_compound_may_be_written_apart() -> None:
    assert PINS.of("meta analysis") == ("c",)


@pytest.mark.parametrize("query", ["", "knee", "knee pains", "pain knee", "knee pain relief"])
def test_other_words_another_order_or_form_is_another_query(query: str) -> None:
    assert PINS.of(query) == ()
