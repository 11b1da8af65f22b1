# Two commands set a fresh machine up: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint bench messages clean
demo: $(STAMP)  ## the console on an embedded sample mailbox: no account, no network
	@$(BIN)/desk demo

test: $(STAMP) lint  ## every check and test
	@$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(STAMP)  ## format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(STAMP)  ## the benchmarks, each a table of ratios
	@$(BIN)/python -m bench

messages: $(STAMP)  ## the catalogues: extract, update, compile
	@$(BIN)/pybabel -q extract -F babel.cfg -k _ -k N_ -k ngettext:1,2 --no-location --sort-output --project tui-desk -o tui_desk/locale/tui_desk.pot .
	@$(BIN)/pybabel -q update -D tui_desk -i tui_desk/locale/tui_desk.pot -d tui_desk/locale --no-fuzzy-matching --omit-header -N
	@$(BIN)/pybabel -q compile -D tui_desk -d tui_desk/locale

$(STAMP): pyproject.toml
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q -U "pip>=25.1"
	@$(BIN)/python -m pip install -q -e . --group dev
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
