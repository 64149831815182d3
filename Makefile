# make demo: see what an L2 penalty does.  make app: move it on a page.  make test: run the whole test suite.
# Nothing is needed beforehand but Python 3.11 or newer, with venv, and make.

PYTHON ?= python3
VENV   ?= .venv
# of make fuzz, in all
MINUTES ?= 5
SEED    ?= 0
BIN    := $(VENV)/bin
OUT    ?= ridgenet-results

.PHONY: demo app test fuzz lint coverage bench bench-path bench-tables bench-page bench-scaling bench-gpu clean

demo: $(VENV)/.installed
	$(BIN)/ridgenet compare --out $(OUT)
	@echo
	@echo "Open the pictures: $(CURDIR)/$(OUT)/boundary.png, cost.png and weights.png"

app: $(VENV)/.installed-app
	$(BIN)/ridgenet app $(ARGS)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

fuzz: $(VENV)/.installed-dev
	nice $(BIN)/python -m fuzz --minutes $(MINUTES) --seed $(SEED) $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(VENV)/.installed-dev
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest --cov=ridgenet.core --cov-report=term-missing:skip-covered --cov-fail-under=90 \
	  tests/core tests/test_preprocessing.py $(ARGS)

bench: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/compare.py
	$(BIN)/python benchmarks/mini_batches.py
	$(BIN)/python benchmarks/estimators.py

bench-path: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/path_speed.py
	$(BIN)/python benchmarks/path_minima.py
	$(BIN)/python benchmarks/selection_rules.py
	$(BIN)/python benchmarks/published.py
	$(BIN)/python benchmarks/quality.py

bench-tables: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/table.py
	$(BIN)/python benchmarks/predict_file.py

bench-page: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/page.py

bench-scaling: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/many_fits.py
	$(BIN)/python benchmarks/stream.py
	$(BIN)/python benchmarks/scaling.py

bench-gpu: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/gpu.py

clean:
	rm -rf $(VENV) $(OUT) .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache fuzz/found
	find src tests benchmarks fuzz -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ridgenet needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.installed: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[table]'
	@touch $@

$(VENV)/.installed-app: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[app]'
	@touch $@

$(VENV)/.installed-bench: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@
