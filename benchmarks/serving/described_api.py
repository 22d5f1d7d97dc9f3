"""REST held against its own description: schemathesis asks each operation for what it describes, and for what it does not.

    python benchmarks/serving/described_api.py [INDEX] [--examples 500]

Without ``INDEX`` the sample is indexed. The server is one of ours, over HTTP; the exit status is that of schemathesis,
0 where nothing fails. ``tests/support/described_api.py`` holds what a description cannot say.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import rebuild
from search_app import Settings, create_app
from search_app.server import listening_socket, waitress_server

ROOT = Path(__file__).parents[2]


def fuzz(index: str, examples: int, folder: str) -> int:
    """Serve ``index`` and return the exit status of schemathesis."""
    server = waitress_server(create_app(Settings(index=index)), [listening_socket("127.0.0.1", 0)], threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        "--max-examples",
        str(examples),
        "--continue-on-failure",
    ]
    environment = {"SCHEMATHESIS_HOOKS": "tests.support.described_api", "PYTHONPATH": str(ROOT)}
    address = f"http://127.0.0.1:{server.effective_port}/openapi.json"
    return subprocess.run([*command, address], env=os.environ | environment, cwd=folder, check=False).returncode


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index", nargs="?")
    parser.add_argument("--examples", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = options.index or f"{folder}/index"
        if not options.index:
            rebuild([ROOT / "sample"], index)
        sys.exit(fuzz(index, options.examples, folder))


if __name__ == "__main__":
    main()
