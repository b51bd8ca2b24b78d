"""What several test modules need."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.corpora import corpora_folder, missing

# No test fails for a slow machine: work is bounded by counts, never by seconds.
settings.register_profile("blogsearch", deadline=None)
settings.load_profile("blogsearch")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real posts, which is no part of the repository."""
    folder = corpora_folder()
    if not folder.is_dir():
        pytest.skip(missing(folder))
    return folder
