"""`blogsearch hook install` and `uninstall`: git hooks that bring the index up to date after git changed the posts.

Three parts. The hooks hold a few lines that are the same everywhere (hookfile.py) and run the launcher. The launcher
(hooklauncher.py), in the git folder, is a short shell script that names the interpreter and the folders, and starts
`blogsearch hook run` detached, with its output in a log beside it. `hook run` (hookrun.py) waits for its turn and runs
the index.
"""

import json
import os
import shutil
import sys
from pathlib import Path, PurePosixPath

from search import hookfile, hooklauncher
from search.config import Settings
from search.errors import StorageError, UsageError
from search.gitrepo import BARE_HOOKS, WORK_TREE_HOOKS, Repository, branches, find_repository, git

_NAMED = 5
"""How many branches are named where the one that was asked for is not there."""


def install(
    repo: Path, settings: Settings, *, config: Path | None = None, branch: str | None = None, folder: str = ""
) -> list[str]:
    """Set up the hooks of the repository that `repo` lies in; one sentence for each thing done. Doing it again is safe.

    The hooks index `settings.content` into `settings.index`, by the configuration file `config` (None: as found from
    the present working folder). In a bare repository `branch` is the branch to take the posts from, below `folder` in
    it: each push brings them into `settings.content`. Raises UsageError, StorageError.
    """
    repository = find_repository(repo)
    _refuse_unfit(repository, settings, branch, folder)
    try:
        done = _leave_earlier_folder(repository)
        repository.state.mkdir(exist_ok=True)
        done += _write_launcher(repository, settings, config, branch, folder)
        repository.hooks.mkdir(parents=True, exist_ok=True)
        for name in repository.hook_names:
            path = repository.hooks / name
            done.append(f"{path}: {hookfile.add(path, sourced=repository.sourced)}.")
        _register(repository)
    except OSError as error:
        raise _storage_error("installed", error) from error
    return [*done, f"The runs write to {repository.state / 'log'}.", *_notes(repository, settings, branch)]


def uninstall(repo: Path) -> list[str]:
    """Take out what `install` wrote in the repository that `repo` lies in, and bring back the hooks that stood there.

    One sentence for each thing done, none where nothing was installed. Raises UsageError, StorageError.
    """
    repository = find_repository(repo)
    try:
        done = _leave_earlier_folder(repository)
        done += _leave(repository, repository.hooks)
        if repository.state.exists():
            shutil.rmtree(repository.state)
            done.append(f"{repository.state}: removed.")
    except OSError as error:
        raise _storage_error("taken out", error) from error
    return done


def _refuse_unfit(repository: Repository, settings: Settings, branch: str | None, folder: str) -> None:
    if repository.hooks.exists() and not repository.hooks.is_dir():
        raise UsageError(
            f"git runs no hooks in this repository: core.hooksPath is {repository.hooks}.",
            remedy="Take that setting out, or set it to a folder.",
        )
    if repository.work_tree is not None:
        if branch is not None or folder:
            raise UsageError(
                f"{repository.work_tree} has its posts checked out: --branch and --folder are for a bare repository.",
                remedy="Leave them out.",
            )
        return
    if branch is None:
        if not settings.content.is_dir():
            raise UsageError(
                f"This repository is bare and there are no posts in {settings.content}.",
                remedy="Name the branch that holds them with --branch: each push then brings them into that folder.",
            )
        return
    git(repository.git_dir, "check-ref-format", "--branch", branch)
    if PurePosixPath(folder).is_absolute() or ".." in PurePosixPath(folder).parts:
        raise UsageError(f"--folder {folder} is not allowed.", remedy="Name a folder of the branch, such as content.")
    if not (repository.state / "index").exists() and settings.content.is_dir() and any(settings.content.iterdir()):
        raise UsageError(
            f"{settings.content} is not empty, and a push would overwrite files in it.",
            remedy="Name an empty or a new folder with --content.",
        )


