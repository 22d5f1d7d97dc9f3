"""Progress of a long job, on a terminal and elsewhere."""

from __future__ import annotations

import io

import pytest

from indexer.commands.progress import EVERY_S, Progress, describe_progress

MIB = 1 << 20


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(stream: io.StringIO, *, seconds: float, times: int) -> str:
    now = iter(range(10**6))
    with Progress(100 * MIB, stream, clock=lambda: seconds * next(now)) as progress:
        for _ in range(times):
            progress.add(MIB)
        progress.say("writing")
    return stream.getvalue()


def test_a_log_gets_a_line_every_ten_seconds():
    lines = told(io.StringIO(), seconds=EVERY_S / 4, times=9).splitlines()
    assert lines == [
        "read 4 % of 100.0 MiB, 0.4 MiB/s, 4:00 left",
        "read 8 % of 100.0 MiB, 0.4 MiB/s, 3:50 left",
    ]


def test_a_terminal_has_one_line_rewritten_and_cleared_at_the_end():
    written = told(Terminal(), seconds=1.0, times=3)
    assert "\n" not in written
    assert written.count("\r") == 5
    assert "writing" in written
    assert written.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        pytest.param(0, MIB, 5.0, "read 0 % of 1.0 MiB, 0.0 MiB/s", id="nothing yet"),
        pytest.param(2 * MIB, MIB, 1.0, "read 100 % of 1.0 MiB, 2.0 MiB/s, 0:00 left", id="more than the files had"),
        pytest.param(MIB, 601 * MIB, 1.0, "read 0 % of 601.0 MiB, 1.0 MiB/s, 10:00 left", id="minutes"),
        pytest.param(MIB, 0, 0.0, "read 1.0 MiB, 1000.0 MiB/s", id="standard input, at once"),
    ],
)
def test_what_a_line_says(done, total, seconds, line):
    assert describe_progress(done, total, seconds) == line
