"""Run every benchmark: ``python -m benchmarks [name ...]``."""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "startup",
    "collect",
    "classify",
    "throughput",
    "tables",
    "rendering",
    "posts",
    "adversarial",
)


def main() -> None:
    """Run the benchmarks that are named, or all."""
    for name in sys.argv[1:] or NAMES:
        print(f"== {name}")
        importlib.import_module(f"benchmarks.{name}").main()


main()
