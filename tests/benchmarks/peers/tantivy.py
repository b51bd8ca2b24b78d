"""Tantivy by its Python bindings: BM25, its snippet generator, and tag counts by its terms aggregation where asked."""

import importlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
    UnavailableError,
)

_BOOSTS = {"title": TITLE_BOOST, "description": DESCRIPTION_BOOST, "body": BODY_BOOST, "tags": TAGS_BOOST}
_TAG_COUNTS = {"tags": {"terms": {"field": "labels", "size": 50}}}


class Tantivy:
    def __init__(self, *, facets: bool) -> None:
        self._facets = facets
        self.name = "Tantivy with tag counts" if facets else "Tantivy"
        self.gives = "total, hits, titles, snippets" + (", tags" if facets else "")

    def build(self, posts: Iterable[Post], folder: Path) -> None:
        try:
            tantivy: Any = importlib.import_module("tantivy")
        except ImportError:
            raise UnavailableError("tantivy is not installed") from None
        fields = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
        for name in _BOOSTS:
            fields.add_text_field(name, stored=True, tokenizer_name="en_stem")
        fields.add_text_field("labels", fast=True, tokenizer_name="raw")
        self._module = tantivy
        self._schema = fields.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        writer = self._index.writer(heap_size=256_000_000)
        for post in posts:
            words = {"title": post.title, "description": post.description, "body": post.body}
            writer.add_document(
                tantivy.Document(id=post.id, **words, tags=", ".join(post.tags), labels=list(post.tags))
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def query(self, text: str) -> Reply:
        words = " ".join(re.findall(r"\w+", text))
        query = self._index.parse_query(words, list(_BOOSTS), field_boosts=_BOOSTS, conjunction_by_default=True)
        result = self._searcher.search(query, HITS, count=True)
        titles = self._module.SnippetGenerator.create(self._searcher, query, self._schema, "title")
        bodies = self._module.SnippetGenerator.create(self._searcher, query, self._schema, "body")
        bodies.set_max_num_chars(SNIPPET_CHARACTERS)
        hits = []
        for _, address in result.hits:
            document = self._searcher.doc(address)
            title, snippet = titles.snippet_from_doc(document), bodies.snippet_from_doc(document)
            hits.append(Found(document["id"][0], title.to_html(), snippet.to_html()))
        buckets = self._searcher.aggregate(query, _TAG_COUNTS)["tags"]["buckets"] if self._facets else ()
        return Reply(result.count, hits, len(buckets))

    def close(self) -> None:
        del self._searcher, self._index
