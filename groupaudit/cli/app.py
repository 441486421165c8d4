"""The commands. Each body says what to do; ``wiring`` knows with what."""

from __future__ import annotations

import logging
import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaudit.cli.frame import LogFormat, Manners, Version, command
from groupaudit.cli.output import json_line
from groupaudit.cli.progress import Bar

if TYPE_CHECKING:
    from groupaudit.config import Config
    from groupaudit.model.report import Report

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


@app.callback()
def _general(version: Version = False) -> None:
    """Declared for ``groupaudit --version``; each command has the general options itself."""


def main() -> None:
    """Entry point of the ``groupaudit`` command."""
    app()


def load(file: Path) -> Config:
    """The configuration in ``file``. Raises ConfigError."""
    from groupaudit import config

    return config.load(file)


def _judging(file: Path | None, tenant: str | None) -> Config | None:
    """What a command that judges local files goes by. Raises ConfigError, UsageError."""
    from groupaudit.errors import UsageError
    from groupaudit.wiring import tenants

    if file is None:
        if tenant is not None:
            raise UsageError("--tenant needs the configuration that names it: add --config FILE")
        return None
    settings = load(file)
    if settings.tenants and tenant is None:
        logger.info("judging by the shared tables; --tenant NAME takes those of a tenant")
    return tenants.named(settings, tenant)


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


@app.command(
    epilog="Examples: groupaudit doctor --config groupaudit.toml\n\n"
    "groupaudit doctor --config groupaudit.toml --json doctor.json --quiet\n\n"
    "Exit codes: 0 all that the configuration needs works; 2 the configuration is wrong;"
    " 3 credentials, a scope or a role are refused; 1 anything else failed;"
    " 4 something optional is missing, or could not be checked. Of several defects, in several"
    " tenants too, the first in this list gives the code."
)
@command
def doctor(
    config: ConfigFile,
    manners: Manners,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every check here, for machines.")
    ] = None,
    tenant: OneTenant = None,
) -> int:
    """Check credentials, scopes, roles, network and places; say what to grant and where.

    Each tenant by its own tables. Reads no post, no member and no audit event; changes nothing.
    """
    from groupaudit.doctor.outcome import exit_code
    from groupaudit.wiring import checkup, local, tenants

    outcomes = checkup.examine(tenants.alone(load(config), tenant))
    checkup.print_outcomes(outcomes, color=manners.color, quiet=manners.quiet)
    if json_file:
        with local.private_text_file(json_file) as sink:
            sink.write(json_line(checkup.as_json(outcomes)) + "\n")
    return exit_code(outcomes)


@app.command(
    epilog="Examples: groupaudit classify mail.mbox\n\n"
    "groupaudit classify exports/ --jsonl verdicts.jsonl\n\n"
    "Exit codes: 0 every document has its line, with an 'error' where it could not be read; 2 a"
    " path or the configuration is wrong; 1 anything else failed. What was found gives no code."
)
@command
def classify(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)],
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", help="Write the lines here instead of to stdout.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help=r"Take \[classify] and \[posts] from here."),
    ] = None,
    tenant: TablesOf = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Processes for large input; all cores if none."),
    ] = None,
) -> None:
    """Say of local files whether they hold health data of identifiable persons."""
    from groupaudit.wiring import local

    settings = _judging(config, tenant)
    with local.private_text_file(jsonl) if jsonl else nullcontext(sys.stdout) as sink:
        for line in local.classify(paths, settings, workers or local.cores()):
            sink.write(json_line(line) + "\n")


@app.command(
    epilog="Examples: groupaudit evaluate our-labelled-mail.jsonl\n\n"
    "groupaudit evaluate mail.mbox --labels labels.jsonl --json figures.json\n\n"
    "A line of labels: {'id': '…', 'label': 'health_person', 'lang': 'fr', 'difficulty': 'easy',"
    " 'categories': ['drug'], 'n_persons': 1}; all but 'label' may be left out. The id is the given"
    " one, the Message-ID or the file's name. Without --labels each line has its 'text' too."
)
@command
def evaluate(  # noqa: PLR0913, PLR0917 - a parameter is an option
    labelled: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines with 'label' and 'text', or any file or folder with --labels.",
            show_default=False,
        ),
    ],
    manners: Manners,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="JSON Lines with 'id' and 'label'.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every figure here, for machines.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help=r"Take \[classify] and \[posts] from here."),
    ] = None,
    tenant: TablesOf = None,
) -> None:
    """Measure the classifier on labelled mail: verdicts, categories, scores and persons counted.

    Precision, recall and F1 with 95 % intervals, by language, difficulty, verdict and category.
    """
    from groupaudit.wiring import figures, local
    from groupaudit.wiring import labelled as mail

    judged = mail.judged(labelled, labels, _judging(config, tenant))
    if not manners.quiet:
        figures.print_scores(judged, color=manners.color)
    if json_file:
        with local.private_text_file(json_file) as sink:
            sink.write(json_line(figures.as_json(judged)) + "\n")


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
    from groupaudit.wiring import kept, tenants

    settings = load(config)
    tenants.named(settings, tenant)
    chosen = None if formats is None else formats.split(",")
    again = kept.kept_report(settings, run, tenant)
    for file in kept.write_reports(again, settings, out, chosen):
        logger.info("wrote %s", file)


@app.command(
    epilog="Examples: groupaudit probe our-group@googlegroups.com\n\n"
    "groupaudit probe care@hospital.example board@hospital.example --config groupaudit.toml\n\n"
    "Exit codes: 0 none of them is public today; 5 at least one can be read by anyone on the web;"
    " 4 none was seen public, and at least one could not be told; 6 one is public, and another"
    " could not be told; 2 an address or the configuration is wrong; 1 anything else failed."
)
@command
def probe(
    addresses: Annotated[
        list[str], typer.Argument(help="Addresses of groups.", show_default=False)
    ],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help=r"Take web_… of \[google] from here."),
    ] = None,
    tenant: Annotated[
        str | None,
        typer.Option(
            "--tenant", help=r"As this \[\[tenant]], not as the one that owns the domain."
        ),
    ] = None,
) -> int:
    """Look at groups from outside, without an account: can anyone on the web read them?

    Slow on purpose: one request every five seconds, three to start with, two for each group.
    """
    from groupaudit.config import Config
    from groupaudit.wiring import probing, tenants

    settings = tenants.named(load(config) if config else Config(), tenant)
    seen = []
    for line, sighting in probing.probe(addresses, settings):
        typer.echo(json_line(line))
        logger.info("%s: %s", line["group"], sighting.detail)
        seen.append(sighting)
    return probing.exit_code(seen)


@app.command(epilog="Example: groupaudit history --config groupaudit.toml")
@command
def history(config: ConfigFile, manners: Manners, tenant: OneTenant = None) -> None:
    """List the runs that are kept and found a group at least."""
    from groupaudit.wiring import kept, tenants

    settings = load(config)
    tenants.named(settings, tenant)
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
    from groupaudit.wiring import kept, tenants

    settings = load(config)
    tenants.named(settings, tenant)
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
    from groupaudit.wiring import dossiers, tenants

    settings = load(config)
    tenants.named(settings, tenant)
    basis = dossiers.Basis(run, tenant, force)
    file = dossiers.breach_file(settings, group, basis, language)
    folder = out or settings.path(settings.report.dir)
    for path in dossiers.write(file, folder, None if formats is None else formats.split(",")):
        logger.info("wrote %s", path)
