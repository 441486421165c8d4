"""Serves the runs that are kept: renders, lists and compares them. Opens no connection."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from groupaudit.config import Config
from groupaudit.errors import UsageError
from groupaudit.history.diff import changes
from groupaudit.history.store import SqliteHistory
from groupaudit.model.report import Report, Severity
from groupaudit.ports import Reporter
from groupaudit.reporter.as_csv import CsvReporter
from groupaudit.reporter.as_html import HtmlReporter
from groupaudit.reporter.as_json import JsonReporter
from groupaudit.reporter.as_table import TableReporter
from groupaudit.wiring.audits import open_history

#: Columns of the summary where no terminal tells its width.
_LOG_WIDTH = 140


def write_reports(
    report: Report, config: Config, out: Path | None, formats: Sequence[str] | None = None
) -> list[Path]:
    """The files written, into ``out`` or the configured folder. Raises UsageError, StoreError."""
    language = config.organisation.language
    reporters: dict[str, Reporter] = {
        "json": JsonReporter(),
        "csv": CsvReporter(language, config.report.csv_dialect),
        "html": HtmlReporter(language),
    }
    chosen = config.report.formats if formats is None else formats
    unknown = sorted(set(chosen) - set(reporters))
    if unknown:
        raise UsageError(f"--format: unknown format '{unknown[0]}'; use csv, html or json")
    folder = out or config.path(config.report.dir)
    return [file for name in chosen for file in reporters[name].render(report, folder)]


def print_table(report: Report, language: str, *, color: bool) -> None:
    """A summary on stderr, so that stdout stays for machines."""
    # A log has no width of its own: there the table gets what its addresses need.
    width = None if sys.stderr.isatty() else _LOG_WIDTH
    console = Console(stderr=True, no_color=not color, width=width)
    TableReporter(language, console).render(report, Path())


def kept_report(config: Config, run: str | None) -> Report:
    """The run ``run``, or the newest finished one. Raises UsageError when there is none."""
    with open_history(config) as history:
        return history.load(run or _finished(history)[0])


def print_history(config: Config, *, color: bool) -> None:
    """The runs kept, newest first, on stdout."""
    severities = tuple(Severity)
    table = Table("run", "started", "finished", "groups", *severities, box=None, pad_edge=False)
    with open_history(config) as history:
        for kept in history.runs():
            counts = dict(kept.by_severity)
            table.add_row(
                kept.run.id,
                f"{kept.run.started:%Y-%m-%d %H:%M}",
                f"{kept.run.finished:%Y-%m-%d %H:%M}" if kept.run.finished else "unfinished",
                str(kept.groups),
                *(str(counts.get(severity, 0)) for severity in severities),
            )
    Console(no_color=not color, markup=False).print(table)


def compared(
    config: Config, first: str | None, second: str | None
) -> Iterator[dict[str, str | None]]:
    """What changed from ``first`` to ``second``, by default the two newest finished runs."""
    with open_history(config) as history:
        after = second or _finished(history)[0]
        before = first or _before(history, after)
        found = changes(history.load(before), history.load(after))
    for change in found:
        yield {
            "email": change.email,
            "change": change.change,
            "from": change.before,
            "to": change.after,
        }


def _finished(history: SqliteHistory) -> list[str]:
    """Ids of the finished runs, newest first; at least one."""
    ids = [kept.run.id for kept in history.runs() if kept.run.finished]
    if not ids:
        raise UsageError("The history holds no finished run yet; run 'groupaudit audit' first.")
    return ids


def _before(history: SqliteHistory, run: str) -> str:
    ids = _finished(history)
    earlier = ids[ids.index(run) + 1 :] if run in ids else []
    if not earlier:
        raise UsageError(f"The history holds no finished run before {run}; name one with --from.")
    return earlier[0]
