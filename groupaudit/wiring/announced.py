"""An audit of which people hear: runs it, writes its reports, tells what came of it.

The reports are written before anybody is told. A message that could not be delivered stands in the
log and in the notes of the run, and changes nothing else.
"""

from __future__ import annotations

import logging
from pathlib import Path

from groupaudit.config import Config
from groupaudit.errors import GroupAuditError
from groupaudit.model.report import Report
from groupaudit.notify.delivery import Undelivered
from groupaudit.notify.herald import Herald
from groupaudit.notify.news import UNDELIVERED, news_of, news_of_failure
from groupaudit.ports import Progress
from groupaudit.wiring import audits
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
        files = write_reports(report, config, out)
    except Exception as error:
        reason = error.reason if isinstance(error, GroupAuditError) else "internal"
        name = config.organisation.name
        _logged(teller.tell(news_of_failure(name, audits.now(), reason)))
        raise
    return _told(config, teller, report, files, out)


def _told(
    config: Config, teller: Herald, report: Report, files: list[Path], out: Path | None
) -> tuple[Report, list[Path]]:
    """The report and its files after it was told, with a note where that failed."""
    with audits.open_history(config) as history:
        news = news_of(report, teller.phrases, history.notes.before(report))
        if not _logged(teller.tell(news, files)):
            return report, files
        report = history.notes.add(report, UNDELIVERED)
    return report, write_reports(report, config, out)


def _logged(failures: list[Undelivered]) -> bool:
    """Whether there are ``failures``; each is an error, so that --quiet shows it too."""
    for failure in failures:
        logger.error("notification not delivered: %s: %s", failure.channel, failure.why)
    return bool(failures)
