from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UsageError
from search.models import SearchRequest, Sort, TagsMatch
from search.query.params import MAX_PER_PAGE, MAX_REACH, MAX_VALUES, pairs_of, request_from

NAMES = ["q", "tag", "tags_match", "year", "since", "until", "lang", "sort", "page", "per_page", "explain", "unknown"]


def test_nothing_asked_is_the_default_request() -> None:
    assert request_from({}) == SearchRequest("")


def test_every_parameter_arrives_in_the_request() -> None:
    request = request_from(
        {
            "q": ["stem cell"],
            "tag": ["prp", "bone"],
            "tags_match": ["all"],
            "year": ["2021", "2022"],
            "since": ["2021-05"],
            "until": ["2022"],
            "lang": ["pt-BR"],
            "sort": ["newest"],
            "page": ["3"],
            "per_page": ["20"],
            "explain": ["true"],
        }
    )
    assert request == SearchRequest(
        query="stem cell",
        tags=("prp", "bone"),
        tags_match=TagsMatch.ALL,
        years=(2021, 2022),
        since=date(2021, 5, 1),
        until=date(2022, 12, 31),
        lang="pt",
        sort=Sort.NEWEST,
        page=3,
        per_page=20,
        explain=True,
    )


def test_a_form_sends_its_empty_fields_and_they_count_as_none() -> None:
    assert request_from({name: ["", "  "] for name in NAMES}) == SearchRequest("")


def test_unknown_names_are_ignored() -> None:
    assert request_from({"utm_source": ["x"], "page ": ["-1"], "": ["x"]}) == SearchRequest("")


def test_the_last_of_several_values_counts_and_repeated_tags_count_once() -> None:
    request = request_from({"q": ["a", "b"], "page": ["1", "2"], "tag": ["x", "y", "x"], "year": ["2022", "2022"]})
    assert (request.query, request.page, request.tags, request.years) == ("b", 2, ("x", "y"), (2022,))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("page", value) for value in ("0", "-1", "1.5", "x", "1_0", "١", "9" * 5000, "10001", "+1", "0x1")],
        *[("per_page", value) for value in ("0", "101", "-5", "ten")],
        *[("year", value) for value in ("0", "10000", "twenty", "2022-05")],
        *[("since", value) for value in ("yesterday", "2022-13", "2022-02-30", "20220101")],
        ("until", "2022-5-32"),
        ("sort", "date"),
        ("sort", "RELEVANCE"),
        ("tags_match", "none"),
        *[("lang", value) for value in ("english", "e", "日本", "en-", "12", "en GB")],
        ("explain", "maybe"),
    ],
)
def test_a_bad_value_is_refused_by_parameter_value_and_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(UsageError) as refusal:
        request_from({name: [value]})
    assert str(refusal.value).startswith(f"{name}: ")
    assert value[:40] in str(refusal.value)
    assert len(str(refusal.value)) < 100
    assert refusal.value.remedy.startswith(f"Allowed for {name}: ")


def test_choices_are_named_in_the_remedy() -> None:
    with pytest.raises(UsageError) as refusal:
        request_from({"sort": ["date"]})
    assert refusal.value.remedy == "Allowed for sort: relevance, newest, oldest."


def test_a_day_that_does_not_exist_is_answered_with_examples_of_dates() -> None:
    with pytest.raises(UsageError) as refusal:
        request_from({"until": ["2023-02-30"]})
    assert refusal.value.remedy == "Allowed for until: a date such as 2022, 2022-05 or 2022-05-17."


def test_pages_reach_the_limit_and_not_beyond() -> None:
    assert request_from({"page": [str(MAX_REACH // 100)], "per_page": ["100"]}).per_page == MAX_PER_PAGE
    with pytest.raises(UsageError, match="page: '101'") as refusal:
        request_from({"page": ["101"], "per_page": ["100"]})
    assert str(MAX_REACH) in refusal.value.remedy


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError) as refusal:
        request_from({"since": ["2022"], "until": ["2021-05", " 2021 "]})
    assert str(refusal.value) == "since: '2022' is not allowed: it is after until, which is '2021'."
    assert refusal.value.remedy == "Allowed for since: a date that is not after until."
    assert request_from({"since": ["2022"], "until": ["2022"]}).until == date(2022, 12, 31)


@pytest.mark.parametrize("name", ["tag", "year"])
def test_repeatable_parameters_are_bounded(name: str) -> None:
    values = [str(number) for number in range(1, MAX_VALUES + 2)]
    assert request_from({name: values[:-1]})
    with pytest.raises(UsageError, match=f"{name}: '{MAX_VALUES + 1} values'"):
        request_from({name: values})


def test_halves_of_surrogate_pairs_never_reach_the_request() -> None:
    request = request_from({"q": ["stem\udcff cell"], "tag": ["\ud800"]})
    assert (request.query, request.tags) == ("stem\ufffd cell", ("\ufffd",))


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(max_size=12), max_size=4)))
def test_any_strings_give_a_request_within_the_limits_or_a_usage_error(params: dict[str, list[str]]) -> None:
    try:
        request = request_from(params)
    except UsageError:
        return
    assert 1 <= request.per_page <= MAX_PER_PAGE
    assert 1 <= request.page * request.per_page <= MAX_REACH
    assert all(tag.strip() == tag != "" for tag in request.tags)


DAYS = st.dates().map(str)
SENSIBLE = st.fixed_dictionaries(
    {},
    optional={
        "q": st.lists(st.text(max_size=12), min_size=1, max_size=2),
        "tag": st.lists(st.text(max_size=5), max_size=3),
        "tags_match": st.sampled_from([["any"], ["all"]]),
        "year": st.lists(st.integers(1, 9999).map(str), max_size=3),
        "since": st.lists(DAYS, max_size=1),
        "lang": st.sampled_from([["en"], ["DE_at"]]),
        "prefix": st.sampled_from([["none"], ["last"]]),
        "sort": st.sampled_from([["relevance"], ["newest"], ["oldest"]]),
        "page": st.lists(st.integers(1, 100).map(str), max_size=1),
        "per_page": st.lists(st.integers(1, 100).map(str), max_size=1),
        "explain": st.sampled_from([["yes"], ["no"]]),
    },
)


@given(SENSIBLE)
def test_a_request_written_as_pairs_is_read_as_the_same_request(params: dict[str, list[str]]) -> None:
    request = request_from(params)
    written: dict[str, list[str]] = {}
    for name, value in pairs_of(request):
        written.setdefault(name, []).append(value)
    assert request_from(written) == request


def test_only_what_is_not_as_by_default_is_written() -> None:
    assert pairs_of(SearchRequest("")) == []
    assert pairs_of(SearchRequest("a", tags=("x", "y"), until=date(2022, 1, 2), page=2)) == [
        ("q", "a"),
        ("tag", "x"),
        ("tag", "y"),
        ("until", "2022-01-02"),
        ("page", "2"),
    ]
