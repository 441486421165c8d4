"""Runs the whole job over every group: expose, examine, assess, record.

One group's failure never hides another: here, and only here, an error about one group becomes an
``Unassessed`` value. Every outcome is recorded as soon as it is known, so that an interrupted run
resumes where it was; the report is made from what was recorded, never from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from groupaudit import assess
from groupaudit.audit.continuity import continued
from groupaudit.audit.examine import Examination
from groupaudit.audit.orphans import with_writer
from groupaudit.compliance import compliance
from groupaudit.errors import CollectError, Interrupted, QuotaExhausted
from groupaudit.model.group import Exposure, Group
from groupaudit.model.report import (
    Assessment,
    PostsCoverage,
    PostsStatus,
    Report,
    Run,
    Stage,
    Unassessed,
)
from groupaudit.model.standing import Comparison, Standing
from groupaudit.ports import Clock, GroupSource, History, Mapper, Progress

#: The note of a run that Ctrl-C or SIGTERM cut short.
INTERRUPTED = "interrupted: run the same command to resume"


@dataclass(frozen=True, slots=True)
class Stages:
    """The parts that a run is made of. ``compare`` tells what changed since an earlier run.

    ``beyond`` gives the groups that outcomes lead to and no listing holds: they are audited too.
    """

    groups: GroupSource
    examination: Examination
    history: History
    mapper: Mapper
    compare: Callable[[Standing, Report], Comparison]
    clock: Clock
    progress: Progress
    beyond: Callable[[Iterable[Assessment]], Iterator[Group]] = lambda _outcomes: iter(())


class Audit:
    """One audit. ``run`` may be called once."""

    def __init__(self, stages: Stages, notes: tuple[str, ...] = ()) -> None:
        self._stages = stages
        self._notes = notes
        self._listing_failure: Unassessed | None = None

    def run(self, run: Run, *, fresh: bool = False) -> Report:
        """The report on every group, worst first, after resuming or doing the whole job.

        A run cut short by Ctrl-C, or by a day's quota, gives a report on what is known so far, with
        ``complete`` False; the run stays resumable.

        Raises:
            AuthError: the account may not list groups at all, or was refused in mid-run.
            CollectError: the listing failed before it gave a group; the run stays resumable.
            StoreError: the history cannot be written.
        """
        run = self._stages.history.resume_or_begin(run, fresh=fresh)
        try:
            self._work(run)
            report = self._report(run)
        except KeyboardInterrupt:
            return self._report(run, cut_short=INTERRUPTED)
        except QuotaExhausted as error:
            return self._report(run, cut_short=str(error))
        self._stages.history.finish(report)
        return report

    def _work(self, run: Run) -> None:
        done = {outcome.group.email for outcome in self._stages.history.recorded(run)}
        prefix = f"{run.tenant}: " if run.tenant else ""
        self._stages.progress.stage(f"{prefix}listing groups")
        # All at once: pages shift when a group is made while a listing of hours goes on, and only
        # a number tells how long the rest will take.
        todo = [group for group in self._listed() if group.email not in done]
        self._stages.progress.stage(
            f"{prefix}auditing groups", total=len(done) + len(todo), done=len(done)
        )
        self._through(run, todo, done)
        # From what was recorded, so that a resumed run is led to the same groups. These may lead to
        # others in turn; every group is looked at once.
        while self._through(run, self._stages.beyond(self._stages.history.recorded(run)), done):
            pass

    def _through(self, run: Run, groups: Iterable[Group], done: set[str]) -> int:
        """Audit those of ``groups`` that are not ``done`` yet, and add them; their number."""
        before = len(done)
        todo = (group for group in groups if group.email not in done)
        with closing(self._stages.mapper(self._outcome, todo)) as outcomes:
            for found in outcomes:
                outcome = continued(found, self._stages.history.earlier(run, found.group.email))
                self._stages.history.record(run, outcome)
                self._stages.progress.advance(posts=outcome.posts.examined)
                done.add(outcome.group.email)
        return len(done) - before

    def _listed(self) -> Iterator[Group]:
        """The groups, until the listing ends or breaks off; the latter is remembered.

        A listing that breaks off before its first group fails the run: a report on nothing would
        look like one that found nothing, and would be what the next run is compared with.
        """
        listed = 0
        try:
            for group in self._stages.groups.groups():
                self._stages.progress.advance()
                listed += 1
                yield group
        except CollectError as error:
            if not listed:
                raise
            self._listing_failure = Unassessed(Stage.LISTING, error.reason, str(error))

    def _outcome(self, group: Group) -> Assessment:
        try:
            exposure = self._stages.groups.exposure(group)
        except CollectError as error:
            return _unassessed(group, Unassessed(Stage.SETTINGS, error.reason, str(error)))
        return self._examined(group, exposure)

    def _examined(self, group: Group, exposure: Exposure) -> Assessment:
        posts, health = self._stages.examination.examine(group, exposure)
        exposure = with_writer(exposure, posts.last_inside)
        return assess.assess(group, exposure, None, posts, health)

    def _domains(self, *, cut_short: bool) -> tuple[str, ...]:
        """The organisation's domains; none when they cannot be told, or the run was stopped."""
        try:
            return self._stages.groups.domains()
        except QuotaExhausted:
            if cut_short:
                return ()
            raise
        except (CollectError, Interrupted):
            return ()

    def _report(self, run: Run, cut_short: str = "") -> Report:
        """What was recorded, worst first, with the changes since the previous finished run."""
        outcomes = assess.worst_first(self._stages.history.recorded(run))
        closed = replace(
            run,
            finished=self._stages.clock(),
            complete=not cut_short,
            domains=self._domains(cut_short=bool(cut_short)),
        )
        notes = (*self._notes, *self._stages.groups.notes(), *filter(None, (cut_short,)))
        report = Report(closed, outcomes, notes=notes, listing_failure=self._listing_failure)
        if cut_short:
            return report
        report = replace(report, compliance=compliance(self._stages.groups.org_policy(), outcomes))
        previous = self._stages.history.last(before=run)
        if previous is None:
            return report
        found = self._stages.compare(previous, report)
        return replace(
            report,
            changes=found.changes,
            unsettled=found.unsettled,
            notes=(*notes, *found.notes),
        )


def _unassessed(group: Group, why: Unassessed) -> Assessment:
    posts = PostsCoverage(PostsStatus.UNREAD, reason=why.reason)
    return assess.assess(group, None, why, posts, None)
