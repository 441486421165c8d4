"""What changed between two runs."""

from __future__ import annotations

import factories as make
import pytest
from hypothesis import given
from strategies import REPORTS

from groupaudit.history.diff import changes
from groupaudit.model.group import Audience
from groupaudit.model.report import (
    Change,
    ChangeKind,
    PostsStatus,
    Report,
    Severity,
    Stage,
    Standing,
    Unassessed,
)

EMAIL = make.group().email


def _report(severity: Severity | None, **members) -> Report:
    groups = () if severity is None else (make.assessment(severity),)
    return Report(**{"run": make.run(), "groups": groups, **members})


def _changes(before: Report, after: Report) -> tuple[Change, ...]:
    severities = {item.group.email: item.severity for item in before.groups}
    return changes(Standing(before.run, severities), after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, Severity.HIGH, ChangeKind.NEW),
        (None, Severity.UNKNOWN, ChangeKind.UNREADABLE),
        (None, Severity.NONE, None),
        (Severity.UNKNOWN, Severity.LOW, ChangeKind.NEW),
        (Severity.UNKNOWN, Severity.NONE, None),
        (Severity.LOW, Severity.CRITICAL, ChangeKind.WORSE),
        (Severity.NONE, Severity.LOW, ChangeKind.WORSE),
        (Severity.HIGH, Severity.LOW, ChangeKind.BETTER),
        (Severity.HIGH, Severity.NONE, ChangeKind.FIXED),
        (Severity.CRITICAL, Severity.UNKNOWN, ChangeKind.UNREADABLE),
        (Severity.NONE, Severity.UNKNOWN, ChangeKind.UNREADABLE),
        (Severity.MEDIUM, None, ChangeKind.GONE),
        (Severity.UNKNOWN, None, ChangeKind.GONE),
        (Severity.NONE, None, None),
    ],
)
def test_change_when(before, after, expected):
    found = _changes(_report(before), _report(after))

    assert found == ((Change(EMAIL, expected, before, after),) if expected else ())


@pytest.mark.parametrize(
    "later",
    [
        {"run": make.run(complete=False)},
        {"run": make.run(config_digest="other-scope")},
        {"listing_failure": Unassessed(Stage.LISTING, "bad-answer", "cut")},
    ],
)
def test_group_is_not_gone_when_the_later_run_did_not_look(later):
    assert _changes(_report(Severity.HIGH), _report(None, **later)) == ()


def test_finding_is_new_when_the_earlier_run_did_not_look():
    earlier = _report(None, run=make.run(complete=False))

    assert [change.change for change in _changes(earlier, _report(Severity.HIGH))] == [
        ChangeKind.NEW
    ]


@pytest.mark.parametrize(
    ("status", "later", "expected"),
    [
        (PostsStatus.READ, "same", ChangeKind.FIXED),
        (PostsStatus.READ, "another", ChangeKind.FIXED),
        (PostsStatus.UNREAD, "same", ChangeKind.UNREADABLE),
        (PostsStatus.PARTLY_READ, "same", ChangeKind.UNREADABLE),
        # Neither run reads the posts of a group that is not exposed: so the earlier one's was.
        (PostsStatus.NOT_NEEDED, "same", ChangeKind.FIXED),
        # Whether anything was closed, or the later run was merely told to look at less?
        (PostsStatus.NOT_NEEDED, "another", None),
        (PostsStatus.NOT_REQUESTED, "another", None),
    ],
)
def test_slight_finding_is_fixed_only_where_both_looked(status, later, expected):
    before = _report(Severity.LOW, run=make.run(config_digest="same"))
    members = make.assessment(
        Severity.NONE, exposure=make.exposure(Audience.MEMBERS), posts=make.posts(status)
    )
    after = make.report(members, run=make.run(config_digest=later))

    assert [change.change for change in _changes(before, after)] == ([expected] if expected else [])


def test_grave_finding_is_fixed_when_only_members_are_left_whatever_was_read():
    members = make.assessment(
        Severity.NONE,
        exposure=make.exposure(Audience.MEMBERS),
        posts=make.posts(PostsStatus.UNREAD),
    )

    (change,) = _changes(_report(Severity.HIGH), make.report(members))

    assert change.change is ChangeKind.FIXED


@given(REPORTS)
def test_diff_is_empty_when_nothing_changed(report):
    assert _changes(report, report) == ()
