"""Typing mistakes: which words are corrected to what, what stands in front, and what is proposed."""

import pytest

from search.engines.whoosh.answering import tolerant
from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.evaluate import Found, evaluate
from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.answering.tolerant import FAR_MORE, READ_AS
from search.engines.whoosh.answering.typos import Correction, corrections
from search.models import Answer, PrefixMatch, SearchRequest
from search.query.ast import Node
from tests.engines.samples import make_post, searcher_of, segment_of

BLOG = (
    make_post("cartilage", "Cartilage repair", "Cartilage of the knee. Its year was 2021."),
    make_post("cartridge", "A cartridge", "The printer in the office needs a cartridge for the printing of papers."),
    make_post("knee", "Knees", "The knee bends. A meta-analysis of knees."),
    make_post("bone", "Bones", "A bone mends by itself: form, from, farm."),
)


@pytest.fixture(scope="module")
def blog() -> Searcher:
    return searcher_of(*BLOG)


def ids(answer: Answer) -> list[str]:
    return [hit.id for hit in answer.hits]


def ask(searcher: Searcher, query: str) -> Answer:
    return searcher.search(SearchRequest(query))


@pytest.mark.parametrize("typed", ["cartilge", "carrtilage", "cartalage", "catrilage", "catrilag", "CARTILGAE"])
def test_a_word_that_no_post_has_finds_what_was_meant(blog: Searcher, typed: str) -> None:
    answer = ask(blog, typed)
    assert ids(answer) == ["cartilage"]
    assert "<mark>Cartilage</mark>" in answer.hits[0].title_html
    assert answer.did_you_mean == "cartilage"


@pytest.mark.parametrize(
    "typed",
    ["kne", "2022", "bonne2", "knobe", "carltiagre", '"cartilge"', "title:cartilge AND bone"],
    ids=["short", "number", "digit", "two edits in five letters", "three edits", "phrase", "none in both"],
)
def test_what_is_too_short_too_far_or_meant_as_it_stands_is_not_corrected(blog: Searcher, typed: str) -> None:
    answer = ask(blog, typed)
    assert (answer.total, answer.did_you_mean) == (0, None)


def test_what_is_left_out_is_left_out_as_typed(blog: Searcher) -> None:
    assert "cartilage" in ids(ask(blog, "-cartilge"))


def test_a_known_word_is_never_corrected(blog: Searcher) -> None:
    assert ids(ask(blog, "form")) == ["bone"]
    assert ask(blog, "form").did_you_mean is None


def test_the_form_of_a_known_word_is_known(blog: Searcher) -> None:
    assert ask(blog, "cartilages").did_you_mean is None


def test_one_mistyped_word_leaves_the_others_as_they_are(blog: Searcher) -> None:
    answer = ask(blog, "knee cartilge")
    assert ids(answer)[0] == "cartilage"
    assert answer.did_you_mean == "knee cartilage"
    assert "cartilage" not in answer.dropped


def test_a_correction_stands_where_the_word_stood(blog: Searcher) -> None:
    assert ask(blog, "title:cartilge OR  Knees").did_you_mean == "title:cartilage OR  Knees"
    assert ask(blog, "title:cartilge repiar").did_you_mean == "title:cartilage repair"
    assert ask(blog, "meta-anaylsis (cartilge)").did_you_mean == "meta-analysis (cartilage)"


def test_a_field_without_the_word_is_no_mistake(blog: Searcher) -> None:
    assert ask(blog, "title:printer").total == 0


def test_candidates_come_nearest_first_then_by_likelihood_and_posts() -> None:
    posts = [make_post(f"often-{number}", body="cart dart") for number in range(3)]
    searcher = searcher_of(*posts, make_post("once", body="card chart carts mart"))
    words = corrections(searcher.collection, "cartt")
    assert words == [Correction("cart", 1, 3), Correction("carts", 1, 1)]
    assert [one.word for one in corrections(searcher.collection, "lart")] == ["cart", "dart", "mart"]
    assert [one.word for one in corrections(searcher.collection, "cbrt")] == ["cart"]


@pytest.mark.parametrize(("typed", "meant"), [("opne", "open"), ("oen", None), ("opeen", "open"), ("ropen", "open")])
def test_a_swap_or_a_letter_left_out_is_likelier_than_a_wrong_one_in_a_more_frequent_word(
    typed: str, meant: str | None
) -> None:
    often = [make_post(f"often {number}", body="one opse opera") for number in range(10)]
    assert ask(searcher_of(*often, make_post("open", body="open")), typed).did_you_mean == meant


def test_a_letter_left_out_outweighs_a_frequent_word_with_another() -> None:
    posts = [make_post(f"able {number}", body="able") for number in range(10)]
    assert ask(searcher_of(*posts, make_post("agile", body="agile")), "agle").did_you_mean == "agile"


