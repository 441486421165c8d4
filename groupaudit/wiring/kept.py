"""Serves the runs that are kept: renders, lists and compares them. Opens no connection."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from groupaudit.audit import merged
from groupaudit.config import Config
from groupaudit.errors import UsageError
from groupaudit.history.diff import compare
from groupaudit.history.store import KeptRun, SqliteHistory
from groupaudit.model.report import Batch, Change, Report, Severity
from groupaudit.ports import Reporter
from groupaudit.reporter.as_csv import CsvReporter
from groupaudit.reporter.as_html import HtmlReporter
from groupaudit.reporter.as_json import JsonReporter
from groupaudit.reporter.as_ocsf import OcsfReporter
from groupaudit.reporter.as_prometheus import PrometheusReporter
from groupaudit.reporter.as_table import TableReporter
from groupaudit.wiring.histories import open_history
from groupaudit.wiring.trends import with_trend

logger = logging.getLogger("groupaudit")

#: Columns of the summary where no terminal tells its width.
_LOG_WIDTH = 140


def write_reports(
    report: Report,
    config: Config,
    out: Path | None,
    formats: Sequence[str] | None = None,
    *,
    live: bool = False,
) -> list[Path]:
    """The files written, into ``out`` or the configured folder. Raises UsageError, StoreError.

    ``live``: an audit just ended. Only then metrics go to ``report.prometheus_file``: what is
    rendered again must not take an alert back to last month.
    """
    language = config.organisation.language
    reporters: dict[str, Reporter] = {
        "json": JsonReporter(),
        "csv": CsvReporter(language, config.report.csv_dialect),
        "html": HtmlReporter(language),
        "ocsf": OcsfReporter(),
        "prometheus": PrometheusReporter(_metrics_file(config) if live else None),
    }
    chosen = config.report.formats if formats is None else formats
    unknown = sorted(set(chosen) - set(reporters))
    if unknown:
        raise UsageError(f"--format: unknown format '{unknown[0]}'; use {', '.join(reporters)}")
    folder = out or config.path(config.report.dir)
    return [file for name in chosen for file in reporters[name].render(report, folder)]


def _metrics_file(config: Config) -> Path | None:
    """Where node_exporter looks, wherever the reports go; None: among the reports."""
    named = config.report.prometheus_file
    return config.path(named) if named else None


def print_table(report: Report, language: str, *, color: bool) -> None:
    """A summary on stderr, so that stdout stays for machines."""
    # A log has no width of its own: there the table gets what its addresses need.
    width = None if sys.stderr.isatty() else _LOG_WIDTH
    console = Console(stderr=True, no_color=not color, width=width)
    TableReporter(language, console).render(report, Path())


def kept_report(config: Config, run: str | None, tenant: str | None = None) -> Report:
    """The run ``run``, or the newest finished one; that of all tenants where there are several.

    ``tenant``: that one's part alone. Raises UsageError when there is none.
    """
    with open_history(config) as history:
        return with_trend(history, _kept(config, history, run, tenant))


def _kept(config: Config, history: SqliteHistory, run: str | None, tenant: str | None) -> Report:
    if tenant is not None:
        return history.load(_own(history, tenant, run))
    batches = history.batches.kept()
    if run is None and config.tenants and batches:
        run = next(iter(batches))
    if run in batches:
        return _of_tenants(history, batches[run])
    return history.load(run or _finished(history)[0].run.id)


def _own(history: SqliteHistory, tenant: str, run: str | None) -> str:
    """The id of the run of ``tenant`` that is ``run`` or a part of it; the newest finished one."""
    if run is None:
        return _finished(history, tenant)[0].run.id
    for kept in history.runs():
        if kept.run.tenant == tenant and run in (kept.run.id, kept.run.batch):
            return kept.run.id
    raise UsageError(
        f"The history holds no such run of tenant '{tenant}'; 'groupaudit history' lists those"
        " kept."
    )


def _of_tenants(history: SqliteHistory, batch: Batch) -> Report:
    parts = (
        (section, history.load(section.run.id) if section.run else None)
        for section in batch.sections
    )
    return merged(batch.run, parts)


def print_history(config: Config, tenant: str | None = None, *, color: bool) -> None:
    """The runs kept, newest first, on stdout; those of ``tenant`` alone if it is named.

    A run that ended before it listed a group, such as one with a refused key, is none.
    """
    severities = tuple(Severity)
    several = ("tenant", "report") if config.tenants else ()
    titles = ("run", *several, "started", "finished", "groups", *severities)
    table = Table(*titles, box=None, pad_edge=False)
    with open_history(config) as history:
        for kept in history.runs():
            began = kept.run.finished or kept.groups
            if not began or tenant not in {None, kept.run.tenant}:
                continue
            counts = dict(kept.by_severity)
            table.add_row(
                kept.run.id,
                *((kept.run.tenant, kept.run.batch) if several else ()),
                f"{kept.run.started:%Y-%m-%d %H:%M}",
                f"{kept.run.finished:%Y-%m-%d %H:%M}" if kept.run.finished else "unfinished",
                str(kept.groups),
                *(str(counts.get(severity, 0)) for severity in severities),
            )
    for column in table.columns[: 1 + len(several)]:
        column.no_wrap = True  # ids are there to be copied
    width = None if sys.stdout.isatty() else _LOG_WIDTH
    Console(no_color=not color, markup=False, width=width).print(table)


def compared(
    config: Config, first: str | None, second: str | None, tenant: str | None = None
) -> Iterator[dict[str, str | None]]:
    """What changed from ``first`` to ``second``, by default the two newest finished runs.

    Of several tenants each has its own two newest, unless a run or a ``tenant`` is named. After the
    first audit there is nothing, and the log says why. Raises UsageError when there is no such run,
    and for runs of two tenants.
    """
    with open_history(config) as history:
        finished = _finished(history, tenant)
        if first or second:
            after = second or _newest_beside(finished, first)
            pairs = [(first or _before(finished, after), after)]
            _refuse_strangers(history, pairs[0], tenant)
        else:
            listed = [tenant] if tenant else [one.tenant for one in config.tenants]
            pairs = list(_newest_pairs(finished, listed or [finished[0].run.tenant]))
        if not pairs:
            logger.info("nothing to compare with yet: one audit is kept; the next one is compared")
        for before, after in pairs:
            latest = history.load(after)
            found = compare(history.standing(before), latest)
            for note in found.notes:
                logger.info("%s and %s: %s", before, after, note)
            for change in found.changes:
                yield _line(change, latest.run.tenant)


def _line(change: Change, tenant: str) -> dict[str, str | None]:
    told = {"tenant": tenant} if tenant else {}
    return told | {
        "email": change.email,
        "change": change.change,
        "from": change.before,
        "to": change.after,
    }


def _newest_pairs(finished: Sequence[KeptRun], tenants: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The two newest runs of each tenant that has two, the older first."""
    for name in tenants:
        ids = [kept.run.id for kept in finished if kept.run.tenant == name]
        if len(ids) > 1:
            yield ids[1], ids[0]


