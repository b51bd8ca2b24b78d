"""Sorting judged queries by what their post offers."""

from search.models import Post
from tests.relevance.judged import Judged, Outcome
from tests.relevance.limits import groups


def post(name: str, body: str) -> Post:
    return Post(name, f"/{name}/", name, "", body, (), None, None, None, "en", (), "")


def test_queries_are_sorted_by_the_words_of_their_post() -> None:
    common = [post(f"filler{number}", "plain words") for number in range(12)]
    posts = [*common, post("wanted", "plain words about axolotls")]
    cases = {
        "plain word": "its post has every word, every word is common",
        "about an axolotl": "its post lacks a word, some are rare",
        "axolotl": "its post has every word, some are rare",
        "salamander": "its post lacks a word, some are rare",
    }
    outcomes = [Outcome(Judged(query, ("wanted",), "paraphrase"), ()) for query in cases]
    found = {each.judged.query: group for group, members in groups(outcomes, posts).items() for each in members}
    assert found == cases
