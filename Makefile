# `make help` lists the commands. Works with GNU make 3.81, which macOS has.
.DEFAULT_GOAL := help
.PHONY: help ask index test test-slow test-all lint types imports check guard abuse docs reader lock clean

VENV := .venv
RUN := $(VENV)/bin/python -m
QUOTH := $(VENV)/bin/quoth
TORCH := $(shell grep '^torch==' constraints.txt)

# A PYTHON that is given is the only one tried.
ifeq ($(origin PYTHON),undefined)
PYTHONS := python3 python3.13 python3.12 python3.11
else
PYTHONS := $(PYTHON)
endif

# The question as it was typed: $(value) keeps make from expanding a $ in it, and the recipe reads
# it from the environment, where quotes and apostrophes mean nothing.
override Q := $(value Q)
export Q

export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

ask: index ## Answer a question from seeds/: make ask Q="who did Fidan meet?"
	@test -n "$$Q" || { echo 'Ask something: make ask Q="who did Fidan meet?"' >&2; exit 2; }
	@$(QUOTH) ask -- "$$Q" || test $$? -eq 1

index: $(VENV)/.installed ## Index the articles in seeds/
	@echo "Indexing seeds/" >&2
	@$(QUOTH) index seeds

test: $(VENV)/.installed ## Run the tests, without the slow ones (ARGS="-k dates" selects some)
	$(RUN) pytest -m "not slow" -n auto --dist loadfile $(ARGS)

test-slow: $(VENV)/.installed ## Run the slow tests only: servers, crashes, fuzzing, building
	$(RUN) pytest -m slow $(ARGS)

test-all: $(VENV)/.installed ## Run all of the tests
	$(RUN) pytest $(ARGS)

lint: $(VENV)/.installed ## Check the style (ruff)
	$(RUN) ruff check .

types: $(VENV)/.installed ## Check the types (mypy --strict)
	$(RUN) mypy

imports: $(VENV)/.installed ## Check which module may import which (import-linter)
	$(VENV)/bin/lint-imports

check: lint types imports ## Check style, types and imports

guard: $(VENV)/.installed ## Compare speed and answers over seeds/ with their bounds (ARGS=--short)
	$(RUN) benchmarks.check $(ARGS)

abuse: $(VENV)/.installed ## Try to break it, for hours: kills, damage, shortage, nonsense, askers (ARGS=--short)
	$(RUN) benchmarks.abuse $(ARGS)

docs: $(VENV)/.installed ## Make the pages of docs/ that come from the code, and a site in build/docs
	@$(RUN) pip install --quiet --constraint constraints.txt --editable ".[docs]"
	$(RUN) tools.pages
	$(RUN) mkdocs build --quiet

reader: $(VENV)/.installed ## Train the reader anew: make reader DATA=../shared/data (hours)
	$(RUN) training.train reading --data $(DATA) $(ARGS)
	$(RUN) training.train silence --data $(DATA) $(ARGS)
	$(RUN) training.train wording --data $(DATA) $(ARGS)
	$(RUN) training.pack $(foreach stage,reading silence wording wording,.training/$(stage)/reader.pt)

lock: ## Resolve constraints.txt anew (UPGRADE=--upgrade for the newest versions)
	@$(call find_python) "$$python" tools/lock.py $(UPGRADE)

clean: ## Remove the environment, caches and build products (not .quoth, your index)
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Sets the shell's $python to the first of PYTHONS that can hold Quoth.
define find_python
	python=; for name in $(PYTHONS); do \
		if "$$name" -c 'import ensurepip, sys, venv; \
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
		then python=$$name; break; fi; \
	done; \
	if test -z "$$python"; then \
		echo "Quoth needs Python 3.11, 3.12 or 3.13 with its venv module; tried: $(PYTHONS)." >&2; \
		echo "Install one (Debian and Ubuntu: python3 and python3-venv; macOS: brew install" >&2; \
		echo "python@3.13), or name yours: make $(MAKECMDGOALS) PYTHON=/path/to/python3.13" >&2; \
		exit 2; \
	fi;
endef

$(VENV)/bin/python:
	@$(call find_python) \
		echo "[1/3] Making $(VENV) with $$("$$python" --version)" >&2; \
		"$$python" -m venv $(VENV)

$(VENV)/.torch: $(VENV)/bin/python constraints.txt
	@echo "[2/3] Installing $(TORCH), the largest part: this can take minutes" >&2
	@$(RUN) pip install --quiet --constraint constraints.txt $(TORCH)
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml
	@echo "[3/3] Installing Quoth and the versions in constraints.txt" >&2
	@$(RUN) pip install --quiet --constraint constraints.txt --editable ".[dev,mcp,serve]"
	@touch $@
