"""The real command in a process of its own: exit codes, signals, pipes, encodings, and what a query imports."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from search.cli.app import COMMANDS

COMMAND = [sys.executable, "-m", "search"]
HEAVY = {
    *("whoosh", "markdown", "yaml", "frontmatter", "tomllib", "multiprocessing", "subprocess", "asyncio"),
    *("rich.table", "rich.progress", "watchfiles"),
    *(f"search.cli.{module}" for module in COMMANDS.values() if module != "query"),
    *("search.runs", "search.runlog"),
}

POST = """---
title: {title}
date: 2021-05-06
tags: [evidence, safety]
---
# Results

A meta-analysis of many trials \x1b[2J found no harm.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three posts and their index."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "content").mkdir()
    for number in range(3):
        text = POST.format(title=f"Post \u202e number {number}")
        (folder / "content" / f"post-{number}.md").write_text(text, encoding="utf-8")
    assert run(folder, "index").returncode == 0
    return folder


def environment(**changes: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("BLOGSEARCH_", "PYTHONIO", "COV"))}
    source = str(Path(__file__).parents[2])
    return {**kept, "PYTHONPATH": source, "PYTHONWARNINGS": "error", **changes}


def run(folder: Path, *args: str | bytes, **changes: str) -> "subprocess.CompletedProcess[bytes]":
    done = subprocess.run([*COMMAND, *args], cwd=folder, env=environment(**changes), capture_output=True, timeout=120)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


@contextmanager
def locked(index: Path) -> Iterator[None]:
    """Another process, as it were, writes to the index."""
    import fcntl

    with (index / "LOCK").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_found_is_0_and_nothing_found_is_1(site: Path) -> None:
    assert run(site, "query", "meta-analysis").returncode == 0
    assert run(site, "query", "unicorn").returncode == 1


def test_a_query_builds_the_index_it_needs(site: Path, tmp_path: Path) -> None:
    done = run(site, "--index", str(tmp_path / "fresh"), "query", "meta-analysis", "--json")
    assert done.returncode == 0
    assert done.stderr == b""
    assert json.loads(done.stdout)["total"] == 3
    assert run(site, "--index", str(tmp_path / "fresh"), "status").returncode == 0


def test_bad_usage_is_2(site: Path) -> None:
    assert run(site, "query", "x", "--sort", "sideways").returncode == 2


