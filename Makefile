# make demo: show what an L2 penalty does.  make test: run all tests.
# Requires only Python 3.11 or newer, with venv, and make.

PYTHON ?= python3
VENV   ?= .venv
# duration and seed of make fuzz
MINUTES ?= 5
SEED    ?= 0
BIN    := $(VENV)/bin
# make test-lowest: the extras whose lowest allowed versions are installed, and the tests to run with them
LOWEST        := .venv-lowest
LOWEST_EXTRAS := all test
LOWEST_TESTS  := tests/test_network.py tests/test_model_files.py tests/test_onnx_export.py tests/test_cli.py \
  tests/estimators/test_linear_oracles.py tests/path/test_selection.py tests/formats/test_reading.py tests/scaling/test_many_fits.py
# those that call kernels, and little else
KERNEL_TESTS := $(filter-out tests/core/test_targets.py tests/core/test_compiler.py,$(wildcard tests/core/test_*.py)) tests/test_preprocessing.py
OUT    ?= ridgenet-results
SITE   ?= docs/_build/html
# where nothing can compile kernels just in time, installing again compiles them
KERNELS := hatch_build.py $(wildcard src/ridgenet/core/*.py src/ridgenet/core/compiler/*.py src/ridgenet/formulas/*.py)

# uv installs several times faster than pip, which is there in any case
install = $(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[$(1)]' || \
  $(BIN)/python -m pip install --quiet --editable '.[$(1)]'

.PHONY: demo kernels wheel test test-kernels test-lowest fuzz lint coverage pictures docs docs-links bench bench-path bench-tables bench-page bench-browser bench-scaling bench-gpu clean

demo: $(VENV)/.installed
	$(BIN)/ridgenet compare --out $(OUT)
	@echo
	@echo "Open the pictures: $(abspath $(OUT))/boundary.png, objective.png and weights.png"

# compiles the kernels for all targets of this platform, if their sources have changed
kernels: $(VENV)/.installed-dev
	RIDGENET_KERNELS=compile $(BIN)/python -m ridgenet.core.compiler libraries --if-changed

# builds the wheel of this platform, and tries it in an environment of its own, without numba
wheel: $(VENV)/.uv
	rm -rf dist $(VENV)/wheel
	$(BIN)/uv build --quiet --out-dir dist
	$(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)/wheel
	$(BIN)/uv pip install --quiet --python $(VENV)/wheel/bin/python dist/*.whl
	cd $(VENV) && wheel/bin/python $(CURDIR)/tests/installed_wheel.py

test: kernels
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

# matplotlib's lowest version uses names that the newest version of pyparsing has deprecated
test-lowest: kernels $(LOWEST)/.installed
	$(LOWEST)/bin/python -m pytest --numprocesses 2 --dist loadfile \
	  -W ignore::pyparsing.warnings.PyparsingDeprecationWarning $(LOWEST_TESTS) $(ARGS)

# the tests of the kernels on every target that this machine can run; make coverage tests them as plain Python
test-kernels: kernels
	for target in $$($(BIN)/python tests/kernel_targets.py); do \
	  echo "kernels: $$target"; \
	  RIDGENET_KERNELS=$$target $(BIN)/python -m pytest --quiet --numprocesses 2 --dist loadfile $(KERNEL_TESTS) $(ARGS) || exit 1; \
	done

fuzz: kernels
	nice $(BIN)/python -m fuzz --minutes $(MINUTES) --seed $(SEED) $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: kernels
	RIDGENET_KERNELS=python $(BIN)/python -m pytest --cov=ridgenet.core --cov-report=term-missing:skip-covered --cov-fail-under=90 \
	  tests/core tests/test_preprocessing.py $(ARGS)

# the pictures of README and docs; needs Chromium and a Chinese font
pictures: kernels
	$(BIN)/python docs/images/draw.py

# builds the documentation, and checks its links, pictures and (with Chromium) whether all can read it
docs: kernels
	$(BIN)/python -m sphinx -W --keep-going --quiet --jobs 2 docs $(SITE)
	$(BIN)/python docs/check.py $(SITE)
	@echo "Open $(abspath $(SITE))/index.html"

# checks the links to other sites
docs-links: kernels
	$(BIN)/python -m sphinx --quiet --builder linkcheck docs $(SITE)-links

bench: $(VENV)/.installed-bench kernels
	$(BIN)/python benchmarks/compare.py
	$(BIN)/python benchmarks/mini_batches.py
	$(BIN)/python benchmarks/estimators.py

bench-path: $(VENV)/.installed-bench kernels
	$(BIN)/python benchmarks/path_speed.py
	$(BIN)/python benchmarks/path_minima.py
	$(BIN)/python benchmarks/selection_rules.py
	$(BIN)/python benchmarks/intervals.py
	$(BIN)/python benchmarks/temperature.py
	$(BIN)/python benchmarks/published.py
	$(BIN)/python benchmarks/beside_peers.py --models ridgenet linear HistGradientBoosting forest CatBoost RealMLP MLP
	$(BIN)/python benchmarks/beside_peers.py --report ridgenet-results/beside_peers.jsonl

bench-tables: $(VENV)/.installed-bench kernels
	$(BIN)/python benchmarks/table.py
	$(BIN)/python benchmarks/predict_file.py

bench-page: kernels
	$(BIN)/python benchmarks/playground.py
	$(BIN)/python benchmarks/report_page.py

bench-browser: kernels
	$(BIN)/python benchmarks/browser.py

bench-scaling: $(VENV)/.installed-bench kernels
	$(BIN)/python benchmarks/many_fits.py
	$(BIN)/python benchmarks/stream.py
	$(BIN)/python benchmarks/scaling.py

bench-gpu: $(VENV)/.installed-bench kernels
	$(BIN)/python benchmarks/gpu.py

clean:
	rm -rf $(VENV) $(LOWEST) $(OUT) dist docs/_build docs/gallery docs/reference/generated src/ridgenet/core/libraries .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache fuzz/found
	find src tests benchmarks fuzz -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ridgenet needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --only-binary :all: uv || true
	@touch $@

$(VENV)/.installed: pyproject.toml $(KERNELS) $(VENV)/.uv
	$(call install,table)
	@touch $@

$(VENV)/.installed-bench: pyproject.toml $(VENV)/.uv
	$(call install,bench)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.uv
	$(call install,dev)
	@touch $@

# The lowest versions that pyproject.toml allows. Wheels only: on a Python newer than the oldest one supported, the
# lowest version with a wheel is installed, rather than an older one built from source.
$(LOWEST)/.installed: pyproject.toml
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --only-binary :all: \
	  --requirements pyproject.toml $(addprefix --extra ,$(LOWEST_EXTRAS))
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --no-deps --editable .
	@touch $@
