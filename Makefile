# `make simulate` and `make test` work on a machine that has only Python 3.11+ and make:
# the first call creates .venv and installs what it needs.

PYTHON ?= python3
BIOME ?= biotic_flux
ARGS ?= --duration 60 --seed 0

BIN := .venv/bin
RUN := $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help simulate test slow check wheel clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

simulate: .venv/installed ## run a biome headless: make simulate BIOME=forest ARGS="--seed 1"
	$(RUN) tools/simulate.py $(BIOME) $(ARGS)

test: .venv/installed-dev ## run the tests
	$(RUN) -m pytest -n auto -m "not slow"

slow: .venv/installed-dev ## run the tests that take longer
	$(RUN) -m pytest -m slow

check: .venv/installed-dev ## lint, types, import contract, content
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(BIN)/lint-imports
	$(BIN)/spacewheat content check

wheel: .venv/installed-dev ## build the wheel and try it outside the checkout
	$(RUN) tools/check_wheel.py

clean: ## remove the environment and everything built
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/created:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/created pyproject.toml
	@echo "Installing into .venv; this takes about a minute ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/installed-dev: .venv/created pyproject.toml
	@echo "Installing into .venv with the tools for tests; this takes about a minute ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $@ .venv/installed
