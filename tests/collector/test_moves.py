"""Entries on members: three applications' spellings read, other things left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.collector.moves import EVENTS, Turn, moves

WHEN = "2026-11-01T08:30:00.250Z"
GROUP, MEMBER = "Soins@ch.example", "Lea.Fictive@Cabinet.example"


def activity(name: str, **parameters: str) -> dict:
    return {
        "id": {"time": WHEN},
        "actor": {"email": "Chef@ch.example"},
        "ipAddress": "203.0.113.7",
        "events": [
            {"name": name, "parameters": [{"name": n, "value": v} for n, v in parameters.items()]}
        ],
    }


@pytest.mark.parametrize(
    ("log", "name", "parameters", "turn", "member"),
    [
        ("admin", "ADD_GROUP_MEMBER", ("GROUP_EMAIL", "USER_EMAIL"), Turn.CAME, MEMBER),
        ("admin", "REMOVE_GROUP_MEMBER", ("GROUP_EMAIL", "USER_EMAIL"), Turn.WENT, MEMBER),
        ("admin", "UPDATE_GROUP_MEMBER", ("GROUP_EMAIL", "USER_EMAIL"), Turn.CHANGED, MEMBER),
        ("groups", "add_user", ("group_email", "user_email"), Turn.CAME, MEMBER),
        ("groups", "approve_join_request", ("group_email", "user_email"), Turn.CAME, MEMBER),
        ("groups", "join", ("group_email",), Turn.CAME, "chef@ch.example"),
        ("groups", "unsubscribe_via_mail", ("group_email",), Turn.WENT, "chef@ch.example"),
        ("groups_enterprise", "add_member", ("group_id", "member_id"), Turn.CAME, MEMBER),
    ],
)
def test_move_is_read_in_every_spelling(log, name, parameters, turn, member):
    values = dict(zip(parameters, (GROUP, MEMBER), strict=False))
    (move,) = moves(activity(name, **values), log)
    assert (move.turn, move.group, move.member) == (turn, GROUP.lower(), member.lower())
    assert move.when == datetime(2026, 11, 1, 8, 30, 0, 250_000, UTC)
    assert (move.by, move.address) == ("chef@ch.example", "203.0.113.7")
    assert MEMBER.lower() not in repr(move)


@pytest.mark.parametrize(
    ("parameters", "known"),
    [
        ({"group_id": "03xyz", "member_id": MEMBER}, ("", MEMBER.lower())),
        ({"group_id": GROUP, "member_id": "1042"}, (GROUP.lower(), "")),
        ({}, ("", "")),
    ],
)
def test_what_is_named_by_no_address_is_kept_as_nobody_known(parameters, known):
    (move,) = moves(activity("add_member", **parameters), "groups_enterprise")
    assert (move.group, move.member) == known


@pytest.mark.parametrize("name", ["invite_user", "request_to_join", "brand_new", ""])
def test_who_may_come_some_day_has_not_come(name):
    assert not list(moves(activity(name, group_email=GROUP, user_email=MEMBER), "groups"))


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "value", "multiValue", "email"]), inner)
    ),
    max_leaves=12,
)


@given(parameters=JSON, actor=JSON, log=st.sampled_from(sorted(EVENTS)))
def test_any_json_is_read_without_failing(parameters, actor, log):
    names = EVENTS[log]
    events = [{"name": name, "parameters": parameters} for name in names]
    found = list(moves({"id": {"time": WHEN}, "actor": actor, "events": events}, log))
    assert len(found) == len(names)
    assert all(not each.member or "@" in each.member for each in found)