JAPANESE = (
    make_post("weather", "東京の天気", "今日も雨です。", lang="ja"),
    make_post("temples", "京都の寺", "静かな庭があった。", lang="ja"),
    make_post("rain", "雨", "東京の雨は続く。", lang="ja"),
)


def test_a_run_that_no_post_has_is_looked_for_in_pairs() -> None:
    answer = ask(searcher_of(*JAPANESE), "東京の天気雨")
    assert ids(answer) == ["weather"]
    assert (answer.relaxed, answer.dropped, answer.did_you_mean) == (True, ("気雨",), None)
    assert "<mark>東京の天気</mark>" in answer.hits[0].title_html


def test_a_run_that_a_post_has_is_meant_as_it_stands() -> None:
    answer = ask(searcher_of(*JAPANESE), "東京の雨")
    assert (ids(answer), answer.relaxed) == (["rain"], False)
    assert ask(searcher_of(*JAPANESE), '"東京の天気雨"').total == 0


def test_a_mistake_is_read_as_few_words() -> None:
    words = [f"{letter}art" for letter in "bcdhm"]
    searcher = searcher_of(*(make_post(word, body=word) for word in words))
    assert len(ids(ask(searcher, "zart"))) == READ_AS < len(words)


def test_what_a_deleted_post_has_is_no_correction() -> None:
    searcher = Searcher([segment_of([make_post("gone", body="cartilage"), make_post("kept", body="bone")], [0])])
    answer = ask(searcher, "cartilge")
    assert (answer.total, answer.did_you_mean) == (0, None)


def test_a_misspelling_that_a_post_has_comes_first_and_the_right_spelling_follows() -> None:
    right = [make_post(f"right-{number:02}", "We receive", "receive and receive") for number in range(FAR_MORE)]
    wrong = make_post("wrong", body="Once we recieve it, a long text follows " + "and follows " * 50)
    answer = ask(searcher_of(*right, wrong), "recieve")
    assert ids(answer)[:2] == ["wrong", "right-00"]
    assert answer.total == FAR_MORE + 1
    assert answer.did_you_mean == "receive"
    assert answer.hits[0].score == ask(searcher_of(*right, wrong), '"recieve"').hits[0].score
    fewer = ask(searcher_of(*right[1:], wrong), "recieve")
    assert (ids(fewer), fewer.did_you_mean) == (["wrong"], None)


def test_what_matches_as_typed_stands_in_front_of_alternatives_that_were_mistyped(blog: Searcher) -> None:
    assert ids(ask(blog, "bone OR cartilge")) == ["bone", "cartilage"]


def test_nothing_is_proposed_that_finds_nothing(blog: Searcher) -> None:
    answer = ask(blog, "cartilge AND office")
    assert (answer.total, answer.did_you_mean) == (0, None)


def test_nothing_is_proposed_that_no_post_has_whole() -> None:
    posts = [make_post(f"post-{number}", "Notes", "Set aside.") for number in range(4)]
    assert searcher_of(*posts).search(SearchRequest("side effects")).did_you_mean is None
    told = [make_post(f"told-{number}", "Effects", "Set aside for its effects.") for number in range(4)]
    assert searcher_of(*posts, *told).search(SearchRequest("side effects")).did_you_mean == "aside effects"


def test_a_word_that_is_still_typed_finds_what_begins_so_and_is_no_mistake(blog: Searcher) -> None:
    def typing(query: str) -> Answer:
        return blog.search(SearchRequest(query, prefix=PrefixMatch.LAST))

    assert ids(typing("cartil")) == ["cartilage"]
    assert typing("cartil").did_you_mean is None
    assert "<mark>Cartilage</mark>" in typing("cartil").hits[0].title_html
    assert typing("cartil ").total == 0
    assert "cartilage" in ids(typing("kene cartil"))


def test_the_whole_word_stands_before_words_that_begin_so() -> None:
    searcher = searcher_of(make_post("a", body="cartons in a row"), make_post("z", body="a cart in a row"))
    assert ids(searcher.search(SearchRequest("cart", prefix=PrefixMatch.LAST))) == ["z", "a"]


def test_each_reading_of_a_mistyped_query_is_looked_up_once(blog: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    trees: list[Node] = []

    def counted(collection: Collection, tree: Node) -> Found | None:
        trees.append(tree)
        return evaluate(collection, tree)

    monkeypatch.setattr(tolerant, "evaluate", counted)
    assert ask(blog, "cartilge of the knee").did_you_mean == "cartilage of the knee"
    assert len(trees) == 3  # as typed, as meant, and what is proposed
