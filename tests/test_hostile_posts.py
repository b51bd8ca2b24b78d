"""Posts that were made to cost time or memory: each is read, or is a problem, at once.

The inputs are as large as a post may be, where a pattern that looks at the same text again and again takes minutes to
ages. Each is read in a process of its own, so that one that fails ends as well.
"""

import subprocess
import sys

import pytest

LIMIT = 60.0
"""Seconds. Every input takes less than a few; nothing here is measured, only told from what never ends."""


def run_apart(code: str) -> str:
    """What a program prints. Fails where it does not end within the limit."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("'{.aa=' + '.aa=' * 900", id="attributes that can be cut in many ways"),
        pytest.param("'# H\\n{#' + 'a' * 900_000", id="an id that never ends"),
        pytest.param("('{{ ' + 'a' * 3_900 + ' }} ') * 230", id="tags with one long word"),
        pytest.param("('{{ ' + '\"a' * 1_950 + ' }} ') * 230", id="tags with quotes that nothing closes"),
        pytest.param("' '.join('`' * length for length in range(1, 5_000))", id="backticks in runs of all lengths"),
        pytest.param("'~' * 900_000 + '`'", id="a fence that is none"),
        pytest.param("'```\\n{{' + ' ' * 900_000", id="blanks in a tag in code"),
        pytest.param("'import ' + ' ' * 900_000", id="blanks in an import"),
    ],
)
def test_what_is_no_markdown_is_taken_out_at_once(source: str) -> None:
    run_apart(f"from search.shortcodes import take_out; take_out({source}, mdx=True)")


def test_the_line_of_a_key_is_found_at_once() -> None:
    program = """
from search.frontmatter import parse
print(parse("---\\ntitle: T\\nx: |\\n" + " " * 90_000 + "y\\ndate: nonsense\\n---\\n", "a.md").line_of("date"))
"""
    assert run_apart(program) == "5\n"


def test_a_mapping_as_a_key_takes_no_memory() -> None:
    program = """
import resource
from search.frontmatter import parse
resource.setrlimit(resource.RLIMIT_DATA, (400_000_000, 400_000_000))
print(parse("---\\ntitle: T\\nx: " + "{" * 18 + "a\\\\'\\"" * 3_000 + "}" * 18 + "\\n---\\n", "a.md").values["title"])
"""
    assert run_apart(program) == "T\n"


@pytest.mark.parametrize(
    "lines",
    [
        "'x' + '.a' * 49_000 + '=1'",
        "'x' + '.\"\\\\\"\"' * 16_000 + '=1'",
        "'[x' + ' . a' * 12_000 + ']\\n' + 'b=1\\n' * 12_000",
        "'x = {x' + '.a' * 48_000 + '=1}'",
    ],
)
def test_a_key_of_toml_with_too_many_dots_is_refused_at_once(lines: str) -> None:
    program = f"""
from search.errors import PostError
from search.frontmatter import parse
try:
    parse("+++\\n\\n" + {lines} + "\\n+++\\n", "a.md")
except PostError as error:
    print(error.problem.code, error.problem.line, error.problem.message)
"""
    assert run_apart(program) == "toml 3 a key has 100 dots or more.\n"


@pytest.mark.parametrize(
    "line",
    [
        "'x' * 99_000 + ' = 1'",
        "'\"\\\\' * 49_000",
        "'x = \"' + '\\'' * 98_000 + '\"'",
        "'a . ' * 20_000",
        "'\"' * 99_000",
    ],
)
def test_other_toml_is_looked_through_for_such_keys_at_once(line: str) -> None:
    run_apart(f"from search.frontmatter import _Toml; _Toml.LONG_KEY.search({line})")
