"""Figures of runs: kept once, gone with their run, found up to a run of the same tenant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import factories as make
import pytest

from groupaudit.errors import StoreError
from groupaudit.model.report import Stage, Unassessed

FAILURE = Unassessed(Stage.LISTING, "bad-answer", "Google's answer broke off.")


def _ended(history, week, *, listing_failure=None, **changes):
    run = make.run(id=f"week-{week}", started=make.STARTED + timedelta(weeks=week), **changes)
    begun = history.resume_or_begin(run, fresh=False)
    whole = replace(begun, finished=make.FINISHED, complete=True)
    history.finish(make.report(run=whole, listing_failure=listing_failure))
    return whole


def test_runs_up_to_one_come_newest_first_and_no_more_than_asked(history):
    runs = [_ended(history, week) for week in range(4)]

    assert [kept.run for kept in history.figures.up_to(runs[2], 2)] == [runs[2], runs[1]]


def test_figures_are_found_as_they_were_kept(history):
    run = _ended(history, 0)
    assert history.figures.up_to(run, 1)[0].figures is None
    for found in (make.figures(9), make.figures(1)):
        history.figures.keep(run, found)

    assert history.figures.up_to(run, 1)[0].figures == make.figures(1)


def test_other_tenants_are_left_out(history):
    _ended(history, 0, tenant="nord")
    run = _ended(history, 1, tenant="sud")

    assert [kept.run.tenant for kept in history.figures.up_to(run, 9)] == ["sud"]


def test_incomplete_list_of_groups_is_told(history):
    _ended(history, 0, listing_failure=FAILURE)
    run = _ended(history, 1)

    assert [kept.listing_whole for kept in history.figures.up_to(run, 9)] == [True, False]


def test_run_that_ended_before_it_listed_a_group_is_none(history):
    begun = make.run(id="refused", config_digest="other")
    history.resume_or_begin(begun, fresh=False)
    run = _ended(history, 1)
    assert [kept.run.id for kept in history.figures.up_to(run, 9)] == ["week-1"]
    history.record(begun, make.assessment())

    assert [kept.run.id for kept in history.figures.up_to(run, 9)] == ["week-1", "refused"]


def test_figures_go_with_their_run(history, clock):
    old = _ended(history, 0)
    history.figures.keep(old, make.figures())
    new = _ended(history, 60)
    clock.now = make.FINISHED + timedelta(weeks=60)
    history.expire(100)

    assert [kept.run.id for kept in history.figures.up_to(new, 9)] == ["week-60"]
    with pytest.raises(StoreError):
        history.figures.keep(old, make.figures())
