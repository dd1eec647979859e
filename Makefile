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
	$(BIN)/praleska build
	$(BIN)/praleska serve $(if $(STORE),--store $(STORE))

test: .venv/.tools  ## tests (make test only=tests/web)
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile -m "not slow" $(only)

test-slow: .venv/.tools  ## the tests that take minutes: other engines, storms of queries, planted secrets
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile -m slow $(only)

check: .venv/.tools  ## format, lint, types, shapes over data
	$(BIN)/ruff format --check server tests bench
	$(BIN)/ruff check server tests bench
	$(BIN)/mypy
	$(BIN)/praleska check

fix: .venv/.tools  ## let ruff format and repair
	$(BIN)/ruff format server tests bench
	$(BIN)/ruff check --fix server tests bench

bench: .venv/.tools  ## measure (make bench SUITE=build | questions)
	$(BIN)/python bench/$(SUITE).py

bench-%: .venv/.tools
	$(BIN)/python bench/$*.py

.PHONY: help install run test test-slow check fix bench
.DEFAULT_GOAL := help