def _write_launcher(
    repository: Repository, settings: Settings, config: Path | None, branch: str | None, folder: str
) -> list[str]:
    """Write the launcher, every path in it absolute; says what it was told before and is not any more."""
    options = [f"--content={settings.content.absolute()}", f"--index={settings.index.absolute()}"]
    if config is not None:
        options.append(f"--config={config.absolute()}")
    run = [str(repository.git_dir)]
    if branch is not None:
        run += [f"--branch={branch}", f"--folder={folder}"]
    log = str(repository.state / "log")
    now = hooklauncher.text(sys.executable, str(Path.cwd()), options, run, log)
    launcher = repository.git_dir / hookfile.LAUNCHER
    before = os.fsdecode(launcher.read_bytes()) if launcher.exists() else None
    launcher.write_bytes(os.fsencode(now))
    if before is None or before == now:
        return []
    said = [f"{launcher}: changed.", *hooklauncher.changes(before, now)]
    earlier = hooklauncher.settings(before).get("--folder")
    if branch is not None and earlier and not folder:
        said.append(
            f"Note: the next push rewrites {settings.content} with all of the branch {branch}, no longer with "
            f"{earlier} alone. To keep that, install again with --folder {earlier}."
        )
    return said


def _notes(repository: Repository, settings: Settings, branch: str | None) -> list[str]:
    """What someone who installs the hooks might not expect."""
    notes = []
    if branch is not None and branch not in (there := branches(repository.git_dir)):
        named = f"; there is {', '.join(there[:_NAMED])}" if there else ""
        notes.append(f"Note: there is no branch {branch} yet{named}. The posts come with the first push to {branch}.")
    if repository.hooks_are_content:
        notes.append(
            f"{repository.hooks} belongs to the files of the repository; commit the hooks or not: "
            "they do nothing in a clone where blogsearch is not installed."
        )
    elif not repository.hooks.is_relative_to(repository.git_dir) and repository.git_dir.parent.name != "worktrees":
        notes.append(
            f"{repository.hooks} comes from core.hooksPath and may serve other repositories too; "
            "the hooks do nothing there."
        )
    work_tree = repository.work_tree
    if work_tree is not None and not settings.content.resolve().is_relative_to(work_tree):
        notes.append(f"Note: the posts in {settings.content} lie outside of {work_tree}.")
    return notes


def _register(repository: Repository) -> None:
    """Remember who uses this folder of hooks (work trees share theirs, core.hooksPath may be global), and where ours
    are. Hooks that are content serve their own work tree alone, and no path of this machine belongs among them."""
    (repository.state / "hooks").write_bytes(os.fsencode(repository.hooks))
    if not repository.hooks_are_content:
        _write_users(repository.hooks, [*_other_users(repository, repository.hooks), str(repository.git_dir)])


def _leave_earlier_folder(repository: Repository) -> list[str]:
    """Take our hooks out of the folder that they were installed in, where git has since been pointed to another."""
    record = repository.state / "hooks"
    earlier = Path(os.fsdecode(record.read_bytes())) if record.exists() else repository.hooks
    return _leave(repository, earlier) if earlier != repository.hooks else []


def _leave(repository: Repository, hooks: Path) -> list[str]:
    others = _other_users(repository, hooks)
    if others:
        _write_users(hooks, others)
        return [f"{hooks}: kept, for {', '.join(others)} use these hooks too; they do nothing here any more."]
    (hooks / hookfile.ASIDE / "users.json").unlink(missing_ok=True)
    done = []
    names = (*WORK_TREE_HOOKS, *BARE_HOOKS)
    for name in (*names, *(f"{name}.legacy" for name in names)):  # where pre-commit puts the hook that it replaces
        if said := hookfile.remove(hooks / name):
            done.append(f"{hooks / name}: {said}.")
    hookfile.drop_if_empty(hooks / hookfile.ASIDE)
    return done


def _other_users(repository: Repository, hooks: Path) -> list[str]:
    """The git folders of the other repositories and work trees that installed into `hooks` and still are there."""
    try:
        users = json.loads((hooks / hookfile.ASIDE / "users.json").read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return []
    return [user for user in users if user != str(repository.git_dir) and (Path(user) / hookfile.LAUNCHER).exists()]


def _write_users(hooks: Path, users: list[str]) -> None:
    (hooks / hookfile.ASIDE).mkdir(exist_ok=True)
    (hooks / hookfile.ASIDE / "users.json").write_text(json.dumps(sorted(users), indent=2) + "\n", encoding="utf-8")


def _storage_error(what: str, error: OSError) -> StorageError:
    return StorageError(
        f"The hooks could not be {what}: {error.filename}: {error.strerror}.",
        remedy="Make that place writable for you, or run the command as its owner.",
    )
