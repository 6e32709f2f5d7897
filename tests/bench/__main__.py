"""Print the table: `python -m tests.bench [--full] [ROW…]`, each row named by its module."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from tests.bench.table import HEAD

MODULES = (
    "go_latency",
    "key_press",
    "timed_cue",
    "fan_out",
    "open_show",
    "one_edit",
    "schedule_rows",
    "meters",
    "clock_windows",
    "idle",
    "timeline",
)


def main() -> None:
    """Measure and print, row by row."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(MODULES))
    parser.add_argument("--full", action="store_true", help="longer runs, and a chain of 10,000 cues")
    parser.add_argument("--quick", action="store_true", help="a few of each, to see that it works")
    arguments = parser.parse_args()
    # Programs start from byte code that was kept, as an installed one does, in every process from here on.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.stdout.write(HEAD + "\n")
    for name in arguments.rows or MODULES:
        module = importlib.import_module(f"tests.bench.{name}")
        for row in module.measure(full=arguments.full, quick=arguments.quick):
            sys.stdout.write(row.text() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
