#!/bin/sh
# Build the parts in C with the address and undefined-behaviour sanitizers, aside, and run their tests under them.
# Arguments go to the fuzzer instead of the tests:   tools/sanitize.sh --seed 7 --cases 2000
set -eu

python=${PYTHON:-.venv/bin/python}
project=$(pwd)
python=$(cd "$(dirname "$python")" && pwd)/$(basename "$python")
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT

cp -r analyzers indexer "$aside/"
find "$aside" -name '*.so' -delete
: >"$aside/indexer/__init__.py" # what is tested needs no other part
: >"$aside/indexer/engines/__init__.py"
: >"$aside/indexer/engines/whoosh/__init__.py"
mkdir "$aside/tests"
cp -r tests/indexer/kernels "$aside/tests/kernels"
cp tests/indexer/results/test_passages.py tests/indexer/storage/segment/test_starts.py \
    tests/indexer/storage/segment/test_vocabulary.py "$aside/tests/"
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
build indexer/storage/segment/_numbering indexer/storage/segment/_numbering.c
build indexer/storage/segment/_starts indexer/storage/segment/_starts.c
build indexer/results/_passages indexer/results/c/*.c

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
