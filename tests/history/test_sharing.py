"""Outcomes read back share what is equal, and say what they said."""

from __future__ import annotations

import factories as make
from hypothesis import given
from hypothesis import strategies as st
from strategies import assessments

from groupaudit.history import record
from groupaudit.history.sharing import Shared


@given(st.lists(assessments(), max_size=4))
def test_outcomes_say_what_they_said(outcomes):
    shared = Shared()
    assert [shared.outcome(each) for each in outcomes] == outcomes
    texts = [record.outcome_text(each) for each in outcomes]
    assert [record.outcome_text(shared.outcome(record.outcome(each))) for each in texts] == texts


def test_equal_parts_are_kept_once():
    shared = Shared()
    text = record.outcome_text(make.assessment())
    one, other = (shared.outcome(record.outcome(text)) for _again in range(2))
    assert one.advice is other.advice
    for name in ("reasons", "settings", "weaknesses"):
        assert getattr(one.exposure, name) is getattr(other.exposure, name)


def test_parts_are_shared_one_by_one_where_the_whole_differs():
    shared = Shared()
    pairs = (("isArchived", "true"), ("whoCanJoin", "INVITED_CAN_JOIN"))
    texts = [
        record.outcome_text(make.assessment(exposure=make.exposure(settings=settings)))
        for settings in (pairs, pairs[1:])
    ]
    one, other = (shared.outcome(record.outcome(each)).exposure for each in texts)
    assert one.settings[1] is other.settings[0]
