"""Words that stand for other words, by configuration: what a query asks for besides what was typed. Pure.

Where the words of a synonym stand next to each other among the plain words of a query, each of them may be replaced by
what they stand for, at a share of its worth: a post with the synonym then has all of the words, and a query is relaxed
as it would be without. Words are compared by class in the blog's language, so a plural is the same word.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from search.analysis import analyze, class_key
from search.models import Synonym
from search.query.ast import And, Boost, In, Node, Or, Phrase, Term, Words

WORTH = 0.8
"""What a synonym is worth, to the words as typed."""

MOST = 8
"""As how many others one word is looked for at most."""

_Key = tuple[str, ...]


class Synonyms:
    """The synonyms of one blog, in its `language`. Immutable."""

    def __init__(self, synonyms: Iterable[Synonym] = (), language: str = "en") -> None:
        self._language = language
        self._others: dict[_Key, list[str]] = {}
        for synonym in synonyms:
            self._others.setdefault(self._key(synonym.text), []).append(synonym.other)
        self._longest = max(map(len, self._others), default=0)

    def expand(self, tree: Node) -> Node:
        """`tree` with the synonyms of its plain words; negations and phrases are meant as they stand."""
        if not self._others:
            return tree
        match tree:
            case Term():
                return self._row([tree])[0]
            case Words(children):
                return Words(tuple(self._row(children)))
            case And(children) | Or(children):
                return type(tree)(tuple(map(self.expand, children)))
            case In(field, child):
                return In(field, self.expand(child))
        return tree

    def knows(self, word: str) -> bool:
        """Whether the word is one that others stand for: it is then no mistake, though no post has it."""
        return bool(self._others) and self._key(word) in self._others

    def _row(self, children: Sequence[Node]) -> list[Node]:
        """Words next to each other, with what stands for them."""
        others: list[list[Boost]] = [[] for _ in children]
        for start in range(len(children)):
            key: _Key = ()
            terms = takewhile(lambda child: isinstance(child, Term), children[start:])
            for stop, term in enumerate(terms, start + 1):
                key += self._key(term.text) if isinstance(term, Term) else ()
                if len(key) > self._longest:
                    break
                for other in self._others.get(key, ()):
                    for place in range(start, stop):
                        others[place].append(Boost(Phrase(other), WORTH / (stop - start)))
        return [Or((child, *found[:MOST])) if found else child for child, found in zip(children, others, strict=True)]

    def _key(self, text: str) -> _Key:
        tokens = analyze(text)
        words = zip(tokens.terms, tokens.spans, strict=True)
        return tuple(class_key(term, self._language) for term, span in words if span == 1)
