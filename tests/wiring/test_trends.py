"""A report beside the runs that are kept: which of them count, and why the others do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import factories as make
import pytest

from groupaudit.history.store import SqliteHistory
from groupaudit.model.report import Batch, Gap, Section, Severity, Stage, Unassessed
from groupaudit.model.trend import figures
from groupaudit.wiring.trends import MOST, with_trend

FAILURE = Unassessed(Stage.LISTING, "bad-answer", "Google's answer broke off.")


@pytest.fixture
def history(tmp_path):
    with SqliteHistory(tmp_path / "history.sqlite3", clock=lambda: make.FINISHED) as opened:
        yield opened


def _run(week, **changes):
    when = make.STARTED + timedelta(weeks=week)
    name = f"week-{week}{changes.get('tenant', '')}"
    return make.run(**{"id": name, "started": when, "finished": when, **changes})


def _ended(history, week, *groups, listing_failure=None, **changes):
    run = _run(week, **changes)
    history.resume_or_begin(run, fresh=False)
    report = make.report(*groups, run=run, listing_failure=listing_failure)
    history.finish(report)
    return report


def _batch(history, week, *tenants, failed=(), **changes):
    sections = [Section(name, name, run=_ended(history, week, tenant=name).run) for name in tenants]
    sections += [Section(name, name, failure=FAILURE) for name in failed]
    run = _run(week, id=f"batch-{week}", **changes)
    history.batches.resume_or_begin(run, fresh=False)
    history.batches.finish(Batch(run, tuple(sections)))
    groups = tuple(make.mixed_groups() * len(tenants))
    return make.report(*groups, run=run, tenants=tuple(sections))


def test_first_audit_is_the_only_point(history):
    report = with_trend(history, _ended(history, 0))

    assert [(point.run, point.gap) for point in report.trend] == [("week-0", None)]
    assert report.trend[0].figures == figures(report.groups)


def test_runs_stand_in_the_order_of_time_with_what_they_found(history):
    _ended(history, 0, make.assessment(), make.assessment(group=make.group("b@h.example")))
    _ended(history, 1, make.assessment(Severity.HIGH))
    trend = with_trend(history, _ended(history, 2, make.unreadable())).trend

    assert [point.run for point in trend] == ["week-0", "week-1", "week-2"]
    assert [point.figures.exposed for point in trend] == [
        ((Severity.CRITICAL, 2),),
        ((Severity.HIGH, 1),),
        (),
    ]
    assert [point.figures.unknown for point in trend] == [0, 0, 1]


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"config_digest": "sha256:other"}, Gap.OTHER_SCOPE),
        ({"complete": False}, Gap.CUT_SHORT),
        ({"listing_failure": FAILURE}, Gap.LISTING_INCOMPLETE),
    ],
)
def test_run_is_a_gap_when_it_saw_another_part(history, changes, gap):
    _ended(history, 0)
    _ended(history, 1, **changes)
    trend = with_trend(history, _ended(history, 2)).trend

    assert [point.gap for point in trend] == [None, gap, None]
    assert trend[1].figures is None


def test_run_that_never_ended_is_a_gap(history):
    begun = _run(0, config_digest="sha256:other", finished=None, complete=False)
    history.resume_or_begin(begun, fresh=False)
    history.record(begun, make.assessment())
    trend = with_trend(history, _ended(history, 1)).trend

    assert [point.gap for point in trend] == [Gap.CUT_SHORT, None]


def test_report_that_was_cut_short_is_the_last_point_and_a_gap(history):
    _ended(history, 0)
    begun = _run(1, complete=False)
    history.resume_or_begin(begun, fresh=False)
    history.record(begun, make.assessment())
    trend = with_trend(history, make.report(make.assessment(), run=begun)).trend

    assert [(point.run, point.gap) for point in trend] == [
        ("week-0", None),
        ("week-1", Gap.CUT_SHORT),
    ]


def test_report_of_an_earlier_run_ends_with_that_run(history):
    first = _ended(history, 0)
    _ended(history, 1)

    assert [point.run for point in with_trend(history, first).trend] == ["week-0"]


def test_a_year_of_runs_is_shown(history):
    for week in range(MOST + 3):
        last = _ended(history, week, make.assessment())
    trend = with_trend(history, last).trend

    assert [point.run for point in trend] == [f"week-{week}" for week in range(3, MOST + 3)]


def test_no_more_than_a_year_is_shown_when_the_report_itself_is_not_among_the_runs(history):
    for week in range(MOST + 1):
        _ended(history, week)
    begun = _run(MOST + 1, complete=False)
    history.resume_or_begin(begun, fresh=False)

    assert len(with_trend(history, make.report(run=begun)).trend) == MOST


def test_outcomes_are_read_once(history, monkeypatch):
    _ended(history, 0)
    last = _ended(history, 1)
    first = with_trend(history, last)
    monkeypatch.setattr(history, "recorded", lambda _run: pytest.fail("read again"))

    assert with_trend(history, last) == first


def test_batches_add_up_and_are_gaps_when_a_tenant_is_missing(history):
    _batch(history, 0, "nord", "sud")
    _batch(history, 1, "nord", failed=("sud",))
    _batch(history, 2, "nord", "sud", config_digest="sha256:other")
    trend = with_trend(history, _batch(history, 3, "nord", "sud")).trend

    assert [point.run for point in trend] == [f"batch-{week}" for week in range(4)]
    assert [point.gap for point in trend] == [None, Gap.TENANT_MISSING, Gap.OTHER_SCOPE, None]
    assert trend[0].figures == trend[3].figures == figures(make.mixed_groups() * 2)


def test_trend_of_one_tenant_holds_its_own_runs_only(history):
    _batch(history, 0, "nord", "sud")
    report = _ended(history, 1, tenant="nord")
    trend = with_trend(history, replace(report, tenants=())).trend

    assert [point.run for point in trend] == ["week-0nord", "week-1nord"]
