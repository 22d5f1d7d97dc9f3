#!/bin/sh
# Build the extensions in C with the address and undefined-behaviour sanitizers in a temporary folder, and run their tests.
# Arguments go to the fuzzer instead of the tests:   tools/sanitize.sh --seed 7 --cases 2000
set -eu

python=${PYTHON:-.venv/bin/python}
project=$(pwd)
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT

cp -r analyzers indexer "$aside/"
find "$aside" -name '*.so' -delete
: >"$aside/indexer/__init__.py" # the code under test needs no other part
: >"$aside/indexer/engines/__init__.py"
: >"$aside/indexer/engines/whoosh/__init__.py"
mkdir "$aside/tests"
cp -r tests/indexer/kernels "$aside/tests/kernels"
rm "$aside/tests/kernels/test_overwritten.py" # needs the whole indexer; the fuzzer does the same
cp tests/indexer/results/test_passages.py "$aside/tests/"
cp tests/conftest.py "$aside/conftest.py" # hypothesis without deadlines
cp tests/analyzers/test_encoding.py tests/analyzers/arabic/test_segmenter.py "$aside/tests"
cp benchmarks/engines/fuzz_kernels.py "$aside/fuzz_kernels.py"

include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
ending=$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
flags="-std=c11 -Wall -Wextra -Wpedantic -Werror -fPIC -shared -I$include"
build() { # the extension $1, of the other arguments
    gcc $flags -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
        -o "$aside/$1$ending" $(cd "$aside" && shift && realpath "$@")
}
build analyzers/_native analyzers/native/*.c
build indexer/kernels/_native indexer/kernels/c/*.c

# Python itself leaks at exit on purpose.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
export LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
export PYTHONPATH="$aside" PYTHONDONTWRITEBYTECODE=1 PYTHONMALLOC=malloc OPENBLAS_NUM_THREADS=1
cd "$aside"
if [ $# -gt 0 ]; then
    "$python" fuzz_kernels.py "$@"
else
    "$python" -m pytest -c /dev/null --rootdir "$aside" --import-mode=importlib -p no:cacheprovider -q -s tests \
        -k "native or passages or starts or test_c_ or plain_arabic or chunk or encod or malformed or cache or vocabulary"
fi
echo "clean: $project"