def _finished(history: SqliteHistory, tenant: str | None = None) -> list[KeptRun]:
    """The finished runs, those of ``tenant`` if it is named, newest first; at least one."""
    runs = [
        kept for kept in history.runs() if kept.run.finished and tenant in {None, kept.run.tenant}
    ]
    if not runs:
        whose = f" of tenant '{tenant}'" if tenant else ""
        raise UsageError(
            f"The history holds no finished run{whose} yet; run 'groupaudit audit' first."
        )
    return runs


def _newest_beside(finished: Sequence[KeptRun], run: str | None) -> str:
    """The newest of the finished runs of the tenant of ``run``; of all if that is not known."""
    tenant = next((kept.run.tenant for kept in finished if kept.run.id == run), None)
    return next(kept.run.id for kept in finished if tenant in {None, kept.run.tenant})


def _refuse_strangers(history: SqliteHistory, pair: tuple[str, str], tenant: str | None) -> None:
    """Raise UsageError for runs of two tenants, or of another than ``tenant`` if that is named."""
    own = {kept.run.tenant for kept in history.runs() if kept.run.id in pair}
    if len(own | ({tenant} if tenant is not None else set())) > 1:
        raise UsageError(
            "--from, --to: runs of two tenants cannot be compared; 'groupaudit history' says whose"
            " each is."
        )


def _before(finished: Sequence[KeptRun], run: str) -> str:
    """The finished run before ``run``, of the same tenant."""
    tenants = {kept.run.id: kept.run.tenant for kept in finished}
    ids = [kept.run.id for kept in finished if kept.run.tenant == tenants.get(run)]
    earlier = ids[ids.index(run) + 1 :] if run in ids else []
    if not earlier:
        raise UsageError(f"The history holds no finished run before {run}; name one with --from.")
    return earlier[0]
