# Two commands set everything up on a machine with Python 3.11, make and git: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run demo test lint bench figures faults messages migration lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(BIN)/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.8

# The product alone; `make test` adds the tools of the developers to the same environment.
.venv/.run: requirements.lock pyproject.toml | $(BIN)/uv
	@test -f .venv/.test || $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: requirements-dev.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@ .venv/.run

run: .venv/.run ## start the bot; without a token, the whole product in a browser
	@exec $(BIN)/sangkien run

demo: .venv/.run ## play a short working day in the terminal
	@$(BIN)/sangkien demo

# What measures rates has the machine to itself, what kills processes has half of it; everything else shares all processors.
test: .venv/.test lint ## everything that is checked
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/faults
	$(BIN)/python -m pytest -n 2 --dist load --maxschedchunk 1 tests/faults --ignore tests/faults/test_broadcast.py
	$(BIN)/python -m pytest tests/faults/test_broadcast.py

lint: .venv/.test ## types, style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.test ## how fast, next to others, in a few minutes (how to read it: docs/performance.md)
	$(BIN)/python -m bench.run --quick

figures: .venv/.test ## the tables of docs/performance.md measured anew, each five times: half an hour
	$(BIN)/python -m bench.run

faults: .venv/.test ## kill -9 fifty times during 500 filings, twenty times during a reminder to 20,000 people and during a day on Zalo
	SANGKIEN_TEST_KILLS=50 $(BIN)/python -m pytest tests/faults -q -s

messages: .venv/.test ## bring the catalogues in step with the texts the code uses
	$(BIN)/python -m locales.update

migration: .venv/.test ## make migration m="what changes"
	$(BIN)/alembic revision --autogenerate -m "$(m)"

lock: $(BIN)/uv ## resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
