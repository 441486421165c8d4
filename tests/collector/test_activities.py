"""Entries of Google's audit log: both spellings read, other things left out, nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.collector.activities import (
    ORGANISATION,
    Field,
    circle,
    events,
    field,
    join_rule,
    truth,
)
from groupaudit.model.group import Circle, JoinRule
from groupaudit.model.timeline import GroupEvent, Step

WHEN = "2026-11-01T08:30:00.250Z"
GROUP = "soins@ch.example"


def activity(name: str, *parameters: dict, **more: object) -> dict:
    return {
        "id": {"time": WHEN, "uniqueQualifier": "-1"},
        "actor": {"callerType": "USER", "email": "Anne@ch.example", "profileId": "1"},
        "ipAddress": "203.0.113.7",
        "events": [{"type": "x", "name": name, "parameters": list(parameters)}],
        **more,
    }


def one(name: str, value: str) -> dict:
    return {"name": name, "value": value}


ADMIN = activity(
    "CHANGE_GROUP_SETTING",
    one("GROUP_EMAIL", "Soins@ch.example"),
    one("SETTING_NAME", "WHO_CAN_VIEW"),
    one("OLD_VALUE", "ALL_MEMBERS_CAN_VIEW"),
    one("NEW_VALUE", "ANYONE_CAN_VIEW"),
)
GROUPS = activity(
    "change_acl_permission",
    one("acl_permission", "can_view_topics"),
    one("group_email", GROUP),
    {"name": "old_value_repeated", "multiValue": ["members", "managers"]},
    {"name": "new_value_repeated", "multiValue": ["anyone", "members", "managers"]},
)


@pytest.mark.parametrize(("raw", "log"), [(ADMIN, "admin"), (GROUPS, "groups")])
def test_opening_is_the_same_in_either_spelling(raw, log):
    ((group, event),) = events(raw, log)
    assert group == GROUP
    assert event.when == datetime(2026, 11, 1, 8, 30, 0, 250_000, UTC)
    assert (event.what, event.log, event.by) == (Step.CHANGED, log, "anne@ch.example")
    assert event.address == "203.0.113.7"
    assert field(event) is Field.VIEW
    assert (circle(event.before), circle(event.after)) == (Circle.MEMBERS, Circle.ANYONE)


@pytest.mark.parametrize(
    ("name", "key", "step"),
    [
        ("CREATE_GROUP", "GROUP_EMAIL", Step.CREATED),
        ("create_group", "group_email", Step.CREATED),
        ("DELETE_GROUP", "GROUP_EMAIL", Step.DELETED),
        ("delete_group", "group_email", Step.DELETED),
    ],
)
def test_lifecycle_in_either_spelling(name, key, step):
    ((group, event),) = events(activity(name, one(key, GROUP)), "admin")
    assert (group, event.what) == (GROUP, step)


def test_switch_of_the_organisation_has_its_own_key():
    raw = activity(
        "CHANGE_APPLICATION_SETTING",
        one("APPLICATION_NAME", "Groups for Business"),
        one("SETTING_NAME", "GroupsSharingSettingsProto collaboration_policy"),
        one("OLD_VALUE", "CLOSED"),
        one("NEW_VALUE", "OPEN"),
        one("ORG_UNIT_NAME", "CH"),
    )
    ((key, event),) = events(raw, "admin")
    assert (key, field(event), event.unit) == (ORGANISATION, Field.SWITCH, "CH")
    assert (truth(event.before), truth(event.after)) == (False, True)


@pytest.mark.parametrize(
    ("actor", "by", "application"),
    [
        ({"callerType": "KEY", "key": "robot.example"}, "robot.example", None),
        ({"profileId": "105250506097979753968"}, None, None),
        ({"profileId": "42"}, "profile 42", None),
        (
            {"email": "a@ch.example", "applicationInfo": {"oauthClientId": "7.apps.example"}},
            "a@ch.example",
            "7.apps.example",
        ),
        ({}, None, None),
        ("nobody", None, None),
    ],
)
def test_author_and_program_are_told_as_far_as_known(actor, by, application):
    raw = activity("create_group", one("group_email", GROUP), actor=actor)
    ((_, event),) = events(raw, "groups")
    assert (event.by, event.application) == (by, application)
    assert "a@ch.example" not in repr(event)


@pytest.mark.parametrize(
    "raw",
    [
        activity("join", one("group_email", GROUP)),
        activity("CREATE_GROUP"),
        activity("CHANGE_APPLICATION_SETTING", one("SETTING_NAME", "something else")),
        activity(
            "change_acl_permission", one("group_email", GROUP), one("acl_permission", "can_post")
        ),
        activity("create_group", one("group_email", GROUP), id={"time": "yesterday"}),
        activity("create_group", one("group_email", GROUP), id={"time": "2026-11-01T08:30:00"}),
        {"id": {"time": WHEN}, "events": None},
        {},
    ],
)
def test_what_does_not_tell_about_readers_is_left_out(raw):
    assert not list(events(raw, "groups"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("WHO_CAN_VIEW", Field.VIEW),
        ("whoCanViewGroup", Field.VIEW),
        ("can_view_topics", Field.VIEW),
        ("WHO_CAN_JOIN", Field.JOIN),
        ("can_join", Field.JOIN),
        ("ALLOW_EXTERNAL_MEMBERS", Field.EXTERNAL),
        ("allowExternalMembers", Field.EXTERNAL),
        ("whoCanPostMessage", Field.HARMLESS),
        ("SOMETHING_NEW", Field.UNKNOWN),
        ("", Field.UNKNOWN),
    ],
)
def test_setting_is_known_in_many_spellings_and_else_unknown(name, expected):
    event = GroupEvent(datetime.now(UTC), Step.CHANGED, "admin", "CHANGE_GROUP_SETTING", name)
    assert field(event) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ANYONE_CAN_VIEW", Circle.ANYONE),
        ("anyone, members, managers, owners", Circle.ANYONE),
        ("anyone, aliens", Circle.ANYONE),
        ("ALL_IN_DOMAIN_CAN_VIEW", Circle.ORGANISATION),
        ("domain_users, members", Circle.ORGANISATION),
        ("members, managers", Circle.MEMBERS),
        ("ALL_OWNERS_CAN_VIEW", Circle.OWNERS),
        ("members, aliens", Circle.UNKNOWN),
        ("", Circle.UNKNOWN),
    ],
)
def test_view_means(value, expected):
    assert circle(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ANYONE_CAN_JOIN", JoinRule.ANYONE),
        ("ALL_IN_DOMAIN_CAN_JOIN", JoinRule.ORGANISATION),
        ("domain_users, members", JoinRule.ORGANISATION),
        ("CAN_REQUEST_TO_JOIN", JoinRule.ON_REQUEST),
        ("INVITED_CAN_JOIN", JoinRule.INVITED),
        ("managers, owners", JoinRule.INVITED),
        ("aliens", JoinRule.UNKNOWN),
        ("", JoinRule.UNKNOWN),
    ],
)
def test_join_means(value, expected):
    assert join_rule(value) is expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "time",
                    "events",
                    "name",
                    "parameters",
                    "value",
                    "multiValue",
                    "actor",
                    "email",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(raw=st.dictionaries(st.sampled_from(["id", "events", "actor", "ipAddress"]), JSON))
def test_any_json_is_read_without_failing(raw):
    for group, event in events(raw, "admin"):
        assert isinstance(group, str)
        assert field(event) is not Field.HARMLESS


@given(raw=JSON, name=st.sampled_from(["create_group", "CHANGE_GROUP_SETTING"]))
def test_hostile_parameters_are_bounded(raw, name):
    parameters = [one("group_email", GROUP), {"name": "old_value", "value": raw, "multiValue": raw}]
    for _, event in events(activity(name, *parameters, actor=raw), "groups"):
        texts = (event.before, event.after, event.setting, event.by or "", event.address or "")
        assert max(map(len, texts)) <= 220
