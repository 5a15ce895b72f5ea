# Each target lays its own environment first; on a fresh Debian with Python 3.11 or newer nothing else is needed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON_BIN := .venv/bin
TRADE ?= bakery
DEMO_SHOP = demo-shop$(if $(filter-out bakery,$(TRADE)),-$(TRADE))

.PHONY: help setup run display test check simulate power-loss kill-loop storm strangers races tampering printers encrypted test-encrypted bench performance format lock emupos clean test-packages

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1\t\2/' | expand -t 14

setup: .venv/.laid ## lay the environment and nothing else

run: .venv/.laid ## open the demo shop; without a terminal, walk through it and print what was done
	@$(PYTHON_BIN)/python -m kiosk demo --trade $(TRADE)

display: .venv/.laid ## open the customer's display of the demo shop, in a second terminal
	@$(PYTHON_BIN)/python -m kiosk display --config $(DEMO_SHOP)/kiosk.toml

test: .venv/.laid test-packages emupos ## run every test
	$(PYTHON_BIN)/pytest

check: .venv/.laid ## lint, format, types, import contracts, architecture
	$(PYTHON_BIN)/ruff check .
	$(PYTHON_BIN)/ruff format --check .
	$(PYTHON_BIN)/mypy
	$(PYTHON_BIN)/lint-imports
	$(PYTHON_BIN)/pytest tests/architecture

SEEDS ?= 2000
simulate: .venv/.laid ## hunt in the purse protocol: make simulate SEEDS=10000
	$(PYTHON_BIN)/python -m tests.simulation --seeds $(SEEDS)

IMAGES ?= 20000
power-loss: .venv/.laid ## cut the power over and over: make power-loss IMAGES=1000000
	$(PYTHON_BIN)/python -m tests.power --images $(IMAGES)

CYCLES ?= 5000
kill-loop: .venv/.laid ## kill -9 over and over: make kill-loop CYCLES=50000
	GUITAI_KILLS=$(CYCLES) $(PYTHON_BIN)/pytest tests/power/test_kills.py

SECONDS ?= 300
storm: .venv/.laid test-packages ## real boxes and a head office in a storm: make storm SECONDS=3600 (as root)
	GUITAI_STORM_SECONDS=$(SECONDS) $(PYTHON_BIN)/pytest tests/chaos -s

COUNT ?= 100000
strangers: .venv/.laid test-packages ## random messages at head office's door: make strangers COUNT=100000
	GUITAI_STRANGERS=$(COUNT) GUITAI_SPENDS=10000 $(PYTHON_BIN)/pytest tests/headoffice/doors tests/headoffice/test_one_balance.py

SPENDS ?= 10000
races: .venv/.laid ## tills in processes of their own race for one balance: make races SPENDS=10000
	GUITAI_RACES=$(SPENDS) $(PYTHON_BIN)/pytest tests/kiosk/services/test_races_on_one_balance.py -s

tampering: .venv/.laid ## change every byte of a book that has everything, one at a time, and see verify name each
	GUITAI_TAMPER=all $(PYTHON_BIN)/pytest tests/kiosk/model/test_verify_every_byte.py tests/kiosk/model/test_verify_raw_file.py

PRINTERS ?= 2000
printers: .venv/.laid ## the print queue against random hostile printers: make printers PRINTERS=10000
	GUITAI_PRINTERS=$(PRINTERS) $(PYTHON_BIN)/pytest tests/kiosk/services/test_print_machine.py -k AnyPrinter

encrypted: .encrypted/.laid ## use the SQLite that encrypts from now on, on a box whose config names a key_file
	@deploy/use-encrypted

ENCRYPTED ?= tests/kiosk/model tests/kiosk/services tests/syncd
test-encrypted: .encrypted/.laid ## the tests of books and services once more, every box encrypted: make test-encrypted ENCRYPTED=tests
	@install -D -m 600 /dev/null .cache/books.key
	@printf 'guitai-books-key-1 %064d\n' 42 > .cache/books.key
	PYTHONPATH=$(CURDIR)/.encrypted GUITAI_KEY_FILE=$(CURDIR)/.cache/books.key $(PYTHON_BIN)/pytest $(ENCRYPTED)

bench: .encrypted/.laid ## measure, each thing against its limit or peer in the same run
	$(PYTHON_BIN)/python -m bench

ONLY ?=
performance: .encrypted/.laid ## the same, and write the figures into docs/performance.md: make performance ONLY="payment day"
	env -u PYTHONDONTWRITEBYTECODE $(PYTHON_BIN)/python -m bench write $(ONLY)

format: .venv/.laid ## write every Python file as `make check` wants it
	$(PYTHON_BIN)/ruff check --fix --select I .
	$(PYTHON_BIN)/ruff format .

lock: .venv/.laid ## write requirements.lock and tests/emupos.lock anew from what is asked for
	UV_PYTHON_DOWNLOADS=never $(PYTHON_BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 \
	    --group dev --generate-hashes -o requirements.lock
	UV_PYTHON_DOWNLOADS=never $(PYTHON_BIN)/uv pip compile --quiet tests/emupos.in --universal --python-version 3.13 \
	    --generate-hashes -o tests/emupos.lock
	UV_PYTHON_DOWNLOADS=never $(PYTHON_BIN)/uv pip compile --quiet deploy/encrypted.in --universal --python-version 3.11 \
	    --generate-hashes -o deploy/encrypted.lock

test-packages: # Debian packages that only tests use
	@deploy/lay-test-packages

emupos: .venv/.laid # the printer nobody here wrote, in an environment of its own; loud where Python 3.13 is missing
	@deploy/lay-emupos

clean: ## remove the environments, caches and the demo shop
	rm -rf .venv .encrypted .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache demo-shop *.egg-info build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.laid: requirements.lock pyproject.toml deploy/debian-packages.txt deploy/lay-environment
	@deploy/lay-environment

.encrypted/.laid: .venv/.laid deploy/encrypted.lock deploy/lay-encrypted
	@deploy/lay-encrypted
