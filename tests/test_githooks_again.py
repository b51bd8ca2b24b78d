"""What an installation tells that stands on an earlier one, or waits for a branch."""

from pathlib import Path

import pytest

from search import githooks
from search.config import Settings
from tests.repositories import Sandbox, git


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    Sandbox(tmp_path, monkeypatch).repository(tmp_path / "blog")
    git(tmp_path, "clone", "--quiet", "--bare", "blog", "served.git")
    return tmp_path / "served.git"


def test_installing_again_tells_every_setting_that_changes(bare: Path, tmp_path: Path) -> None:
    old, new = Settings(tmp_path / "live", tmp_path / "old index"), Settings(tmp_path / "live", tmp_path / "new")
    githooks.install(bare, old, branch="main", folder="content")
    again = githooks.install(bare, new, config=tmp_path / "my.toml", branch="main", folder="posts")
    assert again[:4] == [
        f"{bare}/blogsearch/hook: changed.",
        f"--index: {tmp_path}/old index -> {tmp_path}/new.",
        "--folder: content -> posts.",
        f"--config: not given -> {tmp_path}/my.toml.",
    ]
    once_more = githooks.install(bare, new, config=tmp_path / "my.toml", branch="main", folder="posts")
    assert not any("->" in line or "changed" in line for line in once_more)


def test_installing_again_without_the_folder_warns_of_what_the_next_push_does(bare: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "live", tmp_path / "index")
    githooks.install(bare, settings, branch="main", folder="content")
    said = githooks.install(bare, settings, branch="main")
    assert "--folder: content -> all of the branch." in said
    (warning,) = (line for line in said if line.startswith("Note: "))
    assert f"rewrites {tmp_path}/live with all of the branch main" in warning
    assert "install again with --folder content" in warning


def test_a_launcher_edited_by_hand_is_replaced_and_that_is_told(bare: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "live", tmp_path / "index")
    githooks.install(bare, settings, branch="main")
    (bare / "blogsearch" / "hook").write_text("it's broken")
    assert f"{bare}/blogsearch/hook: changed." in githooks.install(bare, settings, branch="main")
    assert "it's" not in (bare / "blogsearch" / "hook").read_text()


def test_a_branch_that_is_not_there_is_mentioned_with_those_that_are(bare: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "live", tmp_path / "index")
    assert "Note: " not in " ".join(githooks.install(bare, settings, branch="main"))
    said = githooks.install(bare, settings, branch="master")
    assert any(line.startswith("Note: there is no branch master yet; there is main.") for line in said)
