"""The one sentence at the top of a report, and what it must not hide.

Persons are counted group by group, since the keys that would tell them apart are never kept: the
same patient in two groups counts twice, and the sentence says how it counted.
"""

from __future__ import annotations

from groupaudit.model.coverage import coverage
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience
from groupaudit.model.report import Report
from groupaudit.reporter.phrases import Phrases

_STRANGERS = frozenset({Audience.ANYONE_ON_WEB, Audience.ANYONE_WHO_JOINS})


def headline(report: Report, phrases: Phrases) -> str:
    """What was found, with the gaps of the audit in the same breath."""
    return f"{_found(report, phrases)} {_gaps(report, phrases)}".strip()


def _found(report: Report, phrases: Phrases) -> str:
    language = phrases.language
    exposed = [
        item.health
        for item in report.groups
        if item.exposure
        and item.exposure.readership in _STRANGERS
        and item.health
        and item.health.verdict is Verdict.IDENTIFIABLE_HEALTH
    ]
    if not exposed:
        return language.text("No group was found to show patients' health data to strangers.")
    groups = language.plural(
        "%(count)s group shows health data of identifiable patients to strangers",
        "%(count)s groups show health data of identifiable patients to strangers",
        len(exposed),
    )
    total = sum(health.persons.low for health in exposed)
    persons = language.plural("at least %(count)s person", "at least %(count)s persons", total)
    if len(exposed) > 1:
        persons = language.text("%(persons)s, counted group by group", persons=persons)
    return f"{groups} ({persons})."


def _gaps(report: Report, phrases: Phrases) -> str:
    counts = coverage(report)
    if counts.everything_assessed:
        return ""
    if counts.listing_failure or not counts.run_complete:
        return phrases.language.text("The audit is incomplete: there are groups it has not seen.")
    return phrases.language.text("Not everything could be assessed: see the coverage.")
