"""Audits several tenants into one report, one after the other; a failure stays with its tenant.

It refuses to hide a tenant that could not be audited: its section says why, and the report counts
as one whose list of groups is incomplete. What all share (the history, the lock) is nobody's
failure: it ends the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from groupaudit import assess
from groupaudit.audit.pipeline import INTERRUPTED
from groupaudit.errors import GroupAuditError, LockedError, StoreError
from groupaudit.model.report import Batch, Report, Run, Section, Stage, Unassessed
from groupaudit.ports import Batches, Clock

_NOT_BEGUN = "The audit was interrupted before it came to this organisation: run it again."


@dataclass(frozen=True, slots=True)
class Tenant:
    """One Workspace of several. ``audit`` gives its report, as part of the batch with that id."""

    name: str
    organisation: str
    audit: Callable[[str], Report]


@dataclass(frozen=True, slots=True)
class Together:
    """Audits ``tenants`` into one report. ``load`` gives the report of a run that is kept."""

    tenants: Sequence[Tenant]
    batches: Batches
    load: Callable[[str], Report]
    clock: Clock

    def run(self, head: Run, *, fresh: bool = False) -> Report:
        """The report over all tenants, those included that a batch cut short had finished.

        Raises:
            StoreError, LockedError: the history that all share cannot be used.
            GroupAuditError: every tenant failed; the first failure.
        """
        head = self.batches.resume_or_begin(head, fresh=fresh)
        done = self.batches.finished(head)
        parts: list[tuple[Section, Report | None]] = []
        failures: list[GroupAuditError] = []
        for tenant in self.tenants:
            if any(report and INTERRUPTED in report.notes for _, report in parts):
                parts.append((_failed(tenant, "interrupted", _NOT_BEGUN), None))
                continue
            try:
                report = self._report(tenant, head.id, done.get(tenant.name))
            except (StoreError, LockedError):
                raise
            except GroupAuditError as error:
                failures.append(error)
                parts.append((_failed(tenant, error.reason, str(error)), None))
            else:
                parts.append((_section(tenant, report), report))
        report = merged(replace(head, finished=self.clock()), parts)
        if report.run.complete:
            self.batches.finish(Batch(report.run, report.tenants))
        if len(failures) == len(self.tenants):
            raise failures[0]
        return report

    def _report(self, tenant: Tenant, batch: str, finished: str | None) -> Report:
        return self.load(finished) if finished else tenant.audit(batch)


def merged(head: Run, parts: Iterable[tuple[Section, Report | None]]) -> Report:
    """One report of the sections and what was found in each, groups worst first.

    It is complete when no tenant was cut short; a tenant that failed makes the listing incomplete.
    """
    parts = tuple(parts)
    sections = tuple(section for section, _ in parts)
    known = [(section.tenant, report) for section, report in parts if report is not None]
    groups = (replace(item, tenant=name) for name, report in known for item in report.groups)
    changes = (replace(item, tenant=name) for name, report in known for item in report.changes)
    stand = (replace(item, tenant=name) for name, report in known for item in report.unsettled)
    run = replace(
        head,
        domains=tuple(sorted({domain for _, report in known for domain in report.run.domains})),
        complete=not any(_cut_short(section) for section in sections),
    )
    return Report(
        run=run,
        groups=assess.worst_first(groups),
        changes=tuple(sorted(changes, key=lambda item: (item.email, item.tenant))),
        notes=tuple(dict.fromkeys(note for section in sections for note in section.notes)),
        listing_failure=_listing_failure(sections),
        tenants=sections,
        unsettled=tuple(stand),
    )


def _section(tenant: Tenant, report: Report) -> Section:
    return Section(
        tenant.name,
        tenant.organisation,
        run=report.run,
        listing_failure=report.listing_failure,
        notes=report.notes,
        compliance=report.compliance,
    )


def _failed(tenant: Tenant, reason: str, message: str) -> Section:
    why = Unassessed(Stage.LISTING, reason, message)
    return Section(tenant.name, tenant.organisation, failure=why)


def _cut_short(section: Section) -> bool:
    if section.run is None:
        return section.failure is not None and section.failure.message == _NOT_BEGUN
    return not section.run.complete


def _listing_failure(sections: Iterable[Section]) -> Unassessed | None:
    """The failures of all sections as one, with the reason of the first."""
    failures = [(one.tenant, one.failure or one.listing_failure) for one in sections]
    told = [(tenant, failure) for tenant, failure in failures if failure]
    if not told:
        return None
    message = " ".join(f"{tenant}: {failure.message}" for tenant, failure in told)
    return Unassessed(Stage.LISTING, told[0][1].reason, message)
