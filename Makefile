# `make study` trains and draws a first study, `make test` runs every check; both set up .venv first, once. `make` alone lists what there is.

PYTHON ?= python3
STUDY ?= activation_size
PORT ?= 5000
BIN := .venv/bin
READY := .venv/.ready
EXTRAS := .venv/.extras
TESTED := joblib ray slurm search server
COMMA := ,
SPACE := $(subst ,, )
STORE := $(or $(MLFLOW_TRACKING_URI),sqlite:///$(CURDIR)/mlflow.db)

ifeq ($(origin study),command line)
$(error make study=$(study): written in capitals, make study STUDY=$(study))
endif

.PHONY: help study report ui test verify mutants chaos versions lint lock benchmark pictures

help:
	@printf '%s\n' 'make study [STUDY=depth]   trains a study and draws its report' 'make report [STUDY=depth]  draws it again' \
	    "make ui [PORT=5001]        MLflow's UI on the runs" 'make test                  lint, types and tests' \
	    'make verify                all combinations and more random examples, then the next three; hours' \
	    'make mutants               which changes of the code no test notices' \
	    'make chaos                 two sweeps under random faults, for three minutes' \
	    'make versions              the tests with the oldest and newest versions of all' \
	    'make benchmark             the figures of the README' 'make pictures              its pictures' 'make lock                  pins newer versions'

study: $(READY)
	@$(BIN)/python scripts/train.py study=$(STUDY); trained=$$?; \
	    test -f conf/study/$(STUDY).yaml || exit $$trained; \
	    $(MAKE) --no-print-directory report && \
	    printf '\nPictures and tables: %s\nBrowse the runs:     make ui\nWork without make:   . .venv/bin/activate\n' \
	        "$(CURDIR)/reports/$(STUDY)/" && exit $$trained

report: $(READY)
	$(BIN)/python scripts/report.py study=$(STUDY)

ui: $(READY)
	@error=$$($(BIN)/python -c 'import socket, sys; socket.create_server(("127.0.0.1", int(sys.argv[1])))' "$(PORT)" 2>&1) || \
	    { echo "port $(PORT): $${error##*: }; choose another with make ui PORT=..." >&2; exit 1; }
	@echo "MLflow's UI, in some 15 s and until Ctrl-C:"
	@MLFLOW_TRACKING_URI="$(STORE)" $(BIN)/python scripts/studies.py links http://127.0.0.1:$(PORT) || \
	    echo "http://127.0.0.1:$(PORT)/#/experiments?workflowType=machine_learning"
	@MLFLOW_DISABLE_TELEMETRY=true MLFLOW_BACKEND_STORE_URI="$(STORE)" exec $(BIN)/mlflow ui --host 127.0.0.1 --port $(PORT)

test: lint $(EXTRAS)
	$(BIN)/python -m pytest

# Products of which `make test` takes some, such as every feature at every width in every population, and ten times as many random examples, others each time.
verify: $(EXTRAS)
	$(BIN)/python -m pytest -m 'verify or not verify' --hypothesis-profile verify
	$(MAKE) --no-print-directory --keep-going mutants chaos versions

mutants: $(EXTRAS)
	for room in analysis tracking training; do $(BIN)/python scripts/mutate.py fcnn/$$room || exit; done

chaos: $(READY)
	$(BIN)/python -m tests.chaos

versions: $(READY)
	$(BIN)/pip install --quiet uv
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/versions.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What the baselines need is not what training needs.
benchmark: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[benchmark]'
	$(BIN)/python scripts/benchmark.py studies
	$(BIN)/python scripts/benchmark.py training
	$(BIN)/python scripts/benchmark.py features
	$(BIN)/python scripts/benchmark.py growth --picture .readme/time.png

# The README's pictures, from a fresh store: what the report draws, and what a browser shows of the page and of MLflow's UI.
pictures: $(READY)
	rm -rf .pictures && mkdir .pictures
	cd .pictures && export MLFLOW_TRACKING_URI=sqlite:///$(CURDIR)/.pictures/mlflow.db && ../$(BIN)/python ../scripts/train.py study=activation_size && \
	    ../$(BIN)/python ../scripts/report.py study=activation_size
	cp .pictures/reports/activation_size/overlay.png .pictures/reports/activation_size/surface.png .readme/
	$(BIN)/python tests/pictures.py .pictures .readme

# The pinned versions, for every supported Python and system, from the ranges in pyproject.toml: such that the extras go with them.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-header --no-annotate --no-emit-index-url --upgrade
lock: $(READY)
	$(BIN)/pip install --quiet uv
	$(BIN)/$(LOCK) $(TESTED:%=--extra %) pyproject.toml --output-file .venv/all.txt
	$(BIN)/$(LOCK) --constraint .venv/all.txt pyproject.toml --output-file requirements.txt

# What is optional and large, the tests want and training on one machine with the other libraries does not.
$(EXTRAS): $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --constraint requirements.txt torch==2.13.0 \
	    --editable '.[$(subst $(SPACE),$(COMMA),$(TESTED))]'
	@touch $(EXTRAS)

# Most of what is installed is never imported, so Python compiles what is, and pip does not.
$(READY): requirements.txt pyproject.toml
	@echo "Sets up .venv, once; what pip downloads takes two to five minutes"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --requirement requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(READY)
