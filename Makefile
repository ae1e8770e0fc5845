# Two commands on a fresh machine: `make run` and `make test`. Each does all the set-up by itself.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
ARGS ?=

.PHONY: run demo test lint types tests bench kill law wheel example clean help

help:  ## Say what there is.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/.ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "vigil needs Python 3.11 or later, and none was found: install it, then run make again."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python lacks its venv module. On Debian or Ubuntu: sudo apt install python3-venv, then run make again."; exit 1; }
	@echo "Setting up $(VENV) (once, under a minute)..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: $(VENV)/.ready  ## Start the watch with your configuration, or with the embedded default.
	@exec $(BIN)/vigil run

demo: $(VENV)/.ready  ## Play a made-up scam and a night of fraud.
	@$(BIN)/vigil demo

test: lint types tests  ## Lint, types and tests.

lint: $(VENV)/.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.ready
	$(BIN)/mypy

tests: $(VENV)/.ready
	$(PYTEST) -n auto $(ARGS)

bench: $(VENV)/.ready  ## The benchmarks: reading and ingest against the plain sqlite3 floor.
	$(BIN)/python -m benchmarks

kill: $(VENV)/.ready  ## The long form of the kill tests: 100 random moments, every step of a restore.
	VIGIL_KILLS=100 $(PYTEST) tests/kill tests/keeping/test_cut_off.py $(ARGS)

law: $(VENV)/.ready  ## The ledger's law with many random examples.
	VIGIL_LAW=2000 $(PYTEST) tests/test_ledger_law.py $(ARGS)

wheel: $(VENV)/.ready  ## Build the wheel and test it without the source tree.
	$(BIN)/python -m build --quiet --wheel --no-isolation --outdir dist

example: $(VENV)/.ready  ## Write config/vigil.example.toml anew from the definitions.
	$(BIN)/python -m vigil.settings.example > config/vigil.example.toml

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
