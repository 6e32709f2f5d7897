"""Print the table; name rows by module to measure only those: `python -m tests.bench go_latency`."""

from __future__ import annotations

import importlib
import sys

from tests.bench.table import HEAD

MODULES = ("go_latency",)


def main() -> None:
    print(HEAD, flush=True)
    for name in sys.argv[1:] or MODULES:
        for row in importlib.import_module(f"tests.bench.{name}").measure():
            print(row.text(), flush=True)


if __name__ == "__main__":
    main()
