"""The commands. Each body says what to do; ``wiring`` knows with what."""

from __future__ import annotations

import json
import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from groupaudit.cli.frame import Manners, command

logger = logging.getLogger("groupaudit")

app = typer.Typer(
    name="groupaudit",
    help="Finds the Google Groups of a hospital that show patients' data to the wrong readers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with: groupaudit demo",
)


class Level(StrEnum):
    """Severities that ``--fail-on`` may name, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", help="Configuration file (TOML).", show_default=False)
]
OutFolder = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Folder for the reports, in place of report.dir."),
]
FailOn = Annotated[
    Level, typer.Option("--fail-on", help="Severity from which the exit code says so.")
]
Groups = Annotated[int, typer.Option("--groups", min=1, max=50_000, help="Size of the hospital.")]


def main() -> None:
    """Entry point of the ``groupaudit`` command."""
    app()


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
    from groupaudit import wiring

    settings = wiring.load_config(config)
    with _progress(manners) as progress:
        report = wiring.audit(settings, fresh=fresh, progress=progress)
    files = wiring.write_reports(report, settings, out)
    if not manners.quiet:
        wiring.print_table(report, settings.organisation.language, color=manners.color)
    for file in files:
        logger.info("wrote %s", file)
    return wiring.exit_code(report, fail_on)


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
    from groupaudit import wiring

    with _progress(manners) as progress:
        report, files = wiring.demo(out, groups=groups, keep=keep, progress=progress)
    wiring.print_table(report, "fr", color=manners.color)
    for file in files:
        logger.info("wrote %s", file)
    return 0


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
    from groupaudit import wiring

    with wiring.emulator(groups=groups, seed=seed, port=port, folder=directory) as (url, file):
        typer.echo(file)
        logger.info("serving %s; try: groupaudit audit --config %s", url, file)
        wiring.wait_for_interrupt()


@app.command(
    epilog="Examples: groupaudit classify mail.mbox\n\n"
    "groupaudit classify exports/ --jsonl verdicts.jsonl"
)
@command
def classify(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)],
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", help="Write the lines here instead of to stdout.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Take [classify] and [posts] from here.")
    ] = None,
) -> None:
    """Say of local files whether they hold health data of identifiable persons."""
    from groupaudit import wiring

    settings = wiring.load_config(config) if config else None
    with wiring.private_text_file(jsonl) if jsonl else _stdout() as sink:
        for line in wiring.classify(paths, settings):
            sink.write(json.dumps(line, ensure_ascii=False) + "\n")


@app.command(epilog="Example: groupaudit report --config groupaudit.toml --format csv --out /tmp/r")
@command
def report(
    config: ConfigFile,
    run: Annotated[
        str | None, typer.Option("--run", help="A run's id; the newest if none.")
    ] = None,
    formats: Annotated[
        str | None, typer.Option("--format", help="Formats, separated by commas: csv,html,json.")
    ] = None,
    out: OutFolder = None,
) -> None:
    """Render a run again from the history, without any network."""
    from groupaudit import wiring

    settings = wiring.load_config(config)
    chosen = tuple(formats.split(",")) if formats else settings.report.formats
    kept = wiring.kept_report(settings, run)
    for file in wiring.write_reports(kept, settings, out, chosen):
        logger.info("wrote %s", file)


@app.command(epilog="Example: groupaudit history --config groupaudit.toml")
@command
def history(config: ConfigFile, manners: Manners) -> None:
    """List the runs that are kept."""
    from groupaudit import wiring

    wiring.print_history(wiring.load_config(config), color=manners.color)


@app.command(epilog="Example: groupaudit diff --config groupaudit.toml")
@command
def diff(
    config: ConfigFile,
    first: Annotated[
        str | None, typer.Option("--from", help="A run's id; the newest but one if none.")
    ] = None,
    second: Annotated[
        str | None, typer.Option("--to", help="A run's id; the newest if none.")
    ] = None,
) -> None:
    """Say what is new, worse, better, fixed, gone or unreadable between two runs, as JSON lines."""
    from groupaudit import wiring

    for change in wiring.diff(wiring.load_config(config), first, second):
        typer.echo(json.dumps(change, ensure_ascii=False))
