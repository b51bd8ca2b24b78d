"""Where the real posts are, which are no part of the repository."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent


def corpora_folder() -> Path:
    """BLOGSEARCH_CORPORA, else `../shared/corpora` beside the checkout; it need not exist."""
    named = os.environ.get("BLOGSEARCH_CORPORA")
    return Path(named) if named else CHECKOUT.parent / "shared" / "corpora"


def missing(folder: Path) -> str:
    """What to say where `folder` is not there."""
    return f"no corpora in {folder}: set BLOGSEARCH_CORPORA to the folder that holds them"
