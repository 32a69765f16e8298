# Needs Python 3.11 or newer and make; everything else goes into .venv.
#   make test ARGS="tests/rules -k selection" WORKERS=0    runs a part of the tests

.DEFAULT_GOAL := help
SHELL := /bin/sh
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
WORKERS ?= 2
ARGS ?=
SEEDS ?= 20000
KILLS ?= 200
RECIPIENTS ?= 10000
CODE := $(wildcard bot handlers scheduler models tests tools benchmarks) hatch_build.py
INSTALL_PROJECT = $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .

# The first interpreter that is new enough; PYTHON=... chooses another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$python -c '$(NEW_ENOUGH)' 2>/dev/null; then echo $$python; break; fi; done)

COMPILE_LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate $(LOCK_ARGS)

.PHONY: help install demo test test-long check bench catalogue compile lock clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

install: .venv/dev.stamp ## make .venv with everything that tests and checks need

demo: .venv/run.stamp ## a school term in LINE and Telegram, at http://127.0.0.1:8000
	$(BIN)/bot demo $(ARGS)

# Whatever the environment says: without bytecode on disk every process compiles all anew.
test test-long: export PYTHONDONTWRITEBYTECODE :=

test: .venv/dev.stamp compile ## run the tests, on SQLite, PostgreSQL and a real browser
	$(BIN)/python -m tools.chromium
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-long: .venv/dev.stamp compile ## the tests that take hours: 20,000 simulated weeks, 200 kills, 10,000 sequences
	BELL_SEEDS=$(SEEDS) BELL_KILLS=$(KILLS) BELL_RECIPIENTS=$(RECIPIENTS) $(BIN)/python -m pytest \
		-n $(WORKERS) --dist worksteal -m "long or not long" tests/faults tests/store \
		tests/scheduler/test_budgeting.py tests/imports/test_size.py $(ARGS)

check: .venv/dev.stamp ## format, lint, types, import directions, spelling, translations
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python -m tools.simplified
	$(BIN)/python -m tools.translations check

bench: .venv/dev.stamp compile ## run the benchmarks
	$(BIN)/python -m benchmarks $(ARGS)

catalogue: .venv/dev.stamp ## take new sentences from the code into locales/
	$(BIN)/python -m tools.translations extract

compile: .venv/run.stamp ## compile the translations (.po to .mo)
	@$(BIN)/python hatch_build.py

lock: .venv/dev.stamp ## resolve the requirements anew; LOCK_ARGS=--upgrade takes newer versions
	$(COMPILE_LOCK) --group build --output-file requirements/run.txt
	$(COMPILE_LOCK) --group build --group dev --extra otel \
		--constraints requirements/run.txt --output-file requirements/dev.txt

clean: ## remove .venv and whatever tools leave behind
	rm -rf .venv build dist htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locales -name '*.mo' -delete

.venv/bin/python:
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c '$(NEW_ENOUGH)'; then \
		echo "Python 3.11 or newer is needed; found: $$(python3 --version 2>&1)." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; \
		exit 1; fi
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt pyproject.toml hatch_build.py | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/run.txt
	$(INSTALL_PROJECT)
	@touch $@

.venv/dev.stamp: requirements/dev.txt requirements/run.txt pyproject.toml hatch_build.py | .venv/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(INSTALL_PROJECT)
	@touch .venv/run.stamp $@
