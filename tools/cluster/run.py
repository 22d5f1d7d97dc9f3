"""Command with a cluster of its own: starts one node, runs the command, stops the node whatever happens.

    python tools/cluster/run.py pytest tests/indexer/engines
    python tools/cluster/run.py --knn pytest tests/indexer/engines/test_embedding.py      a node with the k-NN plug-in

The command finds the address in AKHBAR_TEST_CLUSTER. The exit code is that of the command, 2 where no node started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tools.cluster.assemble import MissingToolError
from tools.cluster.launch import Cluster, NotStartedError

NO_CLUSTER = 2


def main(command: Sequence[str], *, knn: bool) -> int:
    """Run a command; return its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that what was started is stopped
    try:
        with Cluster(fast_start=True, knn=knn) as cluster:
            address = f"opensearch://{cluster.hosts[0]}"
            print(f"OpenSearch {cluster.version} on {address}", flush=True)
            environ = {**os.environ, "AKHBAR_TEST_CLUSTER": address}
            return subprocess.run(command, env=environ, check=False).returncode
    except (MissingToolError, NotStartedError) as problem:
        print(problem, file=sys.stderr)
        return NO_CLUSTER


if __name__ == "__main__":
    given = sys.argv[1:]
    has_flag = given[:1] == ["--knn"]
    if not given[has_flag:]:
        sys.exit("no command given; expected one to run with a cluster, as in: python tools/cluster/run.py pytest")
    sys.exit(main(given[has_flag:], knn=has_flag))
