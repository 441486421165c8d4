"""Commands that judge local files, and measure how well."""

from __future__ import annotations

import logging
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groupaudit.cli.app import app
from groupaudit.cli.frame import Manners, command
from groupaudit.cli.options import JudgingTables, TablesOf, load
from groupaudit.cli.output import json_line

if TYPE_CHECKING:
    from groupaudit.config import Config

logger = logging.getLogger("groupaudit")


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
    config: JudgingTables = None,
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
    " 'categories': ['drug'], 'n_persons': 1}; all but 'label' may be left out, and"
    " 'categories': [] says that there is none. The id is the given"
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
    config: JudgingTables = None,
    tenant: TablesOf = None,
) -> None:
    """Measure the classifier on labelled mail: verdicts, categories, scores and persons counted.

    Precision, recall and F1 with 95 % intervals, by language, difficulty, verdict and category.
    """
    from groupaudit.wiring import figures, local
    from groupaudit.wiring import labelled as mail

    if json_file:
        local.check_writable(json_file)
    judged = mail.judged(labelled, labels, _judging(config, tenant))
    if not manners.quiet:
        figures.print_scores(judged, color=manners.color)
    if json_file:
        with local.private_text_file(json_file) as sink:
            sink.write(json_line(figures.as_json(judged)) + "\n")
