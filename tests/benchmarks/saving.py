"""From the save of a post to the answer that holds its new word, with `blogsearch watch` running."""

import subprocess
import time
from pathlib import Path
from statistics import median

from search.config import Settings
from search.models import SearchRequest
from search.service import search
from tests.benchmarks.commands import blogsearch
from tests.benchmarks.report import Row

DEADLINE = 600.0
"""Seconds after which a saved post counts as lost."""


def save_to_found(posts: Path, index: Path, times: int = 9) -> Row:
    """The median over `times` saves of one post, which is put back at the end. `index` holds the posts already."""
    post = sorted(posts.glob("*.md"))[0]
    original = post.read_text(encoding="utf-8")
    settings = Settings(content=posts, index=index)

    def save(word: str) -> float:
        began = time.perf_counter()
        post.write_text(f"{original}\n{word}\n", encoding="utf-8")
        while not search(settings, SearchRequest(word)).total:
            if time.perf_counter() - began > DEADLINE:
                raise RuntimeError(f"{post} was saved and not found")
            time.sleep(0.002)
        return time.perf_counter() - began

    watcher = subprocess.Popen(blogsearch(posts, index, "watch"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        save("zyxstart")  # found when the watcher is at work
        time.sleep(1)
        seconds = []
        for number in range(times):
            seconds.append(save(f"zyxword{number}"))
            time.sleep(0.5)
    finally:
        watcher.terminate()
        watcher.wait()
        post.write_text(original, encoding="utf-8")
    note = "goal 250 ms at 3,500 posts, 500 ms at 100,000"
    return Row("one changed post, from save to found with `watch`", "ms", median(seconds), "", None, note)
