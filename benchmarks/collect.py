"""Collection against the emulator in a process of its own, 50 ms a call: time and memory.

The whole ``audit`` command is measured with ``posts.sources = []``: start, listing, settings,
members, rules, history and all reports.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measured import run

CASES = (
    ("1,000 groups, 50 ms a call", 1000, {"latency": 0.05}),
    ("1,000 groups, 50 ms, 2 % of one-off errors", 1000, {"latency": 0.05, "error_rate": 0.02}),
    (
        "300 groups, 25 requests/s as 403",
        300,
        {"latency": 0.05, "requests_per_second": 25, "over_rate": [403, "rateLimitExceeded"]},
    ),
    ("10,000 groups, 2 ms a call", 10_000, {"latency": 0.002}),
)


def main() -> None:
    for title, groups, faults in CASES:
        with tempfile.TemporaryDirectory() as name, _emulator(groups, Path(name)) as config:
            _order(config, faults)
            command = [sys.executable, "-m", "groupaudit", "audit", "--config", str(config), "-q"]
            taken = run(command)
            told = json.loads((Path(name) / "reports" / "report.json").read_text("utf-8"))
            print(
                f"{title:45} {taken}  assessed {told['coverage']['groups_assessed']}"
                f"  unassessed {told['coverage']['by_reason']}"
            )


@contextmanager
def _emulator(groups: int, folder: Path) -> Iterator[Path]:
    command = [sys.executable, "-m", "groupaudit", "emulator", "--groups", str(groups)]
    with subprocess.Popen(
        [*command, "--dir", str(folder), "-q"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None  # noqa: S101 - a pipe was asked for
        config = Path(server.stdout.readline().strip())
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("[posts]\n", "[posts]\nsources = []\n"), encoding="utf-8")
        yield config
        server.terminate()


def _order(config: Path, faults: dict[str, object]) -> None:
    root = tomllib.loads(config.read_text(encoding="utf-8"))["google"]["api_root"]
    request = urllib.request.Request(  # noqa: S310 - the loopback
        f"{root}/_emulator/faults", json.dumps(faults).encode(), method="PUT"
    )
    urllib.request.urlopen(request).close()  # noqa: S310 - as above
