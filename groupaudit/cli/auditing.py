"""Commands that audit: the hospital, or a fictitious one."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaudit.cli.app import app
from groupaudit.cli.frame import LogFormat, Manners, command
from groupaudit.cli.options import ConfigFile, FailOn, Groups, Level, OutFolder, load
from groupaudit.cli.progress import Bar

if TYPE_CHECKING:
    from groupaudit.model.report import Report

logger = logging.getLogger("groupaudit")


def _present(outcome: Report, language: str, files: list[Path], manners: Manners) -> None:
    from groupaudit.wiring import kept, summary

    if manners.log_format is LogFormat.JSON:
        summary.log_summary(outcome)  # a table among the lines would be no event
    elif not manners.quiet:
        kept.print_table(outcome, language, color=manners.color)
    for file in files:
        logger.info("wrote %s", file)


@app.command(
    epilog="Examples: groupaudit audit --config groupaudit.toml\n\n"
    "groupaudit audit --config groupaudit.toml --out /srv/reports --fail-on critical --quiet"
)
@command
def audit(
    config: ConfigFile,
    manners: Manners,
    out: OutFolder = None,
    fail_on: FailOn = Level.HIGH,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Begin anew instead of resuming an interrupted run.")
    ] = False,
) -> int:
    """Collect, sample, classify, assess and report: the whole job."""
    from groupaudit.wiring import announced, audits

    settings = load(config)
    with Bar(lively=manners.lively, color=manners.color) as progress:
        outcome, files = announced.audit(settings, out, fresh=fresh, progress=progress)
    _present(outcome, settings.organisation.language, files, manners)
    return audits.exit_code(outcome, fail_on)


@app.command(epilog="Examples: groupaudit demo\n\ngroupaudit demo --groups 500 --out /tmp/demo")
@command
def demo(
    manners: Manners,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the reports.")] = Path(
        "demo"
    ),
    groups: Groups = 40,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the demo's key, configuration and history too.")
    ] = False,
) -> int:
    """Do the whole job on a fictitious hospital: no credentials, nothing beyond this machine."""
    from groupaudit.wiring import demos

    with Bar(lively=manners.lively, color=manners.color) as progress:
        outcome, files = demos.demo(out, groups=groups, keep=keep, progress=progress)
    _present(outcome, "fr", files, manners)
    return 0 if outcome.run.complete else 1


@app.command(epilog="Example: groupaudit emulator --groups 200 --dir /tmp/hospital")
@command
def emulator(
    groups: Groups = 40,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another hospital.")] = 20230526,
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="0: any free one.")] = 0,
    directory: Annotated[
        Path, typer.Option("--dir", help="Where key, configuration and truth file go.")
    ] = Path("emulator"),
) -> None:
    """Serve the emulated Workspace on the loopback, until Ctrl-C."""
    from groupaudit.wiring import demos

    with demos.emulator(groups=groups, seed=seed, port=port, folder=directory) as served:
        typer.echo(served.config_file)
        sys.stdout.flush()
        logger.info("serving %s; Ctrl-C ends it", served.url)
        demos.wait_for_interrupt()
