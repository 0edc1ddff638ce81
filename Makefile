# The house's own commands; docs/developers.md says what each does. Every one sets up what it needs first.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8010

.PHONY: demo test check prove mutants bench pictures translations format lock setup

setup:
	@$(PYTHON) bootstrap/prepare.py

demo: setup
	@.venv/bin/dreiklang demo --host $(HOST) --port $(PORT)

test: setup
	@.venv/bin/python bootstrap/checks.py test

check: setup
	@.venv/bin/python bootstrap/checks.py check

prove: setup
	@.venv/bin/python bootstrap/promises.py prove

mutants: setup
	@.venv/bin/python bootstrap/promises.py mutants

bench: setup
	@.venv/bin/python -m bench

pictures: setup
	@.venv/bin/python bootstrap/pictures.py

translations: setup
	@.venv/bin/python bootstrap/translations.py compile
	@.venv/bin/python bootstrap/translations.py check

format: setup
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

# Pins anew what requirements/*.in ask for; the addresses of package indexes stay out of the files.
lock: setup
	@.venv/bin/python bootstrap/lock.py
