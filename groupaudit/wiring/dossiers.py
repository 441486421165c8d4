"""Serves the breach file of one group from the runs that are kept. Opens no connection."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from groupaudit.config import Config
from groupaudit.dossier import as_pdf, case, content
from groupaudit.dossier.as_docx import as_docx
from groupaudit.dossier.as_html import as_html
from groupaudit.dossier.layout import Dossier
from groupaudit.errors import UsageError
from groupaudit.history.store import SqliteHistory
from groupaudit.model.group import EXPOSED
from groupaudit.model.report import Outcome, Run
from groupaudit.ports import Clock
from groupaudit.reporter.files import write_bytes_whole
from groupaudit.reporter.phrases import one_line
from groupaudit.wiring.histories import now, open_history

logger = logging.getLogger("groupaudit")

#: What gives no ground for a breach file.
_NO_BREACH = frozenset({case.Standing.NOT_FOUND, case.Standing.UNJUDGED})

#: Longest part of somebody's words that an error repeats.
_QUOTED = 120

_WRITERS: dict[str, Callable[[Dossier], bytes]] = {
    "docx": as_docx,
    "html": as_html,
    "pdf": as_pdf.as_pdf,
}


@dataclass(frozen=True, slots=True)
class Basis:
    """Which runs a breach file rests on: ``run``, else the newest that shows the breach best.

    ``tenant``: only runs of that one. ``force``: also where no breach was found; the file says so.
    """

    run: str | None = None
    tenant: str | None = None
    force: bool = False


_NEWEST = Basis()


def breach_file(
    config: Config,
    group: str,
    basis: Basis = _NEWEST,
    language: str | None = None,
    *,
    clock: Clock = now,
) -> Dossier:
    """The breach file of ``group`` as ``basis`` has it, in ``language`` or the organisation's.

    Raises:
        UsageError: no such group or run, no run at all, or no breach.
        StoreError: the history cannot be read.
    """
    with open_history(config) as history:
        outcomes = [
            each
            for each in history.outcomes(group.strip().lower())
            if basis.tenant in {None, each.run.tenant}
        ]
        if not outcomes:
            _refuse(history, group)
        chosen = _chosen(outcomes, basis.run)
        if case.standing(chosen.assessment) in _NO_BREACH:
            _doubt(chosen, outcomes, force=basis.force)
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


def _doubt(chosen: Outcome, outcomes: Sequence[Outcome], *, force: bool) -> None:
    """Refuse a file about a breach that was not found, or warn of one.

    A breach file goes into the register of art. 33(5) and starts a clock: one of a harmless group
    is a false entry. Where who can read is unknown, the officer may need one: that is a warning.
    """
    standing = case.standing(chosen.assessment)
    if standing is case.Standing.UNJUDGED:
        logger.warning("run %s could not tell who can read the group: see the file", chosen.run.id)
        return
    closed = case.readers(chosen) not in EXPOSED
    why = (
        "nobody beyond the members could read it"
        if closed
        else "no personal data were found in the posts examined"
    )
    if force:
        logger.warning("no breach was found by run %s (%s): see the file", chosen.run.id, why)
        return
    best = case.newest_breach(outcomes)
    shown = case.standing(best.assessment) not in _NO_BREACH
    remedy = f"Run {best.run.id} shows one: name it with --run. Or, if" if shown else "If"
    raise UsageError(
        f"Run {chosen.run.id} found no breach in this group: {why}. {remedy} you know of a breach"
        " from elsewhere, --force writes the file all the same; it says that the audit found none."
    )


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
