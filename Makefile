# Two commands set a fresh machine up: `make demo` and `make test`. Needed: Python 3.11 or later, with venv.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= auto
FUZZ_SECONDS ?= 900
FUZZ_DIR ?= .fuzz
CHAOS ?= --rounds 200

.PHONY: demo test lint bench corpora chaos fuzz messages clean
demo: $(STAMP)  ## the console on an embedded sample mailbox: no account, no network
	@$(BIN)/desk demo

test: $(STAMP) lint  ## every check and test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(STAMP)  ## format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(STAMP)  ## the benchmarks, each a table of ratios
	@$(BIN)/python -m bench

conformance: $(STAMP)  ## receiving on Dovecot, Cyrus and Courier, the latter two from packages that are fetched and unpacked (Debian, Ubuntu)
	@CONFORMANCE=1 $(BIN)/python -m pytest -n $(WORKERS) -rs --dist worksteal \
		tests/transport/test_mailbox_conformance.py tests/transport/test_writing.py tests/sync/test_conformance.py tests/sync/test_writeback_servers.py

corpora: $(STAMP)  ## how well mail is understood, on other projects' suites (not part of this project; see docs/limits.md)
	@$(BIN)/python -m bench.corpora

chaos: $(STAMP)  ## rounds of faults, kills and changes on real servers; CHAOS="--rounds 200 --server dovecot-maildir --seed 7"
	@$(BIN)/python -m bench chaos $(CHAOS)

fuzz: $(STAMP)  ## the coverage-guided fuzzer on the mail layer, FUZZ_SECONDS for each of its four targets (Linux, CPython)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --group fuzz
	@for name in mail html quotes threads; do $(BIN)/python -m tests.fuzz.run $$name $(FUZZ_DIR)/$$name -max_total_time=$(FUZZ_SECONDS) || exit 1; done

messages: $(STAMP)  ## the catalogues: extract, merge, compile; prints what has no French yet
	@$(BIN)/python -m tests.support.messages

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed (Debian: apt install python3-venv)." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check -U "pip>=25.1"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e . --group dev
	@$(BIN)/python -m compileall -q tui_desk  # as pip does for a wheel: a start without it compiles every module
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
