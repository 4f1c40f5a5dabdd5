# Everything a person types: setup, demo, test. The rest is for those who change the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TRAINING := .venv-train
UV_VERSION := 0.13.9
# One more than there are cores: many tests wait for processes of their own.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: help setup demo test check bench train eval soak docs lock screenshots fuzz audit sbom clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.ready ## Make .venv with the locked dependencies and the development tools

$(VENV)/.ready: uv.lock pyproject.toml scripts/setup.sh
	PYTHON=$(PYTHON) UV_VERSION=$(UV_VERSION) sh scripts/setup.sh
	@touch $@

demo: setup ## Run the bot beside a local GitHub; ONCE=1 plays the story without a browser
	sh scripts/setup_tmux.sh
	$(BIN)/pilothouse demo $(if $(ONCE),--once)

# Where bytecode may not be written, each of the many processes that tests start would compile the program again.
test: setup ## Set up and run every test
	sh scripts/setup_browser.sh
	sh scripts/setup_tmux.sh
	sh scripts/setup_terraform.sh
	sh scripts/setup_terraform_schema.sh
	sh scripts/setup_checkov.sh
	sh scripts/setup_hadolint.sh
	sh scripts/setup_opencode.sh
	sh scripts/setup_actions.sh
	sh scripts/setup_awscli.sh
	sh scripts/setup_go.sh
	sh scripts/setup_probot.sh
	sh scripts/setup_axe.sh
	sh scripts/setup_from_debian.sh prometheus usr/bin/promtool
	sh scripts/setup_from_debian.sh bubblewrap usr/bin/bwrap
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(if $(COVERAGE),--cov --cov-report=) $(ARGS)

check: setup ## Run the static checks
	sh scripts/check.sh

bench: setup ## Measure; each figure stands beside a floor of the same run, and docs/performance.md is written from it
	sh scripts/setup_probot.sh
	sh scripts/setup_product.sh
	$(BIN)/python -m tests.bench --write $(ARGS)

$(TRAINING)/.ready: $(VENV)/.ready scripts/setup_training.sh
	sh scripts/setup_training.sh
	@touch $@

train: $(TRAINING)/.ready ## Learn the diagnosis anew from the labelled logs (PILOTHOUSE_CI_LOGS names their folder)
	$(TRAINING)/bin/python -m scripts.train_diagnosis

eval: $(TRAINING)/.ready ## Score the diagnosis on the labelled logs, as shipped and on projects left out
	$(TRAINING)/bin/python -m scripts.evaluate_diagnosis

soak: setup ## The kill tests, the contention for one environment, three days of costs and a night of faults, long
	PILOTHOUSE_TEST_SOAK=1 $(BIN)/python -m pytest -n 0 tests/e2e/test_kill.py tests/e2e/test_scale.py tests/deployments/leases/test_contention.py \
		tests/costs/simulation/test_three_days.py tests/supervision/sessions/test_soak.py

docs: setup ## Write anew what the documentation takes from the code
	$(BIN)/python scripts/write_docs.py

lock: setup ## Resolve the dependencies anew
	$(BIN)/uv lock --upgrade
	$(BIN)/python scripts/neutral_lock.py

screenshots: setup ## Take the pictures of docs/ anew
	sh scripts/setup_browser.sh
	$(BIN)/python scripts/screenshots.py
	$(BIN)/python -m scripts.page_screenshots
	$(BIN)/python -m scripts.dashboard_screenshots

fuzz: setup ## Fuzz what strangers send, guided by coverage (SECONDS each, TARGETS chosen; network for Atheris)
	sh scripts/fuzz.sh $(or $(SECONDS),60) $(if $(TARGETS),"$(TARGETS)")

audit: setup ## Ask the public advisories about every locked dependency (network)
	$(BIN)/python -m scripts.audit

sbom: setup ## Write the bill of materials, dist/pilothouse.cdx.json (CycloneDX)
	$(BIN)/python -m scripts.sbom

clean: ## Remove what the commands above made
	rm -rf $(VENV) $(TRAINING) .mypy_cache .ruff_cache .pytest_cache .traffic test-artifacts .coverage*
