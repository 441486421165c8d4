"""Runs the embedded Workspace: for the demo, and as a server of its own."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from groupaudit import config as configuration
from groupaudit.emulator.generator import generate, truth
from groupaudit.emulator.server import Emulator
from groupaudit.model.report import Report
from groupaudit.ports import Progress
from groupaudit.wiring.audits import audit
from groupaudit.wiring.kept import write_reports


@dataclass(frozen=True, slots=True)
class Served:
    """An emulator that is being served, and the configuration file that leads to it."""

    url: str
    config_file: Path


def demo(out: Path, *, groups: int, keep: bool, progress: Progress) -> tuple[Report, list[Path]]:
    """The report on a fictitious hospital, and the files written into ``out``.

    Key, configuration and history live in a private temporary folder, or in ``out`` if ``keep``.
    """
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="groupaudit-demo-") as temporary:
        folder = out if keep else Path(temporary)
        with emulator(groups=groups, seed=20230526, port=0, folder=folder) as served:
            config = configuration.load(served.config_file, {})
            report = audit(config, fresh=True, progress=progress)
            return report, write_reports(report, config, out)


@contextmanager
def emulator(*, groups: int, seed: int, port: int, folder: Path) -> Iterator[Served]:
    """Serve a generated hospital; key, configuration and truth file lie in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tenant = generate(groups=groups, seed=seed)
    with Emulator(tenant, port=port) as server:
        config_file = server.write_config(folder)
        _write_truth(folder / "truth.json", groups, seed)
        yield Served(server.url, config_file)


def wait_for_interrupt() -> None:
    """Return when Ctrl-C or SIGTERM comes."""
    try:
        signal.pause()
    except KeyboardInterrupt:
        return


def _write_truth(path: Path, groups: int, seed: int) -> None:
    with path.open("w", encoding="utf-8") as sink:
        json.dump(truth(groups=groups, seed=seed), sink, ensure_ascii=False, indent=1)
    path.chmod(0o600)
