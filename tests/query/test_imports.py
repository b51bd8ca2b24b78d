import subprocess
import sys


def test_reading_a_query_imports_nothing_from_outside_the_standard_library() -> None:
    """A query on the command line waits for every import, so this package must stay light."""
    code = """
import sys
before = set(sys.modules)
import search.query.params, search.query.parse, search.query.explain
names = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(names - sys.stdlib_module_names - {"search"}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
