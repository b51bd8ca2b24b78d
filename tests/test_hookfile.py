"""Our lines in one hook file: in, and out again without a trace. What git does with them is in test_githooks.py."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search import hookfile
from search.errors import UsageError
from tests.repositories import script

SHELL = "#!/bin/sh\necho mine\nexit 3\n"
PYTHON = '#!/usr/bin/env python3\nprint("mine")\nraise SystemExit(3)\n'


@pytest.fixture
def hook(tmp_path: Path) -> Path:
    return tmp_path / "hooks" / "post-merge"


def run(hook: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([hook, *arguments], input=given, text=True, capture_output=True, timeout=60)


def test_a_new_hook_is_executable_and_goes_again(hook: Path) -> None:
    hook.parent.mkdir()
    assert hookfile.add(hook) == "written"
    assert run(hook).returncode == 0
    assert hookfile.remove(hook) == "removed"
    assert list(hook.parent.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        SHELL,
        "#!/bin/bash -eu\necho mine\nexit 3\n",
        "#!/usr/bin/env bash\necho mine\nexec sh -c 'exit 3'",
        "#! /bin/sh\nset -e\necho mine\n(exit 3)\necho never",
    ],
)
def test_a_shell_hook_keeps_its_name_output_and_exit_status(hook: Path, text: str) -> None:
    script(hook, text)
    assert hookfile.add(hook) == "added to the hook that stands there"
    done = run(hook)
    assert (done.returncode, done.stdout, done.stderr) == (3, "mine\n", "")
    assert hookfile.remove(hook) == "taken out of the hook"
    assert hook.read_text() == text
    assert hook.stat().st_mode & 0o777 == 0o755


def test_a_shell_hook_that_asks_where_it_lies_still_finds_its_neighbours(hook: Path) -> None:
    script(hook, '#!/bin/sh\n. "${0%/*}/common"\n')
    (hook.parent / "common").write_text('echo "${0##*/}"\n')
    hookfile.add(hook)
    assert run(hook).stdout == "post-merge\n"


@pytest.mark.parametrize(
    "text", [PYTHON, "#!/bin/sh", "echo mine\nexit 3\n", "#!/bin/sh\r\necho mine\r\n", "\x7fELF", ""]
)
def test_what_is_no_shell_script_is_moved_aside_and_comes_back(hook: Path, text: str) -> None:
    script(hook, "")
    hook.write_bytes(text.encode())
    hook.chmod(0o751)
    assert "runs after it" in hookfile.add(hook)
    assert hookfile.remove(hook) == "restored"
    assert hook.read_bytes() == text.encode()
    assert hook.stat().st_mode & 0o777 == 0o751


def test_a_python_hook_gets_its_arguments_and_input_and_gives_its_exit_status(hook: Path) -> None:
    script(
        hook,
        "#!/usr/bin/env python3\nimport os, sys\n"
        "print(os.path.basename(sys.argv[0]), sys.argv[1:], sys.stdin.read())\nraise SystemExit(7)\n",
    )
    hookfile.add(hook)
    done = run(hook, "a b", "c'd", given="refs\n")
    assert (done.returncode, done.stdout) == (7, "post-merge ['a b', \"c'd\"] refs\n\n")


def test_a_hook_that_is_switched_off_stays_off(hook: Path) -> None:
    script(hook, SHELL)
    hook.chmod(0o644)
    hookfile.add(hook)
    assert run(hook).stdout == ""
    hookfile.remove(hook)
    assert (hook.read_text(), hook.stat().st_mode & 0o777) == (SHELL, 0o644)


@pytest.mark.parametrize("target", ["./../scripts//mine", "{}/scripts/mine", "nowhere"])
def test_a_symbolic_link_runs_and_comes_back_with_the_same_target(hook: Path, target: str) -> None:
    target = target.format(hook.parent.parent)
    script(hook.parent.parent / "scripts" / "mine", '#!/bin/sh\necho "${0##*/}"\n')
    hook.parent.mkdir()
    hook.symlink_to(target)
    hookfile.add(hook)
    assert run(hook).stdout == ("" if target == "nowhere" else "post-merge\n")
    assert hookfile.remove(hook) == "restored"
    assert os.readlink(hook) == target  # noqa: PTH115
    assert (hook.parent.parent / "scripts" / "mine").read_text() == '#!/bin/sh\necho "${0##*/}"\n'


def test_a_second_time_changes_nothing(hook: Path) -> None:
    script(hook, PYTHON)
    hookfile.add(hook)
    before = hook.read_bytes()
    assert hookfile.add(hook) == "stands already"
    assert hook.read_bytes() == before


def test_lines_of_an_older_version_are_renewed(hook: Path) -> None:
    script(hook, SHELL)
    hookfile.add(hook)
    current = hook.read_text()
    hook.write_text(current.replace("rev-parse --git-dir", "rev-parse --old-way"))
    assert hookfile.add(hook) == "renewed"
    assert hook.read_text() == current


def test_lines_that_someone_added_to_our_file_stay(hook: Path) -> None:
    hook.parent.mkdir()
    hookfile.add(hook)
    with hook.open("a") as file:
        file.write("echo more\n")
    assert hookfile.remove(hook) == "taken out of the hook"
    assert run(hook).stdout == "more\n"
    assert "blogsearch_dir" not in hook.read_text()


def test_lines_edited_by_hand_are_left_alone(hook: Path) -> None:
    script(hook, SHELL)
    hookfile.add(hook)
    edited = hook.read_text().replace("# <<< blogsearch <<<\n", "")
    hook.write_text(edited)
    assert "left alone" in (hookfile.remove(hook) or "")
    assert hook.read_text() == edited


def test_an_earlier_hook_that_lies_aside_is_never_overwritten(hook: Path) -> None:
    script(hook, PYTHON)
    hookfile.add(hook)
    hook.unlink()
    script(hook, PYTHON.replace("mine", "newer"))
    with pytest.raises(UsageError, match=r"holds an earlier hook"):
        hookfile.add(hook)
    assert "newer" in hook.read_text()
    assert (hook.parent / hookfile.ASIDE / "post-merge").read_text() == PYTHON


def test_a_file_that_the_shell_reads_anyway_needs_no_first_line_and_no_mode(hook: Path) -> None:
    hook.parent.mkdir()
    hook.write_text("npm test\n")
    hookfile.add(hook, sourced=True)
    assert hook.read_text().endswith("<<<\nnpm test\n")
    hookfile.remove(hook)
    assert hook.read_text() == "npm test\n"


def test_the_hook_of_a_folder_without_any_of_ours_is_left_alone(hook: Path) -> None:
    script(hook, SHELL)
    assert hookfile.remove(hook) is None
    assert hookfile.remove(hook.with_name("post-commit")) is None
    assert hook.read_text() == SHELL


@example(data=b"#!/bin/sh\n# Created by `blogsearch hook install`.\n", mode=0o755)
@given(
    data=st.one_of(
        st.binary(),
        st.sampled_from([b"#!/bin/sh\n", b"#!/bin/bash\n"]).flatmap(lambda line: st.binary().map(line.__add__)),
    ),
    mode=st.sampled_from([0o755, 0o700, 0o644]),
)
def test_any_hook_comes_back_byte_for_byte(tmp_path_factory: pytest.TempPathFactory, data: bytes, mode: int) -> None:
    hook = tmp_path_factory.mktemp("hooks") / "post-commit"
    hook.write_bytes(data)
    hook.chmod(mode)
    hookfile.add(hook)
    hookfile.add(hook)
    hookfile.remove(hook)
    assert (hook.read_bytes(), hook.stat().st_mode & 0o777) == (data, mode)
    assert list(hook.parent.iterdir()) == [hook]
