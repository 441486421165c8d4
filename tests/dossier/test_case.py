"""What the kept runs establish: standing, discovery, beginning, end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import factories as make
import pytest

from groupaudit.dossier.case import Standing, build, newest_breach, standing
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience, Certainty
from groupaudit.model.report import Outcome, PostsStatus

OPEN, CLOSED = Audience.ANYONE_ON_WEB, Audience.MEMBERS


def _day(number: int) -> datetime:
    return datetime(2026, 11, number, 4, 0, tzinfo=UTC)


def _outcome(day: int, readership: Audience | None = OPEN, *, tenant: str = "", **changes):
    """One run on a day of November; ``None``: the group could not be assessed then."""
    run = make.run(
        id=f"run-{day}{tenant}",
        started=_day(day),
        finished=_day(day) + timedelta(hours=1),
        tenant=tenant,
    )
    if readership is None:
        return Outcome(run, make.unreadable(make.group().email))
    dates = {"since": None, "held_since": None, "evidence": None}
    told = {name: changes.pop(name) for name in dates if name in changes}
    exposure = make.exposure(readership, **{**dates, **told})
    return Outcome(run, make.assessment(exposure=exposure, **changes))


@pytest.mark.parametrize(
    ("assessment", "expected"),
    [
        (make.assessment(), Standing.ESTABLISHED),
        (make.assessment(health=make.health(Verdict.HEALTH_PERSON)), Standing.ESTABLISHED),
        (make.assessment(health=make.health(Verdict.IDENTITY_ONLY)), Standing.ESTABLISHED),
        (make.assessment(health=make.health(Verdict.ORDINARY)), Standing.NOT_FOUND),
        (make.assessment(health=make.health(Verdict.HEALTH_GENERIC)), Standing.NOT_FOUND),
        (
            make.assessment(
                health=make.health(Verdict.ORDINARY), posts=make.posts(PostsStatus.PARTLY_READ)
            ),
            Standing.SUPPOSED,
        ),
        (
            make.assessment(health=None, posts=make.posts(PostsStatus.UNREAD)),
            Standing.SUPPOSED,
        ),
        (
            make.assessment(exposure=make.exposure(certainty=Certainty.ORG_POLICY_UNKNOWN)),
            Standing.SUPPOSED,
        ),
        (make.assessment(exposure=make.exposure(Audience.MEMBERS)), Standing.NOT_FOUND),
        (make.assessment(exposure=make.exposure(Audience.UNKNOWN)), Standing.UNJUDGED),
        (make.unreadable(), Standing.UNJUDGED),
    ],
)
def test_standing_when(assessment, expected):
    assert standing(assessment) is expected


@pytest.mark.parametrize(
    ("before", "discovery"),
    [
        ([], 9),
        ([_outcome(2)], 2),
        ([_outcome(2), _outcome(3, None)], 2),  # a run that could not look ends nothing
        ([_outcome(2), _outcome(3, CLOSED)], 9),  # closed in between: another breach
        ([_outcome(2, health=make.health(Verdict.ORDINARY))], 9),
        ([_outcome(2, health=None, posts=make.posts(PostsStatus.UNREAD))], 9),
        ([_outcome(2, tenant="nord")], 9),
    ],
)
def test_discovery_is_the_first_run_of_this_exposure_that_shows_it(before, discovery):
    chosen = _outcome(9)

    case = build([*before, chosen], chosen)

    assert case.discovered == _day(discovery) + timedelta(hours=1)
    assert case.deadline == _day(discovery) + timedelta(hours=73)


def test_discovery_is_supposed_when_no_run_established_it():
    chosen = _outcome(9, health=None, posts=make.posts(PostsStatus.UNREAD))

    assert build([chosen], chosen).discovery is chosen


@pytest.mark.parametrize("readership", [CLOSED, None])
def test_no_clock_runs_when_no_breach_is_shown(readership):
    chosen = _outcome(9, readership)

    case = build([chosen], chosen)

    assert case.discovered is None
    assert case.deadline is None
    assert case.beginning is None


@pytest.mark.parametrize(
    ("outcomes", "moment", "exact"),
    [
        ([_outcome(9)], _day(9), False),
        ([_outcome(9, since=_day(1))], _day(1), True),
        ([_outcome(9, held_since=_day(1))], _day(1), False),
        ([_outcome(5), _outcome(9, since=_day(1))], _day(1), True),
        # The log of the older run reached further back.
        ([_outcome(5, held_since=_day(1)), _outcome(9, since=_day(2))], _day(1), False),
        ([_outcome(5, since=_day(1)), _outcome(9, held_since=_day(4))], _day(1), True),
        # What came before it was closed is another story.
        ([_outcome(3), _outcome(5, CLOSED), _outcome(9)], _day(9), False),
    ],
)
def test_beginning_is_the_earliest_that_any_run_of_the_exposure_tells(outcomes, moment, exact):
    beginning = build(outcomes, outcomes[-1]).beginning

    assert beginning is not None
    assert (beginning.moment, beginning.exact) == (moment, exact)


@pytest.mark.parametrize(
    ("after", "last", "closed"),
    [
        ([], 9, None),
        ([_outcome(11)], 11, None),
        ([_outcome(11, CLOSED)], 9, 11),
        ([_outcome(11), _outcome(12, CLOSED), _outcome(13)], 11, 12),
        ([_outcome(11, None)], 9, None),  # unreadable is not closed
        ([_outcome(11, None), _outcome(12, CLOSED)], 9, 12),
    ],
)
def test_end_lies_between_the_last_run_that_saw_it_open_and_the_first_that_did_not(
    after, last, closed
):
    chosen = _outcome(9)

    case = build([chosen, *after], chosen)

    assert case.last_exposed is not None
    assert case.last_exposed.run.id == f"run-{last}"
    assert (case.closed and case.closed.run.id) == (f"run-{closed}" if closed else None)


def test_run_that_does_not_list_members_does_not_show_that_outsiders_left():
    chosen = _outcome(9, Audience.EXTERNAL_MEMBERS)
    blind = make.exposure(Audience.MEMBERS, members_total=None)
    after = _outcome(11, CLOSED)
    unlisted = replace(after, assessment=replace(after.assessment, exposure=blind))
    later = _outcome(13, Audience.EXTERNAL_MEMBERS)

    assert build([chosen, after], chosen).closed == after
    assert build([chosen, unlisted], chosen).closed is None
    assert build([chosen, unlisted, later], later).stretch == (chosen, unlisted, later)


@pytest.mark.parametrize(
    ("outcomes", "chosen"),
    [
        ([_outcome(2), _outcome(9)], 9),
        ([_outcome(2), _outcome(9, CLOSED)], 2),
        ([_outcome(2), _outcome(9, None)], 2),
        ([_outcome(2, CLOSED), _outcome(9, CLOSED)], 9),
    ],
)
def test_file_rests_on_the_newest_run_that_shows_the_breach(outcomes, chosen):
    assert newest_breach(outcomes).run.id == f"run-{chosen}"


@pytest.mark.parametrize(
    ("after", "reopened"),
    [
        ([], None),
        ([_outcome(11)], None),
        ([_outcome(11, CLOSED)], None),
        ([_outcome(11, CLOSED), _outcome(12)], 12),
        ([_outcome(11, CLOSED), _outcome(12), _outcome(13, CLOSED)], 12),
        ([_outcome(11, CLOSED), _outcome(12, None)], None),
    ],
)
def test_group_that_was_closed_and_opened_again_is_told_so(after, reopened):
    chosen = _outcome(9)

    case = build([chosen, *after], chosen)

    assert (case.reopened and case.reopened.run.id) == (f"run-{reopened}" if reopened else None)


@pytest.mark.parametrize(("newest", "unseen"), [(None, False), (9, False), (10, True)])
def test_newest_run_that_did_not_list_the_group_is_told(newest, unseen):
    chosen = _outcome(9)
    run = _outcome(newest).run if newest else None

    case = build([chosen], chosen, run)

    assert (case.unseen is run and run is not None) is unseen


@pytest.mark.parametrize(
    ("before", "suspected"),
    [
        ([], None),
        ([_outcome(2, health=None, posts=make.posts(PostsStatus.UNREAD))], 2),
        ([_outcome(2, health=make.health(Verdict.ORDINARY))], None),
        (
            [_outcome(2, health=None, posts=make.posts(PostsStatus.UNREAD)), _outcome(3, CLOSED)],
            None,
        ),
    ],
)
def test_run_that_made_the_breach_likely_before_is_named(before, suspected):
    chosen = _outcome(9)

    case = build([*before, chosen], chosen)

    assert (case.suspected and case.suspected.run.id) == (f"run-{suspected}" if suspected else None)
