PYTHON ?= python3
VENV   ?= .venv
PEERS  ?= build/peers
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-browser test-office test-pdf lint format bench bench-peers train crossed clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## create .venv with groupaudit and its development tools

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("groupaudit needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: setup ## audit a fictitious hospital; reports in ./demo
	$(BIN)/groupaudit demo --out demo

test: setup ## run the default test suite (but what has a target of its own)
	$(BIN)/python -m pytest -n auto --ignore=tests/browser --ignore=tests/office

test-browser: setup ## test report.html in the system's Chromium; screenshots in ./build/browser
	$(BIN)/python -m pip install --quiet --editable '.[browser]'
	GROUPAUDIT_ARTEFACTS=build/browser $(BIN)/python -m pytest tests/browser

test-office: setup ## open report.csv in the system's LibreOffice
	$(BIN)/python -m pytest tests/office

test-pdf: setup ## make the breach file as PDF; needs Pango from the system
	$(BIN)/python -m pip install --quiet --editable '.[pdf]'
	$(BIN)/python -m pytest tests/dossier tests/wiring/test_dossiers.py

lint: setup ## formatting, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## measure speed and size
	$(BIN)/python -m benchmarks

bench-peers: setup ## compare with Presidio and EDS-NLP, installed apart (700 MB; needs ../shared)
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet '.[peers]'
	$(BIN)/python -m benchmarks.classify --peers \
		--presidio-python $(PEERS)/bin/python --edsnlp-python $(PEERS)/bin/python

train: setup ## train the classifier's networks again (needs ../shared; about an hour on two cores)
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	$(BIN)/python -m training.train --out groupaudit/classifier/tagger/weights
	$(BIN)/python -m training.score --out groupaudit/classifier/tagger/weights

crossed: setup ## hold the files of ../shared/corpora/train out in two groups: how far the classifier carries (two trainings)
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	$(BIN)/python -m training.crossed

clean: ## remove everything that was built
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
