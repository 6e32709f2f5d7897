"""How far timed cues are from their due instant, the window painting, meters arriving; and drift.

One GO sets off a chain of cues 20 ms apart. Each packet's reception by the kernel is held against the due
time that the as-run gives. The floor is how late a bare thread wakes from `time.sleep` at such instants,
measured before, with nothing else of ours running.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence

import msgspec

from showcaller.core.asrun import CueCalled, Line
from showcaller.core.times import NS_PER_MS
from tests.bench.live_desk import live_desk
from tests.bench.table import Row, quantile, spread
from tests.wire import Heard, wires

CUES, CUES_QUICK, CUES_FULL = 1500, 20, 10_000
GAP = 20
SLEEPER = """
import json, sys, time
count, gap = int(sys.argv[1]), int(sys.argv[2])
due, late = time.monotonic_ns() + 100_000_000, []
for _ in range(count):
    time.sleep(max(0, due - time.monotonic_ns()) / 1e9)
    late.append(time.monotonic_ns() - due)
    due += gap * 1_000_000
print(json.dumps(late))
"""


def _sleep_errors(count: int) -> Sequence[float]:
    command = [sys.executable, "-c", SLEEPER, str(count), str(GAP)]
    out = subprocess.run(command, check=True, capture_output=True).stdout
    return [late / 1e6 for late in msgspec.json.decode(out, type=list[int])]


def _due_instants(lines: Sequence[Line]) -> Sequence[int]:
    """Return when each cue was due, on the machine's monotonic clock; LIVE runs show time one to one."""
    return [line.ns - line.show + line.entry.at for line in lines if isinstance(line.entry, CueCalled)]


def _errors(heard: Sequence[Heard], due: Sequence[int]) -> Sequence[float]:
    return [(one.at - instant) / 1e6 for one, instant in zip(heard, due, strict=True)]


def measure(*, full: bool = False, quick: bool = False) -> Iterable[Row]:
    """Yield a row for the error and one for the drift."""
    cues = CUES_QUICK if quick else CUES_FULL if full else CUES
    floor = _sleep_errors(min(cues, CUES))
    with wires(1) as (wire,), live_desk([wire.port], cues=cues, chain=cues, gap=GAP) as live:
        live.client.go()
        heard = wire.hear_all(cues)
        # Only now: a client that asks and does not read falls behind, and is dropped.
        live.client.follow()
        lines = live.client.hear(lambda lines: sum(isinstance(one.entry, CueCalled) for one in lines) == cues)
    # The first cue is due at its GO, which no timer waits for.
    due = _due_instants(lines)[1:]
    errors = _errors(heard[1:], due)
    tail = quantile(errors, 0.99) / quantile(floor, 0.99)
    middle = quantile(errors, 0.5) / quantile(floor, 0.5)
    yield Row(
        f"error of {cues:,} timed cues {GAP} ms apart, window painting, meters arriving",
        f"time.sleep on an idle machine, {spread(floor)}",
        spread(errors),
        f"p50 {middle:.2f}×, p99 {tail:.2f}×",
        "p99 ≤ 2×",
    )
    drift = (due[-1] - due[0]) - (len(due) - 1) * GAP * NS_PER_MS
    part = max(1, len(errors) // 10)
    later = quantile(errors[-part:], 0.5) - quantile(errors[:part], 0.5)
    yield Row(
        f"drift over {cues:,} timed cues",
        "",
        f"due times {drift / 1e6:+.3f} ms; last tenth of the packets {later:+.3f} ms later than the first",
        "",
        "0",
    )
