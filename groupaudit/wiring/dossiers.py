"""Serves the breach file of one group from the runs that are kept. Opens no connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from groupaudit.config import Config
from groupaudit.dossier import as_pdf, case, content
from groupaudit.dossier.as_docx import as_docx
from groupaudit.dossier.as_html import as_html
from groupaudit.dossier.layout import Dossier
from groupaudit.errors import UsageError
from groupaudit.history.store import SqliteHistory
from groupaudit.model.report import Outcome, Run
from groupaudit.ports import Clock
from groupaudit.reporter.files import write_bytes_whole
from groupaudit.reporter.phrases import one_line
from groupaudit.wiring.audits import now, open_history

#: Longest part of somebody's words that an error repeats.
_QUOTED = 120

_WRITERS: dict[str, Callable[[Dossier], bytes]] = {
    "docx": as_docx,
    "html": as_html,
    "pdf": as_pdf.as_pdf,
}


def breach_file(
    config: Config,
    group: str,
    *,
    run: str | None = None,
    language: str | None = None,
    clock: Clock = now,
) -> Dossier:
    """The breach file of ``group``, resting on ``run`` (of one Workspace or of several).

    Without ``run`` it rests on the newest run that shows the breach best.

    Raises:
        UsageError: no such group or run, or no run at all.
        StoreError: the history cannot be read.
    """
    with open_history(config) as history:
        outcomes = history.outcomes(group.strip().lower())
        if not outcomes:
            _refuse(history, group)
        chosen = _chosen(outcomes, run)
        built = case.build(outcomes, chosen, _newest(history, chosen.run.tenant))
    return content.dossier(built, language or config.organisation.language, clock())


def write(file: Dossier, folder: Path, formats: Sequence[str] | None = None) -> list[Path]:
    """The files written into ``folder``, each whole or not at all, and readable by its owner only.

    Without ``formats``: DOCX and HTML, and PDF where its library is there.

    Raises:
        UsageError: an unknown format, or one whose library is not there.
        GroupAuditError: the disk refuses.
    """
    made = {suffix: form(file) for suffix, form in _writers(formats).items()}
    return [
        write_bytes_whole(folder / f"{file.name}.{suffix}", [body]) for suffix, body in made.items()
    ]


def _writers(formats: Sequence[str] | None) -> dict[str, Callable[[Dossier], bytes]]:
    if formats is None:
        without = set() if as_pdf.available() else {"pdf"}
        return {name: write for name, write in _WRITERS.items() if name not in without}
    unknown = sorted(set(formats) - set(_WRITERS))
    if unknown:
        quoted = one_line(unknown[0], _QUOTED)
        raise UsageError(f"--format: unknown format '{quoted}'; use docx, html or pdf")
    return {name: _WRITERS[name] for name in formats}


def _chosen(outcomes: Sequence[Outcome], run: str | None) -> Outcome:
    if run is None:
        return case.newest_breach(outcomes)
    named = [each for each in outcomes if run in (each.run.id, each.run.batch)]
    if not named:
        raise UsageError(
            f"--run: no finished run '{one_line(run, _QUOTED)}' saw this group; it was seen by"
            f" {', '.join(each.run.id for each in outcomes[-5:])}"
        )
    return case.newest_breach(named)


def _newest(history: SqliteHistory, tenant: str) -> Run | None:
    """The newest finished run of ``tenant``."""
    runs = (kept.run for kept in history.runs() if kept.run.finished)
    return next((run for run in runs if run.tenant == tenant), None)


def _refuse(history: SqliteHistory, group: str) -> NoReturn:
    if not any(kept.run.finished for kept in history.runs()):
        raise UsageError("The history holds no finished run yet; run 'groupaudit audit' first.")
    raise UsageError(
        f"No finished run saw the group '{one_line(group, _QUOTED)}'. Give its address as it stands"
        " in report.csv, no alias; 'groupaudit report' writes that again."
    )
