"""What the kept runs establish about a breach: since when, until when, discovered when.

Pure; it words nothing. It takes the cautious side: the clock runs from the first run that showed
the breach, and a run that could not look neither ends an exposure nor proves one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from groupaudit.model.finding import Verdict
from groupaudit.model.group import EXPOSED, Audience, Certainty
from groupaudit.model.readers import still_reading
from groupaudit.model.report import Assessment, Outcome, PostsStatus, Run

#: GDPR art. 33(1). Counted without a break: Regulation (EEC, Euratom) No 1182/71, art. 3(4),
#: moves the end of a period past a holiday only where it is not expressed in hours.
NOTICE = timedelta(hours=72)

#: Contents that are personal data.
PERSONAL = frozenset({Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON, Verdict.IDENTITY_ONLY})


class Standing(StrEnum):
    """What one run says of a breach. The first two are the answers of the CNIL's form."""

    ESTABLISHED = "established"
    SUPPOSED = "supposed"
    NOT_FOUND = "not_found"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Beginning:
    """Since when the group is exposed; not ``exact``: at least since then.

    ``outcome`` is the run that tells it; ``seen``: it rests on that run having looked, on no log.
    """

    moment: datetime
    exact: bool
    outcome: Outcome
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One exposure of one group, as the kept runs tell it.

    ``chosen`` is the run on which the file rests; ``outcomes`` are all that saw the group, oldest
    first; ``stretch`` those up to ``chosen`` during which nothing shows the group closed (empty:
    ``chosen`` itself shows it closed). ``discovery`` is the first of them that showed the breach,
    None if none did. ``closed`` is the first run after ``chosen`` that saw no reader beyond the
    members, and ``last_exposed`` the last one before it that did see some; ``reopened`` is the
    newest run after that which saw some again. ``unseen`` is the newest run of all where that one
    did not list the group any more.
    """

    chosen: Outcome
    outcomes: tuple[Outcome, ...]
    standing: Standing
    stretch: tuple[Outcome, ...]
    discovery: Outcome | None
    beginning: Beginning | None
    last_exposed: Outcome | None
    closed: Outcome | None
    reopened: Outcome | None = None
    unseen: Run | None = None

    @property
    def assessment(self) -> Assessment:
        """What the chosen run says."""
        return self.chosen.assessment

    @property
    def suspected(self) -> Outcome | None:
        """The first run of the stretch that made the breach likely before another showed it."""
        for outcome in self.stretch:
            if outcome is self.discovery:
                return None
            if standing(outcome.assessment) is Standing.SUPPOSED:
                return outcome
        return None

    @property
    def discovered(self) -> datetime | None:
        """When the run ended that first showed the breach: nobody was told of it before."""
        return self.discovery.run.ended if self.discovery else None

    @property
    def deadline(self) -> datetime | None:
        """When the time for the notification runs out."""
        return self.discovered + NOTICE if self.discovered else None

    @property
    def audience(self) -> Audience:
        """The widest audience, as the chosen run saw it."""
        return readers(self.chosen)


def readers(outcome: Outcome) -> Audience:
    """The widest audience that the run saw."""
    exposure = outcome.assessment.exposure
    return exposure.readership if exposure else Audience.UNKNOWN


def standing(assessment: Assessment) -> Standing:
    """What ``assessment`` says of a breach."""
    exposure, health = assessment.exposure, assessment.health
    if exposure is None or exposure.readership is Audience.UNKNOWN:
        return Standing.UNJUDGED
    if exposure.readership not in EXPOSED:
        return Standing.NOT_FOUND
    if health is not None and health.verdict in PERSONAL:
        unsure = exposure.certainty is Certainty.ORG_POLICY_UNKNOWN
        return Standing.SUPPOSED if unsure else Standing.ESTABLISHED
    unread = health is None or assessment.posts.status is not PostsStatus.READ
    return Standing.SUPPOSED if unread else Standing.NOT_FOUND


def newest_breach(outcomes: Sequence[Outcome]) -> Outcome:
    """The newest of ``outcomes`` (oldest first, at least one) that shows a breach best."""
    for wanted in Standing:
        for outcome in reversed(outcomes):
            if standing(outcome.assessment) is wanted:
                return outcome
    return outcomes[-1]


def build(outcomes: Sequence[Outcome], chosen: Outcome, newest: Run | None = None) -> Case:
    """The case that ``chosen``, one of ``outcomes`` (oldest first), is a part of.

    ``newest`` is the newest finished run of the same Workspace, whatever it listed.
    """
    own = tuple(each for each in outcomes if each.run.tenant == chosen.run.tenant)
    place = own.index(chosen)
    stretch = _stretch(own[: place + 1])
    closed, last = _end(own[place:])
    return Case(
        chosen=chosen,
        outcomes=own,
        standing=standing(chosen.assessment),
        stretch=stretch,
        discovery=_discovery(stretch),
        beginning=min(_beginnings(stretch), key=_earliest, default=None),
        last_exposed=last,
        closed=closed,
        reopened=_reopened(own, closed),
        unseen=newest if newest and newest.started > own[-1].run.started else None,
    )


def _stretch(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """The last of ``outcomes`` among which none shows the group closed."""
    kept: list[Outcome] = []
    last: Outcome | None = None
    for outcome in outcomes:
        if _closed(outcome, last):
            kept, last = [], None
        else:
            kept.append(outcome)
            last = outcome if _open(outcome) else last
    return tuple(kept)


def _open(outcome: Outcome) -> bool:
    return readers(outcome) in EXPOSED


def _closed(outcome: Outcome, last: Outcome | None) -> bool:
    """Whether ``outcome`` shows the group closed after ``last``, which saw it open.

    A run that could not see the readers whom ``last`` saw shows nothing.
    """
    return still_reading(last, outcome) not in EXPOSED | {Audience.UNKNOWN}


def _discovery(stretch: Sequence[Outcome]) -> Outcome | None:
    for wanted in (Standing.ESTABLISHED, Standing.SUPPOSED):
        for outcome in stretch:
            if standing(outcome.assessment) is wanted:
                return outcome
    return None


def _beginnings(stretch: Sequence[Outcome]) -> Iterator[Beginning]:
    """What each run of the stretch says of the beginning.

    An older run's audit log reaches further back than today's: the earliest answer holds.
    """
    for outcome in filter(_open, stretch):
        exposure = outcome.assessment.exposure
        if exposure and exposure.since:
            yield Beginning(exposure.since, exact=True, outcome=outcome)
        elif exposure and exposure.held_since:
            yield Beginning(exposure.held_since, exact=False, outcome=outcome)
        yield Beginning(outcome.run.started, exact=False, outcome=outcome, seen=True)


def _earliest(beginning: Beginning) -> tuple[datetime, bool, float]:
    """The earliest first; of the same, the exact and then the newest word."""
    newest = -beginning.outcome.run.started.timestamp()
    return (beginning.moment, not beginning.exact, newest)


def _end(after: Sequence[Outcome]) -> tuple[Outcome | None, Outcome | None]:
    """The first of ``after`` that saw the group closed, and the last before it that saw it open."""
    last: Outcome | None = None
    for outcome in after:
        if _open(outcome):
            last = outcome
        elif _closed(outcome, last):
            return (outcome if last else None), last
    return None, last


def _reopened(outcomes: Sequence[Outcome], closed: Outcome | None) -> Outcome | None:
    """The newest of ``outcomes`` after ``closed`` that saw the group open."""
    if closed is None:
        return None
    after = outcomes[outcomes.index(closed) + 1 :]
    return next((each for each in reversed(after) if _open(each)), None)
