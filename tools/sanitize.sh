#!/bin/sh
# Build the parts in C with the address and undefined-behaviour sanitizers, aside, and run their tests under them.
# Arguments go to the fuzzer instead of the tests:   tools/sanitize.sh --seed 7 --cases 2000
set -eu

python=${PYTHON:-.venv/bin/python}
project=$(pwd)
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT

mkdir -p "$aside/indexer/engines/whoosh"
: >"$aside/indexer/__init__.py"
: >"$aside/indexer/engines/__init__.py"
: >"$aside/indexer/engines/whoosh/__init__.py"
cp -r indexer/engines/whoosh/kernels "$aside/indexer/engines/whoosh/kernels"
rm -f "$aside"/indexer/engines/whoosh/kernels/*.so
cp -r tests/indexer/engines/kernels "$aside/tests"
cp tests/conftest.py "$aside/conftest.py" # hypothesis without deadlines
cp -r analyzers "$aside/analyzers"
rm -f "$aside"/analyzers/*.so "$aside"/analyzers/*/*.so
cp tests/analyzers/test_walker.py tests/analyzers/test_segmenter.py "$aside/tests"
cp benchmarks/engines/fuzz_kernels.py "$aside/fuzz_kernels.py"

include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
ending=$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
flags="-std=c11 -Wall -Wextra -Wpedantic -Werror -fPIC -shared -I$include"
here=$aside/indexer/engines/whoosh/kernels

build() { # OUTPUT SOURCE…
    output=$1$ending
    shift
    gcc $flags -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all "$@" -o "$output"
}
build "$here/_native" "$here"/c/*.c
build "$aside/analyzers/_walking" analyzers/_walking.c
build "$aside/analyzers/arabic/_segmenting" analyzers/arabic/_segmenting.c

# Python itself leaks at exit on purpose.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
export LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
export PYTHONPATH="$aside" PYTHONDONTWRITEBYTECODE=1 PYTHONMALLOC=malloc OPENBLAS_NUM_THREADS=1
cd "$aside"
if [ $# -gt 0 ]; then
    "$python" fuzz_kernels.py "$@"
else
    "$python" -m pytest -c /dev/null --rootdir "$aside" --import-mode=importlib -p no:cacheprovider -q -s tests -k "native or test_c_ or plain_arabic or chunk or walk"
fi
echo "clean: $project"
