"""Each tenant's part in a report over several: how far its audit came, how much it found.

It counts and words; a report over one Workspace has no sections.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from groupaudit.model.report import Report, Section
from groupaudit.reporter.phrases import Phrases, one_line

NAME_LIMIT = 120
MESSAGE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Told:
    """One section: ``state`` in words, numbers of groups by severity, ``trouble`` empty if none."""

    section: Section
    state: str
    trouble: str
    by_severity: Counter[str]

    @property
    def name(self) -> str:
        """The organisation's name on one line."""
        return one_line(self.section.organisation, NAME_LIMIT)


def sections(report: Report, phrases: Phrases) -> tuple[Told, ...]:
    """The sections of ``report`` in the order of the configuration; none over one Workspace."""
    counts: dict[str, Counter[str]] = {}
    for item in report.groups if report.tenants else ():
        counts.setdefault(item.tenant, Counter())[item.severity.value] += 1
    return tuple(
        Told(
            section,
            _state(section, phrases),
            _trouble(section, phrases),
            counts.get(section.tenant, Counter()),
        )
        for section in report.tenants
    )


def organisations(report: Report) -> dict[str, str]:
    """Tenant to the name of its organisation, on one line."""
    return {one.tenant: one_line(one.organisation, NAME_LIMIT) for one in report.tenants}


def _state(section: Section, phrases: Phrases) -> str:
    told = phrases.language.text
    if section.failure:
        return phrases.language.pair(told("Not audited"), phrases.reason(section.failure.reason))
    if not (section.run and section.run.complete):
        return told("The audit was cut short")
    if section.listing_failure:
        return told("The list of groups broke off")
    return told("Audited")


def _trouble(section: Section, phrases: Phrases) -> str:
    failure = section.failure or section.listing_failure
    return one_line(phrases.note(failure.message), MESSAGE_LIMIT) if failure else ""
