"""What a relaxed query looks for beside its rare words."""

from search.engines.whoosh.answering.searcher import Searcher
from search.models import Answer, SearchRequest
from tests.engines.samples import make_post, searcher_of

BLOG = (
    make_post("remote", "Working remote", "Remote work and its methods."),
    make_post("friendly", "A friendly house", "Friendly people."),
    make_post("both", "A list", "A remote-friendly team."),
    make_post("said", "Notes", "Methodologies, in a word."),
    *(make_post(f"filler{number}", "Work", f"Ways of working, number {number}.") for number in range(20)),
)


def ask(query: str, searcher: Searcher | None = None) -> Answer:
    return (searcher or searcher_of(*BLOG)).search(SearchRequest(query))


def test_a_rare_compound_is_looked_for_in_its_parts_behind_the_whole() -> None:
    answer = ask("remote-friendly working")
    assert {hit.id for hit in answer.hits} == {"remote", "friendly", "both"}
    assert answer.dropped == ("remote-friendly", "working")
    remote = next(hit for hit in answer.hits if hit.id == "remote")
    assert "<mark>remote</mark>" in remote.title_html


def test_a_compound_alone_is_meant_as_it_stands() -> None:
    assert [hit.id for hit in ask("remote-friendly").hits] == ["both"]


def test_a_compound_alone_that_no_post_has_is_looked_for_in_its_parts() -> None:
    answer = ask("house-friendly")
    assert [hit.id for hit in answer.hits] == ["friendly", "both"]
    assert answer.dropped == ("house",)
    assert ask("nothing-such").total == 0
    assert ask('"house-friendly"').total == 0, "a phrase is meant as it stands"


def test_words_of_the_same_stem_are_found_beside_a_rare_word_and_marked() -> None:
    answer = ask("remote methodologies")
    assert answer.hits[0].id == "remote"
    assert "<mark>methods</mark>" in answer.hits[0].snippet_html


def test_a_phrase_or_a_short_word_has_no_kin() -> None:
    assert ask('"methodologies" remote').total == 0
    assert "remote" not in [hit.id for hit in ask("methodologies notes").hits][:1]
    posts = (make_post("a", "", "cats"), make_post("b", "", "catsup"), make_post("c", "", "dog"))
    assert ask("cats dog", searcher_of(*posts)).total == 2


def test_a_word_that_no_post_has_is_a_mistake_and_not_broadened() -> None:
    answer = ask("remote methodoligies")  # one letter off what a post says, not the kin of another
    assert answer.did_you_mean is None or answer.did_you_mean == "remote methodologies"
    assert "<mark>methods</mark>" not in "".join(hit.snippet_html for hit in answer.hits)


def test_enough_posts_with_all_words_keep_rare_words_as_they_are() -> None:
    many = [make_post(f"m{number}", "", "remote methodology") for number in range(60)]
    answer = ask("remote methodology", searcher_of(*BLOG, *many))
    assert not answer.relaxed
    assert answer.total == 60
