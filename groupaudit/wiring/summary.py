"""The summary of an audit as one event of the log, for machines that read it line by line.

It holds numbers and the run's id; no group is named.
"""

from __future__ import annotations

import logging
from collections import Counter

from groupaudit.model.coverage import coverage
from groupaudit.model.report import Report, Severity

logger = logging.getLogger("groupaudit")


def log_summary(report: Report) -> None:
    """Log what the audit found and could not see, in numbers of groups and posts."""
    counts, found = coverage(report), Counter(item.severity for item in report.groups)
    numbers = {
        "event": "summary",
        "run": report.run.id,
        "complete": counts.run_complete,
        "everything_assessed": counts.everything_assessed,
        "groups_listed": counts.groups_listed,
        "groups_assessed": counts.groups_assessed,
        "posts_examined": counts.posts_examined,
        "severities": {severity.value: found[severity] for severity in Severity},
        "changes": len(report.changes),
        "unsettled": len(report.unsettled),
    }
    logger.info(
        "%d of %d groups assessed, %d posts examined",
        counts.groups_assessed,
        counts.groups_listed,
        counts.posts_examined,
        extra={"numbers": numbers},
    )
