"""Since when outsiders read as members: chains of arrivals, and what the log leaves open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.collector import exposure
from groupaudit.collector.arrivals import arrivals
from groupaudit.collector.audit_log import AuditLog
from groupaudit.collector.member_log import MemberLog
from groupaudit.collector.membership import membership
from groupaudit.collector.moves import Move, Turn
from groupaudit.collector.replay import REASONS, State
from groupaudit.collector.timeline import dated
from groupaudit.model.group import (
    Audience,
    Circle,
    Group,
    GroupSettings,
    JoinRule,
    Member,
    MemberKind,
    OrgPolicy,
    Role,
)
from groupaudit.model.timeline import GroupEvent, Step

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BEGINS = NOW - timedelta(days=180)
TOP, SUB, DEEP = "soins@ch.example", "sous@ch.example", "fond@ch.example"
LEA, ANNE, MAX = "lea@cabinet.example", "anne@cabinet.example", "max@courrier.example"
SETTINGS = GroupSettings(
    view=Circle.MEMBERS,
    join=JoinRule.INVITED,
    post=Circle.MEMBERS,
    view_membership=Circle.MEMBERS,
    discover=Circle.ORGANISATION,
    moderate_members=Circle.MANAGERS,
    external_members_allowed=True,
    archived=True,
    archive_only=False,
    custom_roles=False,
    verbatim=(),
)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def user(email: str, role: Role = Role.MEMBER, *, mail: bool | None = None) -> Member:
    return Member(email, MemberKind.USER, role, gets_mail=mail)


def nested(email: str, role: Role = Role.MEMBER) -> Member:
    return Member(email, MemberKind.GROUP, role)


def moved(days: float, group: str, member: str, turn: Turn = Turn.CAME, **more: str) -> Move:
    defaults = {"log": "admin", "name": turn.name, "by": f"day{days:g}@ch.example"}
    return Move(days_ago(days), turn, group, member, **defaults | more)


def told(lists, *moves: Move, events=(), settings=SETTINGS, policy=True, nameless=(), unread=()):
    """The exposure of the top group with such ``lists`` of members and such entries."""
    who = membership(TOP, lambda email: lists[email], ["ch.example"])
    by_edge = defaultdict(list)
    for move in moves:
        by_edge[move.group, move.member].append(move)
    log = MemberLog(
        BEGINS, {edge: tuple(each) for edge, each in by_edge.items()}, frozenset(nameless), unread
    )
    switch = OrgPolicy(open_to_internet=policy)
    judged = exposure.readership(settings, switch, who)
    assert judged.readership is Audience.EXTERNAL_MEMBERS
    came = arrivals(TOP, settings.view, who, log)
    state = State(settings, switch, who)
    return dated(judged, Group(TOP), state, AuditLog(BEGINS, {TOP: tuple(events)}), came)


def change(days: float, before: str, after: str, setting: str = "WHO_CAN_VIEW") -> GroupEvent:
    return GroupEvent(
        days_ago(days), Step.CHANGED, "admin", "CHANGE_GROUP_SETTING", setting, before, after
    )


def test_first_outsider_still_there_began_it():
    lists = {TOP: [user(LEA), user(ANNE), user("chef@ch.example")]}
    found = told(
        lists,
        moved(90, TOP, MAX),  # came first, and is there no more
        moved(50, TOP, MAX, Turn.WENT),
        moved(60, TOP, ANNE),
        moved(20, TOP, LEA),
    )
    assert (found.since, found.by) == (days_ago(60), "day60@ch.example")
    assert found.held_since == found.since
    assert found.evidence == "admin log: CAME, the first of today's members from outside"
    (event,) = found.timeline
    assert event.what is Step.JOINED


def test_no_outsider_is_named():
    found = told({TOP: [user(LEA)]}, moved(20, TOP, LEA, by=LEA, address="203.0.113.9"))
    assert (found.since, found.by) == (days_ago(20), None)
    assert LEA not in str([found, *(vars_of(event) for event in found.timeline)])
    assert "203.0.113.9" not in str([vars_of(event) for event in found.timeline])


def test_somebody_else_from_outside_is_not_named_either():
    found = told({TOP: [user(LEA)]}, moved(20, TOP, LEA, by=ANNE))
    assert (found.since, found.by) == (days_ago(20), None)


def vars_of(event: GroupEvent) -> dict:
    return {name: getattr(event, name) for name in event.__slots__}


@pytest.mark.parametrize(
    ("moves", "since"),
    [
        ([(70, SUB, DEEP), (20, DEEP, LEA)], 20),
        ([(10, TOP, SUB), (20, DEEP, LEA)], 10),
        ([(70, TOP, SUB), (30, SUB, DEEP), (90, DEEP, LEA)], 30),
    ],
)
def test_last_link_of_a_chain_began_it(moves, since):
    lists = {TOP: [nested(SUB)], SUB: [nested(DEEP)], DEEP: [user(LEA)]}
    assert told(lists, *(moved(*each) for each in moves)).since == days_ago(since)


def test_earliest_of_several_chains_counts():
    lists = {TOP: [nested(SUB), user(LEA)], SUB: [user(LEA)]}
    assert told(lists, moved(20, TOP, LEA), moved(50, SUB, LEA)).since == days_ago(50)
    assert told(lists, moved(60, TOP, LEA), moved(50, SUB, LEA)).since == days_ago(60)


BOTH = {TOP: [user(LEA), user(ANNE)]}


@pytest.mark.parametrize(
    ("moves", "more", "reason", "held"),
    [
        # One of them is not in the log: there before it begins.
        ([moved(20, TOP, LEA)], {}, "joined-before-the-log", BEGINS),
        ([], {}, "joined-before-the-log", BEGINS),
        # Gone, and there: the log lacks when they came again.
        ([moved(20, TOP, LEA), moved(90, TOP, ANNE, Turn.WENT)], {}, "joining-unclear",
         days_ago(20)),
        # Came twice: gone in between, nobody knows when.
        ([moved(20, TOP, LEA), moved(90, TOP, ANNE), moved(30, TOP, ANNE)], {}, "joining-unclear",
         days_ago(30)),
        # An entry on this group, or on some group, does not say who came.
        ([moved(20, TOP, LEA)], {"nameless": [TOP]}, "joining-unclear", days_ago(20)),
        ([moved(20, TOP, LEA)], {"nameless": [""]}, "joining-unclear", days_ago(20)),
        ([], {"nameless": [TOP]}, "joining-unclear", None),
        ([moved(20, TOP, LEA)], {"unread": (("admin", "no"),)}, "log-unread", days_ago(20)),
        ([], {"unread": (("admin", "no"),)}, "log-unread", None),
    ],
)  # fmt: skip
def test_beginning_is_unknown_when(moves, more, reason, held):
    found = told(BOTH, *moves, **more)
    assert (found.since, found.by) == (None, None)
    assert found.evidence == REASONS[reason]
    assert found.held_since == held


def test_entries_without_names_elsewhere_do_no_harm():
    found = told({TOP: [user(LEA)]}, moved(20, TOP, LEA), nameless=["autre@ch.example", TOP])
    assert found.since == days_ago(20)


def test_arrival_told_by_two_logs_is_one():
    twice = [moved(20, TOP, LEA), moved(19.999, TOP, LEA, log="groups")]
    assert told({TOP: [user(LEA)]}, *twice).since == days_ago(20)


def test_setting_opened_later_is_the_opening():
    opened = change(10, "ALL_OWNERS_CAN_VIEW", "ALL_MEMBERS_CAN_VIEW")
    lists = {TOP: [user(LEA)]}
    found = told(lists, moved(40, TOP, LEA), events=[opened])
    assert found.since == days_ago(10)
    closed_before = change(90, "ALL_OWNERS_CAN_VIEW", "ALL_MEMBERS_CAN_VIEW")
    assert told(lists, moved(40, TOP, LEA), events=[closed_before]).since == days_ago(40)


def test_who_came_is_no_matter_while_everybody_could_read():
    narrowed = change(30, "ANYONE_CAN_VIEW", "ALL_MEMBERS_CAN_VIEW")
    opened = change(90, "ALL_MEMBERS_CAN_VIEW", "ANYONE_CAN_VIEW")
    lists = {TOP: [user(LEA)]}
    assert told(lists, moved(60, TOP, LEA), events=[narrowed, opened]).since == days_ago(90)
    # In between nobody knows: the gap in the log counts.
    unclear = told(lists, moved(100, TOP, LEA, Turn.WENT), events=[narrowed, opened])
    assert unclear.evidence == REASONS["joining-unclear"]


def test_role_that_reads_may_be_newer_than_the_arrival():
    managers = replace(SETTINGS, view=Circle.MANAGERS)
    lists = {TOP: [user(LEA, Role.MANAGER)]}
    came, promoted = moved(60, TOP, LEA), moved(20, TOP, LEA, Turn.CHANGED)
    assert told(lists, came, settings=managers).since == days_ago(60)
    found = told(lists, came, promoted, settings=managers)
    assert (found.evidence, found.held_since) == (REASONS["joining-unclear"], days_ago(20))
    assert told(lists, came, promoted).since == days_ago(60)  # all members read: no matter


def test_outsiders_count_as_owners_where_who_reads_is_not_known():
    """Whatever the value means, owners read; plain members perhaps not."""
    strange = replace(SETTINGS, view=Circle.UNKNOWN)
    lists = {TOP: [user(LEA, mail=True), user(ANNE, Role.OWNER, mail=True)]}
    found = told(lists, moved(60, TOP, LEA), moved(20, TOP, ANNE), settings=strange, policy=False)
    assert (found.since, found.held_since) == (None, days_ago(20))


def test_with_the_switch_closed_who_gets_mail_counts():
    lists = {TOP: [user(LEA, mail=True), user(ANNE, mail=False)]}
    both = [moved(60, TOP, ANNE), moved(20, TOP, LEA)]
    who = told(lists, *both)
    assert who.since == days_ago(60)
    asked = membership(TOP, lists.__getitem__, ["ch.example"], lambda _group, member: member == LEA)
    assert asked.mailed == {LEA}
    assert told(lists, *both, policy=False).since == days_ago(20)


def test_created_with_readers_that_no_entry_explains_is_unclear():
    created = GroupEvent(days_ago(50), Step.CREATED, "admin", "CREATE_GROUP")
    found = told({TOP: [user(LEA)]}, events=[created])
    assert found.evidence == REASONS["joining-unclear"]
    assert told({TOP: [user(LEA)]}, moved(30, TOP, LEA), events=[created]).since == days_ago(30)


PEOPLE = [LEA, ANNE, MAX]
ARRIVED = st.dictionaries(st.sampled_from(PEOPLE), st.integers(1, 179), min_size=1)


@given(first=ARRIVED, second=st.integers(1, 179), below=ARRIVED)
def test_complete_log_gives_the_moment_of_the_first_complete_chain(first, second, below):
    lists = {
        TOP: [nested(SUB), *(user(each) for each in first)],
        SUB: [nested(TOP), *(user(each) for each in below)],  # a circle, too
    }
    found = told(
        lists,
        moved(second, TOP, SUB),
        moved(3, SUB, TOP),
        *(moved(days, TOP, each) for each, days in first.items()),
        *(moved(days, SUB, each) for each, days in below.items()),
    )
    longest = max(*first.values(), min(second, max(below.values())))
    assert found.since == days_ago(longest)


@given(first=ARRIVED, lost=st.sampled_from(PEOPLE))
def test_entry_less_never_makes_the_exposure_look_younger(first, lost):
    lists = {TOP: [user(each) for each in first]}
    moves = {each: moved(days, TOP, each) for each, days in first.items()}
    whole = told(lists, *moves.values())
    less = told(lists, *(move for each, move in moves.items() if each != lost))
    assert less.held_since is not None
    assert less.since in {whole.since, None}
    assert less.held_since <= whole.held_since
