# `make run`, `make serve` and `make test` do everything on a machine with Python 3.11+ (with venv) and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: run serve test test-long test-browser test-container test-faults test-whoosh27 lint relevance bench bench-large bench-http bench-parts clean

# The stamp files make an install happen once per change of pyproject.toml.
$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

$(VENV)/installed-bench: $(VENV)/installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@

run: $(VENV)/installed  ## index content/ and answer one query; bad posts (exit code 3) are told and do not stop it
	$(BIN)/blogsearch index || test $$? -eq 3
	$(BIN)/blogsearch query "meta-analysis"
	@echo "make serve answers over HTTP, with a search page at http://127.0.0.1:8000/"

serve: $(VENV)/installed  ## index content/ and answer over HTTP at port 8000, until Ctrl-C
	$(BIN)/blogsearch index || test $$? -eq 3
	$(BIN)/blogsearch serve

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint  ## lint, types and the test suite, warnings as errors
	$(BIN)/python -m pytest -m "not faults and not long and not browser and not container"

test-long: $(VENV)/installed-test  ## what make test does in short, at length: many examples, two workers, nginx, Caddy, the image's installation
	$(BIN)/python -m pytest -m long

test-faults: $(VENV)/installed-test  ## the long fault suite: a thousand kills, full disks, flipped bits, eight readers and writers
	$(BIN)/python -m pytest -m faults tests/faults

test-browser: $(VENV)/installed-test  ## the search page and the search box in Chromium (Debian: apt install chromium)
	$(BIN)/python -m pytest -m browser tests/browser

test-container: $(VENV)/installed-test  ## the image, built and run as docs/deploy.md says (Debian: apt install podman runc debootstrap)
	$(BIN)/python -m pytest -m container tests/container

# The original Whoosh in an environment of its own: every dependency but whoosh3, then blogsearch without any.
OLD := build/whoosh27
NEEDS := import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
	print(*(n for n in p["dependencies"] + p["optional-dependencies"]["test"] if not n.startswith("whoosh3")), sep="\n")

$(OLD)/installed: pyproject.toml
	test -x $(OLD)/bin/python || $(PYTHON) -m venv $(OLD)
	$(PYTHON) -c '$(NEEDS)' > $(OLD)/requirements.txt
	$(OLD)/bin/python -m pip install --quiet --disable-pip-version-check -r $(OLD)/requirements.txt 'Whoosh==2.7.4'
	$(OLD)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

test-whoosh27: $(OLD)/installed  ## the engine's tests on Whoosh 2.7.4; only warnings from within it are let through
	$(OLD)/bin/python -m pytest -p no:cacheprovider \
		-o "filterwarnings=$$(printf 'error\nignore:::whoosh')" tests/engines tests/test_indexing.py

relevance: $(VENV)/installed-test  ## judged queries over real posts, into docs/relevance.md
	$(BIN)/python -m tests.relevance

bench: $(VENV)/installed-bench  ## speed and size beside other engines at 3,500 posts, into docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks

bench-large: $(VENV)/installed-bench  ## the same at 100,000 posts; takes a good while
	$(BIN)/python -m tests.benchmarks --large

bench-http: $(VENV)/installed-bench  ## the service from outside, beside bare Starlette and Groonga, into docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks.web

bench-parts: $(VENV)/installed-bench  ## the steps of a build and of an answer, each by itself
	$(BIN)/python -m pytest tests/benchmarks/bench_*.py --benchmark-group-by=group --benchmark-columns=median,min,rounds

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find index -mindepth 1 ! -name README.md -exec rm -rf {} +
