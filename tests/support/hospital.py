"""An emulated hospital and the command to audit it, for tests of the whole job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from forked import forks

from groupaudit.emulator.server import Emulator


class Hospital:
    """An emulated hospital, a configuration that leads to it, and the command to audit it.

    ``consumer`` is the table of groups outside the Workspace; by default none is looked for.
    """

    def __init__(
        self,
        emulator: Emulator,
        folder: Path,
        sources: str = '["vault"]',
        consumer: str = "discover = false",
    ) -> None:
        self.emulator = emulator
        self.folder = folder
        self.config = emulator.write_config(folder)
        written = self.config.read_text(encoding="utf-8")
        self.config.write_text(
            written.replace("[posts]\n", f"[posts]\nsources = {sources}\n")
            + f"\n[consumer]\n{consumer}\n",
            encoding="utf-8",
        )

    #: Few posts of each group: these tests are about the job, not about the classifier.
    environment = os.environ | {"GROUPAUDIT_SAMPLING__MAX_POSTS": "30"}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "groupaudit", *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``groupaudit`` to its end; its output is captured."""
        return forks().run(list(arguments), self.environment | environment, timeout=120)

    def audit(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run("audit", "--config", str(self.config), *arguments, **environment)

    def begun(
        self, reached: Callable[[], object], stderr: int = subprocess.DEVNULL, **environment: str
    ) -> subprocess.Popen[str]:
        """An audit in the background that has come so far that ``reached()`` holds, or ended."""
        running = subprocess.Popen(
            self.command("audit", "--config", str(self.config)),
            env=self.environment | environment,
            text=True,
            stderr=stderr,
        )
        deadline = time.monotonic() + 60
        while not reached() and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        return running

    def report(self, folder: Path | None = None) -> dict[str, Any]:
        text = ((folder or self.folder / "reports") / "report.json").read_text(encoding="utf-8")
        return json.loads(text)

    def groups(self) -> dict[str, dict[str, Any]]:
        return {group["email"]: group for group in self.report()["groups"]}
