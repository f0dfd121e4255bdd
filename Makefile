# `make demo` sets up and runs the main job; `make test` sets up, lints, type-checks and runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: demo test lint types tests benchmark mutations clean

demo: $(STAMP)
	$(BIN)/python -m demo

test: lint types tests

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/pyright --pythonpath $(BIN)/python

tests: $(STAMP)
	$(BIN)/pytest -n auto

benchmark: $(STAMP)
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/benchmarks.txt
	$(BIN)/python -m benchmarks

mutations: $(STAMP)
	$(BIN)/python -m tests.law.mutate

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf $(VENV) out demo-out
