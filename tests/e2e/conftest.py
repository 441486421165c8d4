"""The command line against the emulated hospital, over real HTTP on the loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from groupaudit.emulator.faults import Faults
from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator


class Hospital:
    """An emulated hospital, a configuration that leads to it, and the command to audit it."""

    def __init__(self, emulator: Emulator, folder: Path, sources: str = '["vault"]') -> None:
        self.emulator = emulator
        self.folder = folder
        self.config = emulator.write_config(folder)
        written = self.config.read_text(encoding="utf-8")
        self.config.write_text(
            written.replace("[posts]\n", f"[posts]\nsources = {sources}\n"), encoding="utf-8"
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "groupaudit", *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``groupaudit`` to its end; its output is captured."""
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=os.environ | environment,
        )

    def audit(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("audit", "--config", str(self.config), *arguments, **environment)

    def report(self, folder: Path | None = None) -> dict[str, Any]:
        text = ((folder or self.folder / "reports") / "report.json").read_text(encoding="utf-8")
        return json.loads(text)

    def groups(self) -> dict[str, dict[str, Any]]:
        return {group["email"]: group for group in self.report()["groups"]}


@pytest.fixture
def hospital(tmp_path) -> Iterator[Hospital]:
    """Forty groups, nothing going wrong."""
    with Emulator(generate(groups=40)) as emulator:
        yield Hospital(emulator, tmp_path)


@pytest.fixture
def no_posts(tmp_path) -> Iterator[Hospital]:
    """The same, readership only."""
    with Emulator(generate(groups=40)) as emulator:
        yield Hospital(emulator, tmp_path, sources="[]")


@pytest.fixture
def faulty(tmp_path):
    """Builds a hospital with the faults that a test names."""
    opened = []

    def _faulty(faults: Faults, **options: str) -> Hospital:
        emulator = Emulator(generate(groups=40), faults=faults)
        emulator.start()
        opened.append(emulator)
        return Hospital(emulator, tmp_path, **options)

    yield _faulty
    for emulator in opened:
        emulator.stop()
