# `make help` lists what there is. Needs GNU make, sh and Python 3.11 or newer; everything else goes into .venv/.

VENV := .venv
BIN := $(VENV)/bin
OLDEST := 3.11
# A distribution's Python is built optimized; one of a version manager often is not and needs twice the time for everything.
CANDIDATES := $(or $(PYTHON),/usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.14 python)
OLD_ENOUGH := import sys; sys.exit(sys.version_info < tuple(map(int, "$(OLDEST)".split("."))))
READY := import ensurepip, venv; $(OLD_ENOUGH)

.DEFAULT_GOAL := help
.PHONY: help setup run test check format coverage clean

help:  ## List the targets
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/make \1 \2/p' Makefile | while read -r make name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done

setup: $(VENV)/.product  ## Install the product into .venv/

run: setup  ## Serve a demo bank at http://127.0.0.1:8000, the data in var/
	@exec $(BIN)/huiyin serve --demo

test: $(VENV)/.tests  ## Run all tests, on SQLite and on a PostgreSQL of their own
	@$(BIN)/pytest -n 3 --dist worksteal $(TESTS)

check: $(VENV)/.tests  ## Formatter, linter, types and import rules
	@$(BIN)/ruff format --check --quiet . || { echo 'Some files are not formatted; `make format` does it.'; exit 1; }
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.tests  ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

coverage: $(VENV)/.tests  ## The tests again, with the lines of engine/ that none of them reached
	@$(BIN)/pytest -n 2 --dist worksteal --cov=engine --cov-report=term-missing:skip-covered --cov-fail-under=95

clean:  ## Remove what was installed and built; the data in var/ stay
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# An installation that was interrupted (.installing is still there), that was copied here from elsewhere (.place differs)
# or whose Python is gone is made anew; otherwise these two rules only run when the list of dependencies has changed.
sound = [ ! -e $(VENV)/.installing ] && [ "$$(cat $(VENV)/.place 2>/dev/null)" = "$(CURDIR)" ] \
	&& $(BIN)/python -c 'import pip' 2>/dev/null

ifneq ($(shell $(sound) && echo yes),yes)
.PHONY: $(VENV)/.place
endif

$(VENV)/.place:
	@for wanted in '$(READY)' '$(OLD_ENOUGH)'; do for python in $(CANDIDATES); do \
		"$$python" -c "$$wanted" 2>/dev/null && break 2; \
		python=; \
	done; done; \
	[ -n "$$python" ] || { \
		echo "Huiyin needs Python $(OLDEST) or newer, but found $$($(or $(PYTHON),python3) --version 2>/dev/null || echo none); install one or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$$python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; \
	rm -rf $(VENV) 2>/dev/null && mkdir $(VENV) 2>/dev/null || { \
		echo "Huiyin installs into $(CURDIR)/$(VENV), but that folder cannot be written; check who owns it." >&2; exit 1; }; \
	touch $(VENV)/.installing && "$$python" -m venv $(VENV) && rm $(VENV)/.installing && printf '%s' '$(CURDIR)' > $@

install = @echo 'Installing $(1) into $(VENV)/, which takes about half a minute the first time.'; \
	touch $(VENV)/.installing && $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '$(2)' || { \
		echo 'The installation did not finish, for the reason above; the same command starts it again.' >&2; exit 1; }; \
	rm $(VENV)/.installing

$(VENV)/.product: $(VENV)/.place setup.cfg pyproject.toml
	$(call install,Huiyin,.)
	@touch $@

$(VENV)/.tests: $(VENV)/.place setup.cfg pyproject.toml
	$(call install,Huiyin and what its tests need,.[dev])
	@touch $(VENV)/.product $@
