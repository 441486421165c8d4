"""Options that several commands have, and the configuration that one of them names."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from groupaudit.config import Config


class Level(StrEnum):
    """Severities that ``--fail-on`` may name, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Tongue(StrEnum):
    """Languages that ``--language`` may name."""

    FR = "fr"
    EN = "en"


ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", help="Configuration file (TOML).", show_default=False)
]

OutFolder = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder for the reports, in place of report.dir."),
]
JudgingTables = Annotated[
    Path | None,
    typer.Option("--config", "-c", help=r"Take \[classify] and \[posts] from here."),
]
OneTenant = Annotated[
    str | None,
    typer.Option("--tenant", help=r"Only this \[\[tenant]] of the configuration."),
]
TablesOf = Annotated[
    str | None,
    typer.Option("--tenant", help=r"Go by this \[\[tenant]], not by the shared tables."),
]
FailOn = Annotated[
    Level, typer.Option("--fail-on", help="Severity from which the exit code says so.")
]
Groups = Annotated[int, typer.Option("--groups", min=1, max=50_000, help="Size of the hospital.")]


def load(file: Path) -> Config:
    """The configuration in ``file``. Raises ConfigError."""
    from groupaudit import config

    return config.load(file)
