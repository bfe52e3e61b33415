# Each target does its own set-up, in .venv.
.PHONY: up test site check lint bench
.DEFAULT_GOAL := up

up:     ; @.ci/setup run  && .venv/bin/waypost up
site:   ; @.ci/setup run  && .venv/bin/waypost build --strict
check:  ; @.ci/setup run  && .venv/bin/waypost check
test:   ; @.ci/setup test && env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX=$(CURDIR)/.venv/pycache .venv/bin/pytest -n 2 --dist loadfile
bench:  ; @.ci/setup test && .venv/bin/pytest tests/bench -m bench -s
lint:   ; @.ci/setup test && .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports
