"""The layers of search/ hold: an import points to a lower layer, or stays within its own package."""

import ast
from pathlib import Path

import pytest

SEARCH = Path(__file__).parent.parent / "search"

LAYERS: dict[str, float] = {
    "search": 0,
    "search.models": 0,
    "search.errors": 1,
    "search.fields": 0,
    "search.configvalues": 1,
    "search.config": 2,
    "search.configload": 3,
    "search.disk": 2,
    "search.gitrepo": 2,
    "search.hookfile": 2,
    "search.hooklauncher": 2,
    "search.githooks": 3,
    "search.hookrun": 6,
    "search.runlog": 1,
    "search.runs": 3,
    "search.runner": 6,
    "search.watch": 6,
    "search.dates": 0,
    "search.shortcodes": 0,
    "search.markdown": 1,
    "search.frontmatter": 2,
    "search.mapping": 3,
    "search.analysis": 1,
    "search.query": 1,
    "search.query.ast": 1,
    "search.query.dates": 2,
    "search.query.lex": 2,
    "search.query.operands": 2,
    "search.query.explain": 2,
    "search.query.pins": 2,
    "search.query.rewrite": 2,
    "search.query.synonyms": 2,
    "search.query.unspaced": 2,
    "search.query.written_dates": 2,
    "search.posts": 4,
    "search.query.parse": 3,
    "search.query.params": 3,
    "search.snippets": 3,
    "search.render": 3,
    "search.engines": 3,
    "search.engines.base": 3,
    "search.engines.whoosh": 4.2,
    "search.engines.whoosh.schema": 4,
    "search.engines.whoosh.columnar": 4,
    "search.engines.whoosh.storage": 4.1,
    "search.engines.whoosh.answering": 4.1,
    "search.scan": 3,
    "search.indexing": 5,
    "search.service": 6,
    "search.web": 7,
    "search.cli": 8,
    "search.__main__": 9,
}


def layer_of(module: str) -> float:
    """The layer of a module: its own entry, else that of the nearest package above it."""
    while module not in LAYERS:
        module = module.rpartition(".")[0]
    return LAYERS[module]


def modules() -> list[str]:
    found = []
    for path in SEARCH.rglob("*.py"):
        parts = ["search", *path.relative_to(SEARCH).with_suffix("").parts]
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return sorted(found)


def imports_of(module: str) -> set[str]:
    path = SEARCH.parent / Path(*module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative imports hide the layer"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {name for name in found if name.startswith("search.") and name in set(modules())}


@pytest.mark.parametrize("module", modules())
def test_imports_point_down_or_stay_in_the_package(module: str) -> None:
    for imported in imports_of(module):
        same_package = imported.rpartition(".")[0] == module.rpartition(".")[0] != "search"
        within = imported.startswith(f"{module}.") or module.startswith(f"{imported}.")
        assert same_package or within or layer_of(imported) < layer_of(module), f"{module} imports {imported}"


@pytest.mark.parametrize("module", modules())
def test_only_the_engine_package_imports_whoosh(module: str) -> None:
    if module.startswith("search.engines.whoosh"):
        return
    path = SEARCH.parent / Path(*module.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not any(name.split(".")[0] == "whoosh" for name in names)


def test_every_file_stays_under_400_lines() -> None:
    for path in SEARCH.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
