# Everything a user or a CI runs. Bytecode is compiled at install: imports are two to three times faster with it.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
QUIET := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MLFLOW_DISABLE_TELEMETRY=true GX_ANALYTICS_ENABLED=false DO_NOT_TRACK=1
.DEFAULT_GOAL := help
.PHONY: help setup demo serve test check lint unit integration e2e bench mutation lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## install everything into .venv, with bytecode

.venv/ready: constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Sluice needs Python 3.11: make setup PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
	UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python -r constraints.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	touch $@

demo: setup ## run the examples on a real scheduler; ONCE=1 stops everything at the end
	@$(BIN)/sluice demo $(if $(ONCE),--once)

test: unit integration e2e ## every test: unit, integration, end to end

check: lint unit ## lint, types, import contracts, unit tests, docs

lint: setup ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup ## the tests that take seconds
	$(QUIET) $(BIN)/pytest -q -m "not integration and not e2e" -n auto

integration: setup ## the tests that take MLflow, files, databases and buckets
	$(QUIET) $(BIN)/pytest -q -m integration -n 2

e2e: setup ## the tests on real schedulers
	$(QUIET) $(BIN)/pytest -q -m e2e

mutation: setup ## break include/domain and include/statistics at every place; write docs/mutation.md
	$(QUIET) CI=1 nice -n 10 $(BIN)/mutmut run --max-children 2
	$(BIN)/python -m tests.mutation

serve: setup ## answer requests for predictions by the champions; MODEL=name for one of them
	$(QUIET) $(BIN)/sluice serve $(MODEL)

bench: setup ## measure what the house promises, into docs/benchmarks.md
	$(QUIET) $(BIN)/sluice bench

lock: setup ## resolve constraints.txt anew (names and versions only)
	$(BIN)/uv pip compile pyproject.toml --all-extras --python-version 3.11 --upgrade --no-emit-index-url --no-annotate --no-header --quiet -o constraints.txt
