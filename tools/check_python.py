"""Check of the Python and the system that Akhbar needs; runs on any Python, so that the answer is clear."""

import os
import sys

NEEDED = (3, 11)

if sys.version_info < NEEDED:
    sys.exit(
        # The percent sign, so that a Python too old for f-strings can still say it.
        "Akhbar needs Python %d.%d or newer; this is %s. Install one and run: make PYTHON=/path/to/python3"  # noqa: UP031
        % (NEEDED[0], NEEDED[1], sys.version.split()[0])
    )

if os.name != "posix":
    sys.exit("Akhbar needs a POSIX system, such as Linux or macOS; this is %s." % sys.platform)  # noqa: UP031
