"""Since when, and through whom: the log played backwards over the rules of exposure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.collector import exposure
from groupaudit.collector.activities import ORGANISATION
from groupaudit.collector.audit_log import AuditLog
from groupaudit.collector.replay import REASONS, State
from groupaudit.collector.timeline import SHOWN, dated
from groupaudit.model.group import (
    Audience,
    Circle,
    Group,
    GroupSettings,
    JoinRule,
    Membership,
    OrgPolicy,
    Role,
)
from groupaudit.model.timeline import GroupEvent, Step

GROUP = Group("soins@ch.example", aliases=("ancien@ch.example",))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
BEGINS = NOW - timedelta(days=180)
SETTINGS = GroupSettings(
    view=Circle.ANYONE,
    join=JoinRule.INVITED,
    post=Circle.MEMBERS,
    view_membership=Circle.MEMBERS,
    discover=Circle.ORGANISATION,
    moderate_members=Circle.MANAGERS,
    external_members_allowed=False,
    archived=True,
    archive_only=False,
    custom_roles=False,
    verbatim=(),
)
MEMBERS = Membership(
    total=3,
    external=0,
    consumer_mail=0,
    internal_by_role=((Role.MEMBER, 3),),
    external_by_role=(),
    external_getting_mail=0,
    all_users_role=None,
    owners=("chef@ch.example",),
)
PUBLIC = State(SETTINGS, OrgPolicy(open_to_internet=True), MEMBERS)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def change(
    days: float, before: str, after: str, setting: str = "WHO_CAN_VIEW", **more: object
) -> GroupEvent:
    defaults: dict = {"by": f"day{days:g}@ch.example", "address": "203.0.113.7"}
    return GroupEvent(
        days_ago(days),
        Step.CHANGED,
        "admin",
        "CHANGE_GROUP_SETTING",
        setting,
        before,
        after,
        **defaults | more,
    )


def step(days: float, what: Step, log: str = "admin") -> GroupEvent:
    return GroupEvent(days_ago(days), what, log, what.value, by=f"{what.value}@ch.example")


def switch(days: float, before: str, after: str, unit: str = "CH") -> GroupEvent:
    setting = "GroupsSharingSettingsProto collaboration_policy"
    return change(days, before, after, setting, unit=unit)


CLOSED, DOMAIN, OPEN = "ALL_MEMBERS_CAN_VIEW", "ALL_IN_DOMAIN_CAN_VIEW", "ANYONE_CAN_VIEW"
OPENED = change(40, CLOSED, OPEN)


def told(*events: GroupEvent, state: State = PUBLIC, switches=(), unread=(), email=GROUP.email):
    entries = {email: events, ORGANISATION: tuple(switches)}
    judged = exposure.readership(state.settings, state.policy, state.membership)
    return dated(judged, GROUP, state, AuditLog(BEGINS, entries, unread))


def test_opening_has_its_moment_its_author_and_its_evidence():
    found = told(OPENED)
    assert (found.since, found.by) == (days_ago(40), "day40@ch.example")
    assert found.held_since == found.since
    assert found.evidence == (
        "admin log: CHANGE_GROUP_SETTING WHO_CAN_VIEW: ALL_MEMBERS_CAN_VIEW → ANYONE_CAN_VIEW,"
        " from 203.0.113.7"
    )
    assert found.timeline == (OPENED,)


@pytest.mark.parametrize(
    ("events", "since"),
    [
        ([change(50, CLOSED, OPEN), change(20, OPEN, CLOSED), change(5, CLOSED, OPEN)], 5),
        ([change(50, CLOSED, DOMAIN), change(5, DOMAIN, OPEN)], 5),  # wider only then
        ([step(60, Step.CREATED), change(5, CLOSED, OPEN)], 5),
        ([step(60, Step.CREATED)], 60),  # created open
        ([step(90, Step.CREATED), step(70, Step.DELETED), step(60, Step.CREATED)], 60),
        ([change(90, OPEN, CLOSED), step(70, Step.DELETED), step(60, Step.CREATED)], 60),
        ([OPENED, change(3, "INVITED_CAN_JOIN", "INVITED_CAN_JOIN", "WHO_CAN_JOIN")], 40),
        ([OPENED, replace(OPENED, when=days_ago(39.999), log="groups")], 40),  # told twice
    ],
)
def test_opening_is_the_change_before_which_fewer_could_read(events, since):
    assert told(*events).since == days_ago(since)


def test_opening_is_a_bound_when_all_users_are_a_member_who_may_have_read_before():
    everybody = replace(MEMBERS, all_users_role=Role.MEMBER)
    inside = State(replace(SETTINGS, view=Circle.ORGANISATION), PUBLIC.policy, everybody)
    found = told(change(40, CLOSED, DOMAIN), state=inside)
    assert (found.since, found.by, found.held_since) == (None, None, days_ago(40))
    assert found.evidence == REASONS["by-members"]
    assert told(step(60, Step.CREATED), state=inside).since == days_ago(60)  # open from the start
    assert told(OPENED, state=replace(PUBLIC, membership=everybody)).since == days_ago(40)  # wider


def test_creation_names_who_created_it():
    found = told(step(60, Step.CREATED), step(60, Step.CREATED, "groups"), OPENED)
    assert (found.created, found.created_by) == (days_ago(60), "created@ch.example")
    assert len(found.timeline) == 2


def test_change_under_an_earlier_address_counts():
    assert told(OPENED, email="ancien@ch.example").since == days_ago(40)
    assert told(OPENED, email="autre@ch.example").since is None


@pytest.mark.parametrize(
    ("events", "reason", "held"),
    [
        ([], "before-the-log", BEGINS),
        ([change(5, CLOSED, "ALL_OWNERS_CAN_VIEW")], "missing-change", None),
        ([change(5, "LES_INITIES", OPEN)], "unknown-words", days_ago(5)),
        ([change(5, "x", "y", "SOMETHING_NEW")], "unknown-words", days_ago(5)),
        ([OPENED, change(5, "x", "y", "SOMETHING_NEW")], "unknown-words", days_ago(5)),
    ],
)
def test_beginning_is_unknown_when(events, reason, held):
    found = told(*events)
    assert (found.since, found.by) == (None, None)
    assert found.evidence == REASONS[reason]
    assert found.held_since == held


def test_value_not_understood_after_the_change_is_taken_to_be_todays():
    assert told(change(40, CLOSED, "TOUT_LE_MONDE")).since == days_ago(40)


def test_log_that_could_not_be_read_claims_nothing():
    found = told(unread=(("groups", "access-denied: no"),))
    assert (found.evidence, found.held_since) == (REASONS["log-unread"], None)
    assert told(OPENED, unread=(("groups", "access-denied: no"),)).since == days_ago(40)


def test_switch_opened_later_is_the_opening():
    found = told(OPENED, switches=[switch(10, "CLOSED", "OPEN")])
    assert (found.since, found.by) == (days_ago(10), "day10@ch.example")
    assert told(OPENED, switches=[switch(60, "CLOSED", "OPEN")]).since == days_ago(40)


def test_switches_of_several_units_leave_it_unknown():
    both = [switch(10, "CLOSED", "OPEN"), switch(9, "OPEN", "CLOSED", unit="Soins")]
    assert told(OPENED, switches=both).evidence == REASONS["unknown-words"]


def test_joining_opened_what_members_may_read():
    settings = replace(
        SETTINGS, view=Circle.MEMBERS, join=JoinRule.ANYONE, external_members_allowed=True
    )
    joined = change(30, "INVITED_CAN_JOIN", "ANYONE_CAN_JOIN", "WHO_CAN_JOIN")
    allowed = change(20, "false", "true", "ALLOW_EXTERNAL_MEMBERS")
    state = replace(PUBLIC, settings=settings)
    assert told(joined, state=state).since == days_ago(30)
    assert told(joined, allowed, state=state).since == days_ago(20)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"membership": replace(MEMBERS, external=1, external_by_role=((Role.MEMBER, 1),))},
         "by-members"),
        ({"membership": replace(MEMBERS, all_users_role=Role.MEMBER)}, "by-members"),
        ({}, "not-exposed"),
    ],
)  # fmt: skip
def test_readers_by_membership_are_not_dated_by_settings(changes, reason):
    state = replace(PUBLIC, settings=replace(SETTINGS, view=Circle.MEMBERS), **changes)
    assert told(change(5, "ALL_OWNERS_CAN_VIEW", CLOSED), state=state).evidence == REASONS[reason]


def test_unknown_readers_are_not_dated():
    state = replace(PUBLIC, settings=replace(SETTINGS, view=Circle.UNKNOWN))
    assert told(OPENED, state=state).evidence == REASONS["readers-unknown"]


def test_long_timeline_is_cut_to_the_newest():
    many = [change(100 - n / 10, OPEN, OPEN) for n in range(60)]
    found = told(*many)
    assert len(found.timeline) == SHOWN
    assert found.timeline[0].when == max(event.when for event in many)


VALUES = st.sampled_from([CLOSED, DOMAIN, OPEN, "ALL_OWNERS_CAN_VIEW", "members", "?", ""])
EVENTS = st.lists(
    st.builds(change, st.integers(1, 179), VALUES, VALUES)
    | st.builds(step, st.integers(1, 179), st.sampled_from([Step.CREATED, Step.DELETED])),
    max_size=6,
)


@given(events=EVENTS, data=st.data())
def test_order_of_entries_is_irrelevant(events, data):
    assert told(*events) == told(*data.draw(st.permutations(events)))


@given(values=st.lists(st.sampled_from([CLOSED, DOMAIN, OPEN]), min_size=1, max_size=8))
def test_whole_log_dates_the_last_time_that_it_became_public(values):
    values = [*values, OPEN]
    changes = [
        change(100 - number, before, after)
        for number, (before, after) in enumerate(pairwise(values))
    ]
    found = told(step(150, Step.CREATED), *changes)
    closed = [number for number, value in enumerate(values) if value != OPEN]
    assert found.readership is Audience.ANYONE_ON_WEB
    assert found.since == (days_ago(100 - closed[-1]) if closed else days_ago(150))
