"""Whoosh by its own searcher, as its documentation has it: BM25F, groupedby for tags, highlights from the stored text.

Its top ten is pruned and known to differ from its own full ranking at times; it is timed as people use it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh import fields, highlight, index, sorting
from whoosh.analysis.analyzers import StemmingAnalyzer
from whoosh.qparser.default import MultifieldParser

from search.models import Post
from tests.benchmarks.peers.base import (
    BODY_BOOST,
    DESCRIPTION_BOOST,
    HITS,
    SNIPPET_CHARACTERS,
    TAGS_BOOST,
    TITLE_BOOST,
    Found,
    Reply,
)


class WhooshAlone:
    name = "Whoosh alone"
    gives = "total, hits, titles, snippets, tags"

    def build(self, posts: Iterable[Post], folder: Path) -> None:
        stemming: Any = StemmingAnalyzer()
        boosts = {"title": TITLE_BOOST, "description": DESCRIPTION_BOOST, "body": BODY_BOOST, "tags": TAGS_BOOST}
        texts = {name: fields.TEXT(stored=True, analyzer=stemming, field_boost=boost) for name, boost in boosts.items()}
        schema: Any = fields.Schema(id=fields.ID(stored=True), labels=fields.KEYWORD(commas=True), **texts)
        found = index.create_in(str(folder), schema)
        writer: Any = found.writer(limitmb=256)
        for post in posts:
            words = {"title": post.title, "description": post.description, "body": post.body}
            writer.add_document(id=post.id, tags=", ".join(post.tags), labels=",".join(post.tags), **words)
        writer.commit()
        self._searcher: Any = found.searcher()
        self._parser: Any = MultifieldParser([*texts], schema)
        self._fragments: Any = highlight.ContextFragmenter(maxchars=SNIPPET_CHARACTERS)

    def query(self, text: str) -> Reply:
        query = self._parser.parse(" ".join(re.findall(r"\w+", text)))
        labels = sorting.FieldFacet("labels", allow_overlap=True)
        results: Any = self._searcher.search(query, limit=HITS, groupedby={"labels": labels}, terms=True)
        results.fragmenter = self._fragments
        # Grouped results go on past the limit when iterated, so they are cut.
        hits = [
            Found(hit["id"], hit.highlights("title", top=1), hit.highlights("body", top=1)) for hit in results[:HITS]
        ]
        return Reply(len(results), hits, len(results.groups("labels")))

    def close(self) -> None:
        self._searcher.close()
