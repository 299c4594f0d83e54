# `make run` sets Oliver up and runs it; `make test` runs every test. Both work on a clean machine
# with Python 3.11 or newer. What they install stays in .venv.

PYTHON ?= python3
PORT := $(or $(OLIVER_PORT),8000)
BIN := .venv/bin

BIOME := deploy/lint/node_modules/.bin/biome

.PHONY: run test seeds fresh messages chaos bench evaluate lint lint-static format lock
.DEFAULT_GOAL := run

run: .venv/.runtime
	@$(BIN)/python manage.py prepare
	@echo "Oliver is starting on http://127.0.0.1:$(PORT)/ - stop it with Ctrl+C"
	@exec $(BIN)/daphne -b 127.0.0.1 -p $(PORT) --verbosity 1 --no-server-name oliver_site.asgi:application

# In several processes and in random order. SEED=17 repeats an order that was printed;
# TESTS="tests/api tests/site" runs some.
test: .venv/.dev
	$(BIN)/pytest -n logical --dist loadfile --no-loadscope-reorder \
		$(if $(SEED),--randomly-seed=$(SEED)) $(TESTS)

# Every test in five orders, each time with an empty home and temporary folder; SEEDS="6 7" for others.
SEEDS ?= 1 2 3 4 5
seeds: .venv/.dev
	@set -e; for seed in $(SEEDS); do \
		place=$$(mktemp -d); mkdir $$place/home $$place/tmp; echo "Seed $$seed"; \
		HOME=$$place/home TMPDIR=$$place/tmp $(MAKE) --no-print-directory test SEED=$$seed; \
		rm -rf $$place; \
	done

# Both commands above, in a clone of what is committed, with an empty home: as on a new machine.
fresh: .venv/.dev
	$(BIN)/pytest tests/deploy/fresh_clone.py

# Kills web servers, workers, Redis and PostgreSQL while TURNS questions (100) are answered, as drawn
# from SEED; fails when anything is lost. Needs redis-server and PostgreSQL on the machine.
chaos: .venv/.dev
	@$(BIN)/python -m tests.chaos.run

# After texts have changed: find them for the translators, and compile what they wrote.
messages: .venv/.dev
	$(BIN)/python deploy/messages.py

# TURNS short answers (10,000) by one server and by many processes; fails when memory, tasks,
# descriptors or threads grow. SITE=one or SITE=many for one of the two.
soak: .venv/.dev
	@$(BIN)/python -m tests.soak.run

# The table of docs/performance.md; QUICK=1 for a look in under two minutes.
bench: .venv/.dev
	$(BIN)/python -m tests.benchmarks.run

# How well the search answers questions that it was not tuned to, by kind (tests/evaluation/README.md).
evaluate: .venv/.dev
	@$(BIN)/python -m tests.evaluation.run

lint: .venv/.dev lint-static
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check $$(git ls-files 'templates/*.html')
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	OLIVER_HTTPS=1 $(BIN)/python -W error manage.py check --deploy --fail-level WARNING

# Scripts and styles. Without Node.js only continuous integration insists.
lint-static:
	@if command -v npm >/dev/null || [ -n "$$CI" ]; then $(MAKE) --no-print-directory $(BIOME) \
		&& $(BIOME) check --error-on-warnings --config-path=deploy/lint static; \
	else echo "Scripts and styles were not checked: that needs npm."; fi

$(BIOME): deploy/lint/package-lock.json
	npm ci --prefix deploy/lint --no-audit --no-fund --loglevel=error
	@touch $@

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djade $$(git ls-files 'templates/*.html')
	@if [ -x $(BIOME) ]; then $(BIOME) check --write --config-path=deploy/lint static; fi

# Pinned for every platform and Python; needs uv on the path.
lock:
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -o deploy/requirements.txt
	uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate -c deploy/requirements.txt \
		-o deploy/requirements-dev.txt

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Oliver needs Python 3.11 or newer, and this is " + sys.version.split()[0] + ": call make with PYTHON=python3.12, say.")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: .venv/.created deploy/requirements.txt
	$(BIN)/pip install --disable-pip-version-check --quiet -r deploy/requirements.txt
	@touch $@

.venv/.dev: .venv/.runtime deploy/requirements-dev.txt
	$(BIN)/pip install --disable-pip-version-check --quiet -r deploy/requirements-dev.txt
	@touch $@
