# `make simulate` and `make test` work on a machine that has only Python 3.11+ and make:
# the first call creates .venv and installs what it needs.

PYTHON ?= python3
BIOME ?= biotic_flux
ARGS ?= --duration 60 --seed 0
FAULTS ?= --objects 500 --kills 100 --stops 100 --full-disks 50 --readers 120
BATHS ?= 2000
SEED ?= 0

BIN := .venv/bin
RUN := $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help simulate test slow fuzz-baths faults check both-pygames wheel docs bench bench-quick peers clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

simulate: .venv/installed ## run a biome headless: make simulate BIOME=forest ARGS="--seed 1"
	$(RUN) tools/simulate.py $(BIOME) $(ARGS)

test: .venv/installed-dev ## run the tests
	$(RUN) -m pytest -n auto -m "not slow"

slow: .venv/installed-dev ## run the tests that take longer
	$(RUN) -m pytest -n auto -m slow

fuzz-baths: .venv/installed-dev ## compare random baths with an exact reference: make fuzz-baths BATHS=20000 SEED=0
	$(RUN) tests/fuzz/run_bath_fuzzer.py --baths $(BATHS) --seed $(SEED)

faults: .venv/installed-dev ## interrupt, kill, fill disks, damage files: make faults FAULTS="--kills 500"
	$(RUN) tests/faults/run_faults.py $(FAULTS)

check: .venv/installed-dev ## lint, types, import contract, content
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m mypy
	$(BIN)/lint-imports
	$(BIN)/spacewheat content check

both-pygames: .venv/installed-dev ## run the sandbox's tests on the other pygame package
	$(RUN) tools/both_pygames.py

wheel: .venv/installed-dev ## build the wheel and try it outside the checkout
	$(RUN) tools/check_wheel.py

docs: .venv/installed-dev ## make pages of docs/ in build/docs
	$(RUN) -m sphinx -W --keep-going -q docs build/docs

bench: .venv/installed ## run all benchmarks, with the peers in more than an hour
	$(RUN) benchmarks/suite.py

bench-quick: .venv/installed ## a look at the benchmarks, in two minutes
	$(RUN) benchmarks/suite.py --quick

peers: .venv-peers/installed ## install what the benchmarks compare with, in .venv-peers

clean: ## remove the environment and everything built
	rm -rf .venv .venv-peers build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/created:
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/created pyproject.toml
	@echo "Installing into .venv; this takes about a minute ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

.venv/installed-dev: .venv/created pyproject.toml
	@echo "Installing into .venv with the tools for tests; this takes about a minute ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -e ".[dev,docs]"
	@touch $@ .venv/installed

# QuSpin has no builds for every Python; without it its rows say so.
.venv-peers/installed: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv .venv-peers
	@echo "Installing the peers into .venv-peers; this takes a few minutes ..."
	@.venv-peers/bin/pip install --quiet --disable-pip-version-check -r $<
	-@.venv-peers/bin/pip install --quiet --disable-pip-version-check quspin
	@touch $@
