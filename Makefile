PYTHON ?= python3
BIN := .venv/bin
STORE ?=
only ?= tests
SUITE ?= build

help:  ## list these
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.tools: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

install: .venv/.tools  ## an environment with the package and its tools

run: .venv/.installed  ## build the archive in data/ and serve it on http://localhost:5000
	@$(MAKE) --silent editor || true
	$(BIN)/praleska build
	$(BIN)/praleska serve $(if $(STORE),--store $(STORE))

# Without Node the query page has a plain text field, and everything works.
EDITOR := server/web/static/editor
editor: $(EDITOR)/LICENSES.txt  ## the SPARQL editor of the query page (needs Node; make run calls it)

$(EDITOR)/LICENSES.txt: $(wildcard server/web/editor/*)
	@if ! command -v npm >/dev/null; then echo "No editor on the query page: Node is missing."; \
	elif cd server/web/editor && npm ci --silent && npm run --silent build && rm -rf node_modules; then :; \
	else echo "No editor on the query page: npm could not build it."; fi

test: .venv/.tools  ## tests (make test only=tests/web)
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile -m "not slow and not walk" $(only)

# Programs that read the pages in the tests. Without npm those tests are left out, and say so.
tests/readers/node_modules: tests/readers/package.json
	@if command -v npm >/dev/null && npm install --prefix tests/readers --silent; then touch $@; \
	else rm -rf $@; echo "npm is missing or cannot install: the tests in tests/test_readers.py are left out"; fi

test-slow: .venv/.tools  ## the tests that take minutes: other engines, storms of queries, planted secrets
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile -m slow $(only)

test-walk: .venv/.tools tests/readers/node_modules  ## axe, Nu, Comunica, extruct, Signposting, and a crawler read the pages
	$(BIN)/python -m pytest -q --numprocesses auto --dist load -m walk tests

crawl: .venv/.tools  ## all forms of all documents of the archive, and every link
	PRALESKA_CRAWL=1 $(BIN)/python -m pytest -q tests/test_crawler.py

# The runner of the W3C suites. Without npm they are not run, which the result says.
tests/conformance/node_modules: tests/conformance/package.json
	@if command -v npm >/dev/null && npm install --prefix tests/conformance --no-package-lock --silent; then touch $@; fi

conformance: .venv/.tools tests/readers/node_modules tests/conformance/node_modules  ## the public suites in a folder (make conformance SUITES=…)
	$(BIN)/python -m tests.conformance "$(SUITES)"

check: .venv/.tools  ## format, lint, types, shapes over data
	$(BIN)/ruff format --check server tests bench
	$(BIN)/ruff check server tests bench
	$(BIN)/mypy
	$(BIN)/praleska check

fix: .venv/.tools  ## let ruff format and repair
	$(BIN)/ruff format server tests bench
	$(BIN)/ruff check --fix server tests bench

bench: .venv/.tools  ## measure (make bench SUITE=build | questions | service | pages | search)
	$(BIN)/python bench/$(SUITE).py

bench-%: .venv/.tools
	$(BIN)/python bench/$*.py

.PHONY: help install run editor test test-slow test-walk crawl conformance check fix bench
.DEFAULT_GOAL := help
