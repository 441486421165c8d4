"""An audit of which people hear: runs it, writes its reports, tells what came of it.

The reports are written before anybody is told. A message that could not be delivered stands in the
log and in the notes of the run, and changes nothing else.
"""

from __future__ import annotations

import logging
from pathlib import Path

from groupaudit.config import Config
from groupaudit.errors import GroupAuditError, StoreError
from groupaudit.model.report import Report
from groupaudit.notify.delivery import Undelivered
from groupaudit.notify.herald import HEARTBEAT, Herald
from groupaudit.notify.news import UNDELIVERED, UNHEARD, news_of, news_of_failure
from groupaudit.ports import Progress
from groupaudit.wiring import audits, histories
from groupaudit.wiring.kept import write_reports
from groupaudit.wiring.notices import herald

logger = logging.getLogger("groupaudit")


def audit(
    config: Config, out: Path | None, *, fresh: bool, progress: Progress
) -> tuple[Report, list[Path]]:
    """The report of a new or resumed run, and the files written into ``out``.

    Raises:
        GroupAuditError: the run failed as a whole, which people have been told.
    """
    teller = herald(config)
    _logged(teller.begin())
    try:
        report = audits.audit(config, fresh=fresh, progress=progress)
        files = write_reports(report, config, out, live=True)
    except Exception as error:
        reason = error.reason if isinstance(error, GroupAuditError) else "internal"
        name = config.organisation.name
        _logged(teller.tell(news_of_failure(name, histories.now(), reason)))
        raise
    try:
        return _told(config, teller, report, files, out)
    except StoreError as error:
        logger.error("nobody could be told: %s", error)  # noqa: TRY400 - a message, no traceback
        return report, files


def _told(
    config: Config, teller: Herald, report: Report, files: list[Path], out: Path | None
) -> tuple[Report, list[Path]]:
    """The report and its files after it was told, with notes where that failed."""
    with histories.open_history(config) as history:
        news = news_of(report, teller.phrases, history.notes.before(report))
        failures = teller.tell(news, files)
        if not failures:
            return report, files
        _logged(failures)
        notes = {UNHEARD if each.channel == HEARTBEAT else UNDELIVERED for each in failures}
        for note in sorted(notes):
            report = history.notes.add(report, note)
    return report, write_reports(report, config, out, live=True)


def _logged(failures: list[Undelivered]) -> None:
    """Log ``failures`` as errors, so that --quiet shows them too."""
    for failure in failures:
        logger.error("notification not delivered: %s: %s", failure.channel, failure.why)
