# `make demo` sets up and runs the main job; `make test` sets up, lints, type-checks and runs every test.
# The demo needs only what the program itself needs; the tests need their tools, the optional engines and the peers too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROGRAM := $(VENV)/.program
TOOLS := $(VENV)/.tools
INSTALL := $(BIN)/pip install --quiet --require-hashes --no-deps -r

.PHONY: demo test lint types tests benchmark mutations clean

demo: $(PROGRAM)
	$(BIN)/python -m demo

test: lint types tests

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/pyright --pythonpath $(BIN)/python

tests: $(TOOLS)
	$(BIN)/pytest -n auto --dist worksteal

benchmark: $(TOOLS)
	$(BIN)/python -m benchmarks

mutations: $(TOOLS)
	$(BIN)/python -m tests.law.mutate

$(PROGRAM): requirements/program.txt pyproject.toml
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	$(INSTALL) requirements/program.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(TOOLS): $(PROGRAM) requirements/dev.txt
	$(INSTALL) requirements/dev.txt
	touch $@

clean:
	rm -rf $(VENV) out demo-out
