# Each target lays its own environment first; on a fresh Debian with Python 3.11 or newer nothing else is needed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON_BIN := .venv/bin

.PHONY: help setup run test check bench format lock emupos clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 14

setup: .venv/.laid ## lay the environment and nothing else

run: .venv/.laid ## open the demo shop; without a terminal, walk through it and print what was done
	@$(PYTHON_BIN)/python -m kiosk demo

test: .venv/.laid emupos ## run every test
	$(PYTHON_BIN)/pytest

check: .venv/.laid ## lint, format, types, import contracts, architecture
	$(PYTHON_BIN)/ruff check .
	$(PYTHON_BIN)/ruff format --check .
	$(PYTHON_BIN)/mypy
	$(PYTHON_BIN)/lint-imports
	$(PYTHON_BIN)/pytest tests/architecture

bench: .venv/.laid ## measure, each thing against its limit or peer in the same run
	$(PYTHON_BIN)/python -m bench

format: .venv/.laid ## write every Python file as `make check` wants it
	$(PYTHON_BIN)/ruff check --fix --select I .
	$(PYTHON_BIN)/ruff format .

lock: .venv/.laid ## write requirements.lock and tests/emupos.lock anew from what is asked for
	UV_PYTHON_DOWNLOADS=never $(PYTHON_BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 \
	    --group dev --generate-hashes -o requirements.lock
	UV_PYTHON_DOWNLOADS=never $(PYTHON_BIN)/uv pip compile --quiet tests/emupos.in --universal --python-version 3.13 \
	    --generate-hashes -o tests/emupos.lock

emupos: .venv/.laid # the printer nobody here wrote, in an environment of its own; loud where Python 3.13 is missing
	@deploy/lay-emupos

clean: ## remove the environments, caches and the demo shop
	rm -rf .venv .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache demo-shop *.egg-info build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.laid: requirements.lock pyproject.toml deploy/debian-packages.txt deploy/lay-environment
	@deploy/lay-environment
