"""What earlier runs know of a beginning that today's log no longer reaches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import factories as make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.audit.continuity import continued
from groupaudit.history.store import SqliteHistory
from groupaudit.model.group import WEB, Audience, Certainty, Earlier, Exposure, Reason
from groupaudit.model.report import Assessment, Outcome, Report, Run

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
OPENED = NOW - timedelta(days=200)
EMAIL = "soins@ch.example"
OPENING = make.event(when=OPENED, by="chef@ch.example")


def run(days: float, **changes: object) -> Run:
    started = NOW - timedelta(days=days)
    return Run(f"run-{days:g}", started, None, "0.1.0", "digest", "CH", **changes)


def seen(readership: Audience = Audience.ANYONE_ON_WEB, **changes: object) -> Exposure:
    """What a run says whose log does not show the beginning."""
    return Exposure(
        readership,
        (readership,),
        **{"certainty": Certainty.SETTINGS, "evidence": "before the log", **changes},
    )


def said(exposure: Exposure | None, **group: object) -> Assessment:
    found = make.assessment(group=make.group(EMAIL, **group))
    return replace(found, exposure=exposure)


KNEW = seen(since=OPENED, held_since=OPENED, by="chef@ch.example", evidence="admin log: opened",
            timeline=(OPENING,))  # fmt: skip
TODAY = seen(held_since=NOW - timedelta(days=180))
CLOSED = seen(Audience.MEMBERS)
NARROWER = seen(Audience.WHOLE_ORGANISATION)
SUPPOSED = seen(certainty=Certainty.ORG_POLICY_UNKNOWN)


def after(today: Exposure, *earlier: tuple[float, Exposure | str | None]) -> Exposure:
    """``today`` with the word of ``earlier`` runs, given newest first; "absent": not listed."""
    outcomes = [
        None if each == "absent" else Outcome(run(days), said(each)) for days, each in earlier
    ]
    found = continued(said(today), iter(outcomes)).exposure
    assert found is not None
    return found


def test_earlier_runs_evidence_is_taken_over():
    found = after(TODAY, (7, KNEW))
    assert (found.since, found.by, found.evidence) == (OPENED, "chef@ch.example", KNEW.evidence)
    assert found.held_since == OPENED
    assert found.timeline == (OPENING,)
    assert found.earlier == Earlier("run-7", NOW - timedelta(days=7), continuous=True)


def test_evidence_names_the_run_that_read_the_log():
    carried = after(TODAY, (14, KNEW))
    found = after(TODAY, (7, carried))
    assert found.since == OPENED
    assert found.earlier == Earlier("run-14", NOW - timedelta(days=14), continuous=True)


def test_bound_is_taken_over_where_no_run_knew_more():
    old = NOW - timedelta(days=187)
    found = after(TODAY, (7, seen(held_since=old)))
    assert (found.since, found.held_since, found.evidence) == (None, old, TODAY.evidence)


def test_beginning_of_wider_readers_is_a_bound_and_no_date():
    later = NOW - timedelta(days=100)
    wider = replace(KNEW, since=later, held_since=later)
    now_narrower = replace(NARROWER, held_since=None)

    found = after(now_narrower, (7, wider))
    assert (found.since, found.by, found.held_since) == (None, None, later)
    assert found.evidence == now_narrower.evidence
    assert after(replace(NARROWER, held_since=OPENED), (7, wider)).held_since == OPENED


def test_date_that_a_bound_contradicts_is_not_taken_over():
    early = NOW - timedelta(days=300)
    assert after(replace(TODAY, held_since=early), (7, KNEW)).since is None


UNREAD = seen(held_since=None)  # no log today: only the runs tell
CHANGED = seen(held_since=NOW - timedelta(days=3))  # something was changed three days ago


@pytest.mark.parametrize(
    ("today", "earlier", "held_days", "continuous"),
    [
        (UNREAD, [(7, UNREAD)], 7, True),
        (UNREAD, [(7, seen(held_since=NOW - timedelta(days=60)))], 60, True),
        # A run that could not judge, did not list it or only supposed: open then, no more.
        (UNREAD, [(7, None), (14, KNEW)], None, False),
        (UNREAD, [(7, seen(Audience.UNKNOWN)), (14, KNEW)], None, False),
        (UNREAD, [(7, "absent"), (14, KNEW)], None, False),
        (UNREAD, [(7, SUPPOSED), (14, KNEW)], None, False),
        # The log bridges what a run could not judge.
        (TODAY, [(7, None), (14, KNEW)], 200, True),
        # The log shows a change since: open then, no more.
        (CHANGED, [(7, KNEW)], 3, False),
        # Closed, or fewer readers: what was before is another story.
        (UNREAD, [(7, CLOSED), (14, KNEW)], None, None),
        (TODAY, [(7, NARROWER), (14, KNEW)], 180, None),
        (UNREAD, [(7, None), (14, CLOSED), (21, KNEW)], None, None),
        (UNREAD, [(7, None)], None, None),
        (UNREAD, [], None, None),
        (replace(UNREAD, created=NOW - timedelta(days=5)), [(7, KNEW)], None, None),
    ],
)
def test_chain_holds_weakens_or_ends(today, earlier, held_days, continuous):
    found = after(today, *earlier)
    held = None if held_days is None else NOW - timedelta(days=held_days)
    assert found.held_since == held
    assert (found.earlier.continuous if found.earlier else None) is continuous


def test_another_group_of_the_same_address_has_another_story():
    before = [Outcome(run(7), said(KNEW, id="old"))]
    assert continued(said(TODAY, id="new"), before).exposure == TODAY
    assert continued(said(TODAY, id="old"), before).exposure.since == OPENED


@pytest.mark.parametrize("today", [CLOSED, seen(Audience.UNKNOWN), KNEW, None])
def test_nothing_is_asked_where_nothing_is_missing(today):
    def never():
        raise AssertionError
        yield

    assert continued(said(today), never()).exposure == today


def test_supposed_is_enough_where_today_is_supposed_too():
    assert after(SUPPOSED, (7, SUPPOSED)).earlier.continuous


EXPOSURES = st.sampled_from(
    [
        KNEW,
        replace(KNEW, readership=Audience.WHOLE_ORGANISATION),
        TODAY,
        UNREAD,
        CHANGED,
        CLOSED,
        NARROWER,
        SUPPOSED,
        None,
    ]
)


@given(today=EXPOSURES.filter(bool), earlier=st.lists(EXPOSURES, max_size=5))
def test_earlier_runs_never_make_an_exposure_look_younger(today, earlier):
    found = after(today, *((7.0 * (n + 1), each) for n, each in enumerate(earlier)))
    assert found.readership is today.readership
    if today.held_since is not None:
        assert found.held_since <= today.held_since
    if found.since is not None:
        assert found.since == found.held_since
    if found.earlier is not None:
        assert found.earlier.started < NOW


@pytest.fixture
def history(tmp_path):
    with SqliteHistory(tmp_path / "history.sqlite3", clock=lambda: NOW) as opened:
        yield opened


def finished(history: SqliteHistory, which: Run, exposure: Exposure | None) -> Exposure | None:
    """Keep what ``which`` found, continued as an audit does; what it says of the group then."""
    begun = history.resume_or_begin(which, fresh=True)
    found = continued(said(exposure), history.earlier(begun, EMAIL))
    history.record(begun, found)
    history.finish(Report(replace(begun, finished=begun.started, complete=True), (found,)))
    return found.exposure


def test_opening_stays_known_over_a_year_of_weekly_runs(history):
    opened = NOW - timedelta(days=364)
    for days in range(357, -1, -7):
        begins = NOW - timedelta(days=days + 180)
        log_reaches = begins <= opened
        today = replace(KNEW, since=opened, held_since=opened) if log_reaches else seen(
            held_since=begins
        )  # fmt: skip
        found = finished(history, run(days), today)
        assert found.since == opened
    assert found.earlier == Earlier("run-189", NOW - timedelta(days=189), continuous=True)


def test_group_closed_in_between_starts_anew(history):
    finished(history, run(28), KNEW)
    finished(history, run(21), CLOSED)
    assert finished(history, run(14), UNREAD).earlier is None
    assert finished(history, run(7), UNREAD).held_since == NOW - timedelta(days=14)


def test_runs_of_other_tenants_and_unfinished_ones_say_nothing(history):
    finished(history, run(21, tenant="autre"), KNEW)
    begun = history.resume_or_begin(run(14), fresh=False)
    history.record(begun, said(KNEW))
    assert list(history.earlier(run(0), EMAIL)) == []


def test_run_that_did_not_list_the_group_is_told_as_none(history):
    finished(history, run(14), KNEW)
    begun = history.resume_or_begin(run(7), fresh=True)
    history.finish(Report(replace(begun, finished=begun.started), ()))
    absent, known = history.earlier(run(0), EMAIL)
    assert absent is None
    assert known.assessment.exposure == KNEW


OUTSIDERS = Audience.EXTERNAL_MEMBERS


@pytest.mark.parametrize(
    ("today", "between", "known"),
    [
        # Members were not listed in between, so that none of them could be seen to be outside.
        ({"members_total": 9}, {}, True),
        ({"members_total": 9}, {"members_total": 8}, False),
        # The web, which shows it against its settings, was not asked, or turned a stranger away.
        ({"certainty": Certainty.PROBED}, {}, True),
        (
            {"certainty": Certainty.PROBED},
            {"reasons": (Reason(WEB, "login_required", "…"),)},
            False,
        ),
    ],
)
def test_run_without_the_means_to_see_readers_does_not_end_what_was_known(today, between, known):
    probed = "certainty" in today
    now = seen(Audience.ANYONE_ON_WEB if probed else OUTSIDERS, **today)
    earlier = seen(now.readership, **today, since=OPENED, held_since=OPENED)
    found = after(now, (7, replace(CLOSED, **between)), (14, earlier))

    told = Earlier("run-14", NOW - timedelta(days=14), continuous=False) if known else None
    assert (found.since, found.earlier) == (None, told)
