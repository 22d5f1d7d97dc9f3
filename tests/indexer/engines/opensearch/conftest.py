"""Tests of the OpenSearch engine are left out where the extra ``opensearch`` is not installed."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("opensearchpy") else ["test_*.py"]
