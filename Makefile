# PYTHON=python3.13 make test takes another Python, in an environment of its own.
ifdef PYTHON
VENV := .venv-$(notdir $(PYTHON))
else
PYTHON := python3
VENV := .venv
endif
BIN := $(VENV)/bin

.PHONY: help demo lab test test-all check notebooks render bench measure clean

help: ## list these
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "segkit needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: PYTHON=python3.13 make $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "no venv: on Debian and Ubuntu, sudo apt-get install python3-venv"; exit 1; }

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/installed-test: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e ".[test]"
	@touch $@ $(VENV)/installed

demo: $(VENV)/installed ## do the main job on the embedded sandbox, write segkit-demo.html
	$(BIN)/segkit demo

lab: $(VENV)/installed ## open JupyterLab on the notebooks
	$(BIN)/segkit lab

test: check ## every check and every test, browser tests included
	$(BIN)/python tests/side_by_side.py

test-all: ## the same on each supported Python
	PYTHON=python3.11 $(MAKE) test
	PYTHON=python3.12 $(MAKE) test
	PYTHON=python3.13 $(MAKE) test

check: $(VENV)/installed-test ## style, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

notebooks: $(VENV)/installed-test ## run the notebooks as tests
	$(BIN)/python -m pytest -m notebook

render: $(VENV)/installed-test ## run the notebooks and write pictures and static copies into them, for readers on GitHub
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/segkit share --execute --in-place \
	  --allow respondent-rows notebooks/*.ipynb  # every respondent in them is invented

bench: $(VENV)/installed-test ## measure against the performance floors
	$(BIN)/python tests/benchmarks

measure: $(VENV)/installed-test ## sizes of files and functions, beside the house's numbers
	$(BIN)/python tests/measure.py

clean: ## take away what make made
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis test-artefacts segkit-demo.html
