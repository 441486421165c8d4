"""The one sentence at the top of a report, and what it must not hide.

Persons are counted group by group, since the keys that would tell them apart are never kept: the
same patient in two groups counts twice, and the sentence says how it counted.
"""

from __future__ import annotations

from groupaudit.model.coverage import coverage
from groupaudit.model.group import EXPOSED, STRANGERS, Audience
from groupaudit.model.report import Health, PostsStatus, Report
from groupaudit.model.trend import patients_shown
from groupaudit.reporter.phrases import Phrases

_TOO_MANY = EXPOSED - STRANGERS


def headline(report: Report, phrases: Phrases) -> str:
    """What was found, with the gaps of the audit in the same breath."""
    told = (_found(report, phrases), _found_inside(report, phrases), _gaps(report, phrases))
    return " ".join(filter(None, told))


def _found(report: Report, phrases: Phrases) -> str:
    language = phrases.language
    exposed = _showing(report, STRANGERS)
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


def _found_inside(report: Report, phrases: Phrases) -> str:
    """What is no business of strangers and still seen by too many; empty when nothing is."""
    count = len(_showing(report, _TOO_MANY))
    if not count:
        return ""
    return phrases.language.plural(
        "%(count)s group shows such data to members from outside or to the whole organisation.",
        "%(count)s groups show such data to members from outside or to the whole organisation.",
        count,
    )


def _showing(report: Report, audiences: frozenset[Audience]) -> list[Health]:
    """What the groups hold that show health data of identifiable patients to ``audiences``."""
    found = (patients_shown(item, audiences) for item in report.groups)
    return [health for health in found if health is not None]


def _gaps(report: Report, phrases: Phrases) -> str:
    counts = coverage(report)
    if counts.everything_assessed:
        if dict(counts.posts_by_status).get(PostsStatus.NOT_REQUESTED):
            return phrases.language.text("No post was read: no source of posts is configured.")
        return ""
    if counts.listing_failure or not counts.run_complete:
        return phrases.language.text("The audit is incomplete: there are groups it has not seen.")
    return phrases.language.text("Not everything could be assessed: see the coverage.")
