"""Notes that are added to runs after they ended, and found again by the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import factories as make
import pytest

from groupaudit.model.report import Batch, Section

NOTE = "Nobody was told."


def _alone(history, **changes):
    run = history.resume_or_begin(make.run(**changes), fresh=False)
    report = make.report(run=replace(run, finished=make.FINISHED, complete=True), notes=("first",))
    history.finish(report)
    return report


def _together(history, **changes):
    head = history.batches.resume_or_begin(make.run(batch="", **changes), fresh=False)
    sections = (Section("nord", "CH Nord", notes=("first",)), Section("sud", "CH Sud"))
    run = replace(head, finished=make.FINISHED, complete=True)
    history.batches.finish(Batch(run, sections))
    return make.report(run=run, tenants=sections, notes=("first",))


@pytest.mark.parametrize("end", [_alone, _together])
def test_next_run_finds_the_note(history, end):
    earlier = end(history)
    later = end(history, id="later", started=make.STARTED + timedelta(days=7))

    assert history.notes.before(earlier) is None
    assert history.notes.before(later) == ("first",)
    noted = history.notes.add(earlier, NOTE)

    assert noted.notes == ("first", NOTE)
    assert {NOTE, "first"} == set(history.notes.before(later))


def test_run_alone_does_not_follow_a_batch(history):
    _together(history)
    alone = _alone(history, id="later", started=make.STARTED + timedelta(days=7))

    assert history.notes.before(alone) is None


def test_note_outlives_the_report(history):
    history.notes.add(_alone(history), NOTE)

    assert history.load(make.run().id).notes == ("first", NOTE)


def test_unfinished_run_is_left_to_who_resumes_it(history):
    run = history.resume_or_begin(make.run(), fresh=False)

    noted = history.notes.add(make.report(run=run), NOTE)

    assert noted.notes == (NOTE,)
    assert history.load(run.id).notes == ()
