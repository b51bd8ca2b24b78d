"""Words a second of the analyzer beside Whoosh's own.

    pytest tests/benchmarks/bench_analysis.py --benchmark-group-by=group

The file is not collected by a plain run: its name does not begin with `test_`.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from whoosh.analysis.analyzers import StandardAnalyzer, StemmingAnalyzer

from search.analysis import analyze, class_key
from tests.benchmarks.corpus import read_sources
from tests.corpora import CHECKOUT, corpora_folder

LETTERS = 1_000_000


class Benchmark(Protocol):
    """What of pytest-benchmark's fixture is used here."""

    extra_info: dict[str, Any]

    def __call__(self, function: Callable[[], object]) -> object: ...


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """About a million letters of real posts: those of 18F where they are, else those of content/."""
    real = corpora_folder() / "18f" / "posts"
    found: list[str] = []
    for source in read_sources(real if real.is_dir() else Path(CHECKOUT, "content")):
        found.append(source.body)
        if sum(map(len, found)) > LETTERS:
            break
    return found


def count_words(texts: list[str]) -> int:
    return sum(len(re.findall(r"\w+", text)) for text in texts)


@pytest.mark.benchmark(group="analysis")
def test_analyze(benchmark: Benchmark, texts: list[str]) -> None:
    benchmark.extra_info["words"] = count_words(texts)
    benchmark(lambda: [analyze(text) for text in texts])


@pytest.mark.benchmark(group="analysis")
@pytest.mark.parametrize("make", [StandardAnalyzer, StemmingAnalyzer])
def test_whoosh(benchmark: Benchmark, texts: list[str], make: Callable[..., Any]) -> None:
    analyzer = make(stoplist=None)  # stop words are kept, as ours are
    benchmark.extra_info["words"] = count_words(texts)
    benchmark(lambda: [sum(1 for _ in analyzer(text, positions=True, chars=True)) for text in texts])


@pytest.mark.benchmark(group="classes")
def test_class_keys_of_a_vocabulary(benchmark: Benchmark, texts: list[str]) -> None:
    terms = sorted({term for text in texts for term in analyze(text).terms})
    benchmark.extra_info["terms"] = len(terms)

    def keys() -> list[str]:
        class_key.cache_clear()
        return [class_key(term, "en") for term in terms]

    benchmark(keys)


@pytest.mark.benchmark(group="analysis")
def test_chinese(benchmark: Benchmark) -> None:
    chosen = random.Random(1)
    text = "".join("，" if chosen.random() < 0.1 else chr(chosen.randrange(0x4E00, 0x8000)) for _ in range(100_000))
    benchmark.extra_info["characters"] = len(text)
    benchmark(lambda: analyze(text))
