"""The launcher says again what it was told, whatever a path or a branch is called."""

from hypothesis import given
from hypothesis import strategies as st

from search import hooklauncher

VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@given(VALUES, VALUES, VALUES, VALUES, VALUES)
def test_what_it_was_told_is_read_again(python: str, start: str, content: str, branch: str, folder: str) -> None:
    run = ["/served.git", f"--branch={branch}", f"--folder={folder}"]
    launcher = hooklauncher.text(f"/{python}", f"/{start}", [f"--content=/{content}"], run, "/log")
    assert hooklauncher.settings(launcher) == {
        "Interpreter": f"/{python}",
        "Working folder": f"/{start}",
        "--content": f"/{content}",
        "--branch": branch,
        "--folder": folder,
    }


def test_each_setting_that_differs_is_a_sentence_and_no_other() -> None:
    before = hooklauncher.text("/python", "/srv", ["--content=/a"], ["/git", "--branch=main", "--folder=posts"], "/log")
    now = hooklauncher.text(
        "/python", "/home", ["--content=/a", "--config=/c"], ["/git", "--branch=main", "--folder="], "/"
    )
    assert hooklauncher.changes(before, before) == []
    assert hooklauncher.changes(before, now) == [
        "Working folder: /srv -> /home.",
        "--folder: posts -> all of the branch.",
        "--config: not given -> /c.",
    ]


def test_one_that_cannot_be_read_tells_nothing() -> None:
    assert hooklauncher.settings("python='never closed") == {}
