"""What several test modules need."""

from pathlib import Path

import pytest

from tests.corpora import corpora_folder, missing


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real posts, which is no part of the repository."""
    folder = corpora_folder()
    if not folder.is_dir():
        pytest.skip(missing(folder))
    return folder
