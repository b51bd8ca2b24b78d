"""What several test modules need."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real posts, which is no part of the repository: BLOGSEARCH_CORPORA, else beside the checkout."""
    named = os.environ.get("BLOGSEARCH_CORPORA")
    folder = Path(named) if named else Path(__file__).parent.parent.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip(f"no corpora in {folder}: set BLOGSEARCH_CORPORA to the folder that holds them")
    return folder
