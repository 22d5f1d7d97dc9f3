# Akhbar: `make run` shows it, `make test` checks it. Both set up what they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
JOBS   ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types layers unit test-cluster sanitize browser bench wheels clean

help:
	@echo "make run     set up, index sample/ and serve http://127.0.0.1:$(PORT)"
	@echo "make test    set up and run every check"
	@echo "make setup   set up $(VENV) with everything; gives $(BIN)/akhbar"
	@echo "make test-cluster  start OpenSearch nodes and run the contract of engines on them; needs JDK 21 and mvn"
	@echo "make bench   compare with other engines: DATA=folder of collections; takes half an hour"
	@echo "make wheels  build sdist and wheel into dist/ and try the wheel without a compiler"
	@echo "make clean   remove what these made"

setup: $(VENV)/ready

NATIVE := setup.py $(wildcard analyzers/native/* indexer/kernels/c/*)

$(VENV)/ready: setup.cfg pyproject.toml constraints.txt $(NATIVE)
	@$(PYTHON) tools/check_python.py
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,eval,readers,opensearch,semantic,server,assistants]'
	@touch $@

run: setup
	$(BIN)/akhbar rebuild sample --index var/sample
	$(BIN)/akhbar serve --index var/sample --port $(PORT)

test: setup browser lint types layers unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports

unit: setup browser
	$(BIN)/coverage erase
	$(BIN)/pytest --numprocesses $(JOBS) --dist worksteal --cov --cov-report=term:skip-covered

# The default engine and the naive one have passed in `unit`. Vectors need a node with a plug-in, of another version.
test-cluster: setup
	$(BIN)/python tools/cluster/run.py $(BIN)/pytest tests/indexer/engines --ignore tests/indexer/engines/whoosh -k opensearch
	$(BIN)/python tools/cluster/run.py --knn $(BIN)/pytest $(addprefix tests/indexer/engines/,test_embedding.py opensearch/test_vectors.py) -k opensearch

sanitize: setup
	sh tools/sanitize.sh

bench: setup
	@test -n "$(DATA)" || { echo "make bench DATA=DIR: the folder that holds corpora/*.jsonl.gz is missing"; exit 2; }
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement benchmarks/engines/requirements.txt
	$(BIN)/python benchmarks/engines/run.py $(DATA)
	$(BIN)/python benchmarks/engines/run.py $(DATA) --documents 0 --growth 10000,100000,300000 --raw

wheels: setup
	PYTHON=$(BIN)/python sh tools/check_wheel.sh

browser:
	@sh tools/ensure_browser.sh

clean:
	rm -rf $(VENV) var build dist *.egg-info .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find analyzers indexer -name '*.so' -delete
