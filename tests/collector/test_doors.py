"""How one gets into nested groups: over real HTTP, and each combination of what decides."""

from __future__ import annotations

from itertools import product

import pytest
from collected import collect
from tenants import tenant_of

from groupaudit.collector.doors import UNREAD, Door, Lock, doors
from groupaudit.collector.settings import Settings
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.hospital.policies import policies
from groupaudit.emulator.state import Group, Member
from groupaudit.errors import AccessDenied, QuotaExhausted
from groupaudit.model.group import JoinRule, OrgPolicy

D = "@h.example"


def served(name, join, *nested, outsiders="true"):
    """A group that only its members read, with an owner and nested groups."""
    settings = {
        "whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW",
        "whoCanViewMembership": "ALL_MEMBERS_CAN_VIEW",
        "whoCanPostMessage": "ALL_MEMBERS_CAN_POST",
        "whoCanModerateMembers": "OWNERS_AND_MANAGERS",
        "whoCanJoin": join,
        "allowExternalMembers": outsiders,
    }
    members = (Member("1", f"chef{D}", role="OWNER"),)
    members += tuple(Member(each, f"{each}{D}", "GROUP") for each in nested)
    return Group(name, f"{name}{D}", name, settings=settings, members=members)


GROUPS = (
    served("a", "INVITED_CAN_JOIN", "shut"),
    served("b", "INVITED_CAN_JOIN", "shut", "middle", "gone"),
    served("c", "ANYONE_CAN_JOIN", "open", "denied"),
    served("d", "CAN_REQUEST_TO_JOIN", "staff", "denied"),
    served("e", "ALL_IN_DOMAIN_CAN_JOIN", "staff", "open"),
    served("f", "ANYONE_CAN_JOIN", "open", "staff", outsiders="false"),
    served("shut", "CAN_REQUEST_TO_JOIN"),
    served("middle", "INVITED_CAN_JOIN", "open", "middle"),
    served("open", "ANYONE_CAN_JOIN"),
    served("staff", "ANYONE_CAN_JOIN", outsiders="false"),
    served("denied", "INVITED_CAN_JOIN"),
)


def tenant(org_policy):
    return tenant_of(*GROUPS, policies=policies(org_policy, "camelCase"))


ANYONE, STAFF = "nested-anyone-joins", "nested-organisation-joins"
UNKNOWN = "nested-joining-unknown"


@pytest.mark.parametrize(
    ("org_policy", "expected"),
    [
        (
            "public",
            {
                "b": [(ANYONE, ("open",))],
                "d": [(STAFF, ("staff",)), (UNKNOWN, ("denied",))],
                "e": [(ANYONE, ("open",))],
                "f": [(ANYONE, ("open",))],
                "middle": [(ANYONE, ("open",))],
            },
        ),
        (
            "private",
            {
                "b": [(STAFF, ("open",))],
                "d": [(STAFF, ("staff",)), (UNKNOWN, ("denied",))],
                "middle": [(STAFF, ("open",))],
            },
        ),
    ],
)
def test_door_of_a_nested_group_is_told_in_those_above_it(hospital, org_policy, expected):
    running = hospital(
        tenant(org_policy),
        Faults(denied=frozenset({f"denied{D}"})),
    )
    found = collect(running.groups())
    told = {
        email.removesuffix(D): [
            (each.kind, tuple(one.removesuffix(D) for one in each.value.split(", ")))
            for each in exposure.weaknesses
            if each.kind.startswith("nested-")
        ]
        for email, exposure in found.items()
        if not isinstance(exposure, Exception)
    }

    assert {name: kinds for name, kinds in told.items() if kinds} == expected
    assert set(told) == {group.id for group in GROUPS} - {"denied"}


def test_settings_are_asked_for_once_when_groups_nest_each_other(hospital):
    running = hospital(tenant("public"))
    collect(running.groups())

    # "gone" is no group any more: its members are asked for, how to join it is not.
    assert running.emulator.stats()["methods"]["groupsSettings.groups.get"] == len(GROUPS)


def test_refused_settings_are_asked_for_once_more_however_many_groups_nest_them(hospital):
    running = hospital(
        tenant("public"),
        Faults(denied=frozenset({f"denied{D}"})),
    )
    settings = Settings(running.google())
    for _parent in range(3):
        assert settings.lock(f"denied{D}") == UNREAD
    with pytest.raises(AccessDenied):
        settings.of(f"denied{D}")

    assert running.emulator.stats()["methods"]["groupsSettings.groups.get"] == 2


def test_a_used_up_day_is_no_unknown_door(hospital):
    gets = Script("groups/v1/groups/", status=403, reason="dailyLimitExceeded", times=None)
    settings = Settings(hospital(tenant("public"), Faults(script=(gets,))).google())

    with pytest.raises(QuotaExhausted):
        settings.lock(f"open{D}")


@pytest.mark.parametrize(
    ("join", "outsiders", "is_open"),
    list(product(JoinRule, (True, False, None), (True, False, None))),
)
def test_door_is_open_to_whoever_joins_without_approval(join, outsiders, is_open):
    ((_, door),) = doors(["n"], lambda _email: Lock(join, outsiders), OrgPolicy(is_open))

    if join in {JoinRule.INVITED, JoinRule.ON_REQUEST}:
        assert door is Door.CLOSED
    elif join is JoinRule.UNKNOWN:
        assert door is Door.UNKNOWN
    elif join is JoinRule.ANYONE and is_open is not False and outsiders is not False:
        assert door is (Door.ANYONE if outsiders else Door.UNKNOWN)
    else:
        assert door is Door.ORGANISATION
