"""How long ``groupaudit --help`` takes."""

from __future__ import annotations

import sys

from benchmarks.measured import run


def main() -> None:
    for _ in range(3):
        print("groupaudit --help", run([sys.executable, "-m", "groupaudit", "--help"]))
