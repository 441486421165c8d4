"""Collection against the emulator in a process of its own: time, and nothing lost.

Compared are the whole ``audit`` command without posts (settings, members, policy, rules, history,
reports), the same with settings alone, the straightforward serial script (``serial``), and GAM7's
``print groups settings`` where ``GAMS_PYTHON`` names the interpreter of an environment that has it
(``python -m venv gam && gam/bin/pip install gam7``; ``gam`` says how it is led to the emulator).
Ratios are to groupaudit with settings alone, since that is what the others collect.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured import Measured, run

#: Seconds after which a contestant is stopped.
PATIENCE_S = 240

LATENCY = {"latency": 0.05, "item_latency": 0.003}
CASES = (
    ("1,000 groups, 50 ms a call, 3 ms an item", 1000, LATENCY),
    (
        "300 groups, 25 requests/s, then 403 (ideal 12 s)",
        300,
        LATENCY | {"requests_per_second": 25, "over_rate": [403, "rateLimitExceeded"]},
    ),
    (
        "500 groups, 2 % of one-off 503",
        500,
        LATENCY | {"error_rate": 0.02, "errors": [[503, "backendError"]]},
    ),
)

_SETTINGS_ONLY = {
    "GROUPAUDIT_COLLECT__MEMBERS": "false",
    "GROUPAUDIT_COLLECT__ORG_POLICY": "false",
    "GROUPAUDIT_COLLECT__AUDIT_LOG": "false",
    "GROUPAUDIT_CONSUMER__DISCOVER": "false",
}


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to collect: its command, what it adds to the environment, and what it has read."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    result: Path

    def read(self) -> int:
        """How many groups it has read."""
        if not self.result.exists():
            return 0
        if self.result.suffix == ".csv":
            with self.result.open(encoding="utf-8", newline="") as stream:
                return sum(1 for _ in csv.DictReader(stream))
        told = json.loads(self.result.read_text(encoding="utf-8"))
        return int(told["read"] if "read" in told else len(_with_settings(told["groups"])))


def main() -> None:
    """Print time, ratio and losses of each contestant in each case."""
    if not os.environ.get("GAMS_PYTHON"):
        print("GAM7 is left out: GAMS_PYTHON names no interpreter that has it")
    for title, groups, faults in CASES:
        print(title)
        with tempfile.TemporaryDirectory() as name, _emulator(groups, Path(name)) as config:
            _compare(tuple(_contestants(config, Path(name))), groups, config, faults)


def _compare(
    contestants: tuple[Contestant, ...], groups: int, config: Path, faults: dict[str, object]
) -> None:
    ours: Measured | None = None
    for one in contestants:
        _order(config, faults)
        taken = run(["timeout", "-s", "INT", str(PATIENCE_S), *one.command], one.environment)
        ours = ours or taken
        lost = groups - one.read()
        print(f"  {one.name:26} {taken}  ×{taken.wall_s / ours.wall_s:5.2f}  lost {lost}")


def _contestants(config: Path, folder: Path) -> Iterator[Contestant]:
    audit = (sys.executable, "-m", "groupaudit", "audit", "-q", "--fresh", "--config", str(config))
    for name, environment in (("settings", _SETTINGS_ONLY), ("everything", {})):
        out = folder / name
        command = (*audit, "--out", str(out))
        yield Contestant(f"groupaudit, {name}", command, environment, out / "report.json")
    result = folder / "serial.json"
    serial = (sys.executable, "-m", "benchmarks.serial", str(config), str(result))
    yield Contestant("serial script", serial, {}, result)
    if gams_python := os.environ.get("GAMS_PYTHON"):
        result = folder / "gam.csv"
        gam = (gams_python, "-m", "benchmarks.gam", str(config), str(result))
        yield Contestant("GAM7 print groups settings", gam, {}, result)


def _with_settings(groups: list[dict[str, object]]) -> list[dict[str, object]]:
    return [group for group in groups if group["settings"]]


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