def test_bad_posts_are_3_and_cost_no_other_post(site: Path, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(POST.format(title="Good"), encoding="utf-8")
    (tmp_path / "bad.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    place = ["--content", str(tmp_path), "--index", str(tmp_path / "built")]
    for command in ("check", "index"):
        done = run(site, *place, command)
        assert done.returncode == 3
        assert f"{tmp_path}/bad.md:".encode() in done.stdout
    assert run(site, *place, "query", "good").returncode == 0


def test_check_names_pinned_posts_that_nobody_would_find(site: Path, tmp_path: Path) -> None:
    config = tmp_path / "blogsearch.toml"
    config.write_text(f'content = "{site / "content"}"\npins = ["knee > no-such-post"]\n', encoding="utf-8")
    done = run(site, "--config", str(config), "check")
    assert done.returncode == 3
    assert b'no-such-post: pinned to "knee"' in b" ".join(done.stdout.split())


def test_check_writes_nothing(site: Path, tmp_path: Path) -> None:
    index = tmp_path / "none"
    assert run(site, "--index", str(index), "check").returncode == 0
    assert not index.exists()


def test_damage_is_named_by_a_check_of_the_index_and_mended_by_a_run_that_verifies(site: Path, tmp_path: Path) -> None:
    place = ["--index", str(tmp_path / "index")]
    assert run(site, *place, "check", "--index").returncode == 4  # there is none yet
    assert run(site, *place, "index").returncode == 0
    whole = run(site, *place, "check", "--index", "--json")
    assert (whole.returncode, json.loads(whole.stdout)) == (0, {"damage": []})
    path = next((tmp_path / "index").glob("gen-*/*.seg"))
    before, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # only the content tells
    broken = run(site, *place, "check", "--index")
    assert broken.returncode == 4
    assert f"{path} is damaged: its checksum is wrong." in broken.stdout.decode()
    assert run(site, *place, "index", "--verify").returncode == 0
    assert run(site, *place, "check", "--index").stdout == b"Every file of the index is what was written.\n"


def test_an_index_that_cannot_be_built_is_4(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run(site, "--index", str(tmp_path / "file"), "index")
    assert done.returncode == 4
    assert done.stderr.startswith(b"Error: ")


def test_an_index_that_another_writes_is_4_and_names_the_holder(site: Path) -> None:
    with locked(site / "index"):
        done = run(site, "index", "--wait", "0", "--json")
    assert done.returncode == 4
    assert json.loads(done.stderr)["type"] == "urn:blogsearch:error:index-locked"


def test_ctrl_c_is_130_and_silent(site: Path) -> None:
    with locked(site / "index"):
        process = subprocess.Popen(
            [*COMMAND, "--debug", "index", "--wait", "60"],
            cwd=site,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        _wait_until_open(process.pid, site / "index" / "LOCK")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in err


def test_ctrl_c_while_workers_start_is_130_and_silent(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    for number in range(400):
        (tmp_path / "content" / f"{number}.md").write_text(POST.format(title=number), encoding="utf-8")
    process = subprocess.Popen(
        [*COMMAND, "index"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    if len(os.sched_getaffinity(0)) > 1:
        _wait_for_worker(process.pid)
    else:
        _wait_until_open(process.pid, tmp_path / "index" / "LOCK")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in err
    assert not list((tmp_path / "index").glob("gen-*"))


def _wait_for_worker(pid: int) -> None:
    """Until a child process has come so far that Ctrl-C would raise KeyboardInterrupt in it."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    while not any(_is_starting_worker(Path("/proc", child)) for child in children.read_text().split()):
        os.sched_yield()


def _is_starting_worker(process: Path) -> bool:
    try:
        caught = re.search(r"SigCgt:\s*([0-9a-f]+)", (process / "status").read_text())
        return "spawn_main" in (process / "cmdline").read_text() and bool(caught and int(caught[1], 16) & 2)
    except OSError:
        return False


def _wait_until_open(pid: int, path: Path) -> None:
    """Until the process has the file open: it is at work then, and not still starting."""
    files = Path(f"/proc/{pid}/fd")
    while not any(_target(link) == path.resolve() for link in files.iterdir()):
        os.sched_yield()


def _target(link: Path) -> Path | None:
    try:
        return link.readlink()
    except OSError:
        return None


@pytest.mark.parametrize("args", [["query", "meta-analysis"], ["query", "", "--json"], ["status"]])
def test_a_reader_who_left_ends_it_in_silence(site: Path, args: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*COMMAND, *args], cwd=site, env=environment(), stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 0


def test_a_full_disk_behind_stdout_is_4(site: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "query", ""], cwd=site, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 4
    assert done.stderr == "Error: the output cannot be written: No space left on device.\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_stdout_will_do(site: Path, encoding: str) -> None:
    assert run(site, "query", "“meta” – 細胞 OR harm", PYTHONIOENCODING=encoding).returncode == 0
    done = run(site, "query", "細胞 OR harm", "--json", PYTHONIOENCODING=encoding)
    assert json.loads(done.stdout)["total"] == 3


def test_bytes_that_are_no_text_are_answered(site: Path) -> None:
    done = run(site, "query", b"harm caf\xe9", "--json")
    assert json.loads(done.stdout)["query"] == "harm caf\ufffd"


@pytest.mark.parametrize("args", [[], ["--json"], ["--explain"]])
def test_no_escape_of_a_post_gets_out(site: Path, args: list[str]) -> None:
    out = run(site, "query", "harm", *args).stdout.decode()
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_json_names_no_folder(site: Path, tmp_path: Path) -> None:
    """What a program passes on must not tell where things lie on this machine."""
    (tmp_path / "bad.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    place = ["--content", str(tmp_path), "--index", str(site / "index")]
    outputs = [run(site, *place, *args.split(), "--json").stdout for args in ("check", "status", "query harm")]
    assert all(str(folder).encode() not in out for folder in (site, tmp_path, Path.home()) for out in outputs)


@pytest.mark.parametrize(("args", "more"), [(["query", "harm"], set()), (["query", "harm", "--json"], {"rich"})])
def test_a_query_imports_nothing_heavy(site: Path, args: list[str], more: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "search", *args], cwd=site, env=environment(), capture_output=True
    )
    imported = {line.rpartition(b"|")[2].strip().decode() for line in done.stderr.splitlines()}
    assert "search.service" in imported
    assert imported & (HEAVY | more) == set()


def test_the_installed_command_is_the_same(site: Path) -> None:
    command = Path(sys.executable).parent / "blogsearch"
    done = subprocess.run([command, "--version"], cwd=site, env=environment(), capture_output=True, text=True)
    assert done.stdout == run(site, "--version").stdout.decode()
