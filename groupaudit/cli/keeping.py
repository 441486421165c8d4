"""Commands that read the history, without any network."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaudit.cli.app import app
from groupaudit.cli.frame import Manners, command
from groupaudit.cli.options import ConfigFile, OneTenant, OutFolder, Tongue, load
from groupaudit.cli.output import json_line

if TYPE_CHECKING:
    from groupaudit.config import Config

logger = logging.getLogger("groupaudit")


def _with(file: Path, tenant: str | None) -> Config:
    """The configuration in ``file``, which must have ``tenant`` if that is named.

    Raises ConfigError, UsageError.
    """
    from groupaudit.wiring import tenants

    settings = load(file)
    tenants.named(settings, tenant)
    return settings


@app.command(epilog="Example: groupaudit report --config groupaudit.toml --format csv --out /tmp/r")
@command
def report(
    config: ConfigFile,
    run: Annotated[
        str | None, typer.Option("--run", help="A run's id; the newest if none.")
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option("--format", help="Some of csv, html, json, ocsf, prometheus: csv,html."),
    ] = None,
    out: OutFolder = None,
    tenant: OneTenant = None,
) -> None:
    """Render a run again from the history, without any network."""
    from groupaudit.wiring import kept

    settings = _with(config, tenant)
    chosen = None if formats is None else formats.split(",")
    again = kept.kept_report(settings, run, tenant)
    for file in kept.write_reports(again, settings, out, chosen):
        logger.info("wrote %s", file)


@app.command(epilog="Example: groupaudit history --config groupaudit.toml")
@command
def history(config: ConfigFile, manners: Manners, tenant: OneTenant = None) -> None:
    """List the runs that are kept and found a group at least."""
    from groupaudit.wiring import kept

    settings = _with(config, tenant)
    kept.print_history(settings, tenant, color=manners.color)


@app.command(
    epilog="Example: groupaudit diff --config groupaudit.toml\n\n"
    "Exit codes: 0 compared, or only one run is kept and there is nothing to compare with yet;"
    " 2 no such run, or none at all; 1 anything else failed. What changed gives no code."
)
@command
def diff(
    config: ConfigFile,
    first: Annotated[
        str | None, typer.Option("--from", help="A run's id; the newest but one if none.")
    ] = None,
    second: Annotated[
        str | None, typer.Option("--to", help="A run's id; the newest if none.")
    ] = None,
    tenant: OneTenant = None,
) -> None:
    """Say what is new, worse, better, fixed, gone or unreadable between two runs, as JSON lines."""
    from groupaudit.wiring import kept

    settings = _with(config, tenant)
    for change in kept.compared(settings, first, second, tenant):
        typer.echo(json_line(change))


@app.command(
    epilog="Examples: groupaudit dossier care@hospital.example --config groupaudit.toml\n\n"
    "groupaudit dossier care@hospital.example -c groupaudit.toml --format docx --language en\n\n"
    "Exit codes: 0 written; 2 no such group or run, or the audit found no breach in the group (see"
    " --force); 1 anything else failed."
)
@command
def dossier(  # noqa: PLR0913, PLR0917 - a parameter is an option
    group: Annotated[str, typer.Argument(help="Address of the group.", show_default=False)],
    config: ConfigFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the files, in place of report.dir."),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option("--run", help="A run's id; the newest that shows the breach best if none."),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option("--format", help="docx, html and pdf, separated by commas; all that can be."),
    ] = None,
    language: Annotated[
        Tongue | None, typer.Option("--language", help="In place of organisation.language.")
    ] = None,
    tenant: OneTenant = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write it although the audit found no breach.")
    ] = False,
) -> None:
    """Write the breach file of a group for the data-protection officer (GDPR art. 33 and 34).

    From the history, without any network. It holds no post, no excerpt and no patient's name.
    """
    from groupaudit.wiring import dossiers

    settings = _with(config, tenant)
    basis = dossiers.Basis(run, tenant, force)
    file = dossiers.breach_file(settings, group, basis, language)
    folder = out or settings.path(settings.report.dir)
    for path in dossiers.write(file, folder, None if formats is None else formats.split(",")):
        logger.info("wrote %s", path)
