"""Each published rule against policies as the Policy API returns them."""

from __future__ import annotations

import factories as make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.collector.switches import switches
from groupaudit.compliance import REASONS, compliance
from groupaudit.emulator.hospital.policies import policies
from groupaudit.model.compliance import Observed, RuleStatus
from groupaudit.model.group import OrgPolicy

MET, NOT_MET, UNKNOWN = RuleStatus.MET, RuleStatus.NOT_MET, RuleStatus.UNKNOWN
SHARING = "settings/groups_for_business.groups_sharing"
STATUS = "settings/groups_for_business.service_status"
EXTERNAL = "settings/groups.service_status"

#: Everything as the baselines want it.
GOOD = {
    "collaborationCapability": "DOMAIN_USERS_ONLY",
    "ownersCanAllowExternalMembers": False,
    "ownersCanAllowIncomingMailFromPublic": False,
    "createGroupsAccessLevel": "ADMIN_ONLY",
    "viewTopicsDefaultAccessLevel": "GROUP_MEMBERS",
    "ownersCanHideGroups": False,
    "newGroupsAreHidden": False,
}


def policy(value: dict, kind: str = SHARING, unit: str = "orgUnits/root", order: float = 1) -> dict:
    return {
        "policyQuery": {"orgUnit": unit, "sortOrder": order},
        "setting": {"type": kind, "value": value},
    }


#: External Google Groups switched off for everyone.
OFF = policy({"serviceState": "DISABLED"}, EXTERNAL)


def judged(*raw: dict, groups=()) -> dict:
    return {result.rule: result for result in compliance(switches(raw), groups)}


def failed(*raw: dict) -> set[str]:
    return {rule for rule, result in judged(*raw).items() if result.status is NOT_MET}


def test_every_rule_is_met_when_all_is_as_the_baselines_want_it():
    found = judged(policy(GOOD), OFF)
    assert {result.status for result in found.values()} == {MET}
    assert len(found) == 10


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (
            {"collaborationCapability": "ANYONE_CAN_ACCESS"},
            {"GWS.GROUPS.1.1v1", "CIS 3.1.6.1"},
        ),
        ({"ownersCanAllowExternalMembers": True}, {"GWS.GROUPS.1.2v1", "CIS 3.1.6.2"}),
        ({"ownersCanAllowIncomingMailFromPublic": True}, {"GWS.GROUPS.1.3v1", "CIS 3.1.6.2"}),
        ({"createGroupsAccessLevel": "USERS_IN_DOMAIN"}, {"GWS.GROUPS.2.1v1", "CIS 3.1.6.2"}),
        ({"createGroupsAccessLevel": "ANYONE_CAN_CREATE"}, {"GWS.GROUPS.2.1v1", "CIS 3.1.6.2"}),
        ({"viewTopicsDefaultAccessLevel": "DOMAIN_USERS"}, {"GWS.GROUPS.3.1v1", "CIS 3.1.6.3"}),
        (
            {"viewTopicsDefaultAccessLevel": "ANYONE_CAN_VIEW_TOPICS"},
            {"GWS.GROUPS.3.1v1", "CIS 3.1.6.3"},
        ),
        ({"viewTopicsDefaultAccessLevel": "MANAGERS"}, {"GWS.GROUPS.3.1v1", "CIS 3.1.6.3"}),
        ({"ownersCanHideGroups": True}, {"GWS.GROUPS.4.1v1"}),
        ({"newGroupsAreHidden": True}, {"GWS.GROUPS.4.1v1"}),
    ],
)
def test_rule_fails_when(change, rules):
    assert failed(policy(GOOD | change)) == rules


def test_stricter_default_fails_with_a_word_about_it():
    result = judged(policy(GOOD | {"viewTopicsDefaultAccessLevel": "OWNERS"}))["GWS.GROUPS.3.1v1"]
    assert (result.status, result.why) == (NOT_MET, REASONS["stricter"])


def test_defaults_hold_where_nobody_set_anything():
    found = judged()
    assert {rule: result.status for rule, result in found.items()} == {
        "GWS.GROUPS.1.1v1": MET,
        "GWS.GROUPS.1.2v1": MET,
        "GWS.GROUPS.1.3v1": UNKNOWN,  # Google's pages disagree on the default
        "GWS.GROUPS.2.1v1": NOT_MET,
        "GWS.GROUPS.3.1v1": NOT_MET,
        "GWS.GROUPS.4.1v1": MET,
        "CIS 3.1.6.1": MET,
        "CIS 3.1.6.2": NOT_MET,
        "CIS 3.1.6.3": NOT_MET,
        "CIS 3.1.8.1": UNKNOWN,  # CIS: on by default; nobody says that the API tells it
    }
    assert found["GWS.GROUPS.1.3v1"].why == REASONS["default-disputed"]
    assert found["GWS.GROUPS.2.1v1"].observed == (
        Observed("createGroupsAccessLevel", "USERS_IN_DOMAIN", default=True),
    )


def test_nothing_is_met_when_policies_could_not_be_read():
    results = compliance(OrgPolicy(None, why_unknown="refused"), ())
    assert {result.status for result in results} == {UNKNOWN}
    assert {result.why for result in results} == {REASONS["unread"]}


def test_lower_unit_fails_the_rule_and_inherits_the_rest():
    opened = policy({"collaborationCapability": "ANYONE_CAN_ACCESS"}, unit="orgUnits/low", order=2)
    assert failed(policy(GOOD), opened) == {"GWS.GROUPS.1.1v1", "CIS 3.1.6.1"}


def test_policies_of_one_unit_are_merged_the_highest_order_last():
    later = policy({"collaborationCapability": "ANYONE_CAN_ACCESS"}, order=2)
    assert failed(later, policy(GOOD, order=1)) == {"GWS.GROUPS.1.1v1", "CIS 3.1.6.1"}
    assert not failed(policy(GOOD, order=3), later)


def test_two_units_of_the_lowest_order_leave_the_unset_unknown():
    units = [
        policy({"createGroupsAccessLevel": "ADMIN_ONLY"}, unit="orgUnits/one"),
        policy({"ownersCanHideGroups": False}, unit="orgUnits/two"),
    ]
    result = judged(*units)["GWS.GROUPS.2.1v1"]
    assert (result.status, result.why) == (UNKNOWN, REASONS["base-unknown"])


def test_service_off_binds_no_rule_of_the_baseline_but_those_of_cis():
    off = policy({"serviceState": "DISABLED"}, STATUS)
    found = judged(policy({"collaborationCapability": "ANYONE_CAN_ACCESS"}), off)
    assert found["GWS.GROUPS.1.1v1"].status is MET
    assert found["GWS.GROUPS.1.1v1"].why == REASONS["service-off"]
    assert found["CIS 3.1.6.1"].status is NOT_MET


@pytest.mark.parametrize(
    ("raw", "status", "why"),
    [
        ([OFF], MET, ""),
        ([policy({"service_state": "DISABLED"}, EXTERNAL)], MET, ""),
        ([policy({"serviceState": "ENABLED"}, EXTERNAL)], NOT_MET, ""),
        ([OFF, policy({"serviceState": "ENABLED"}, EXTERNAL, "orgUnits/low", 2)], NOT_MET, ""),
        ([policy({"serviceState": "PAUSED"}, EXTERNAL)], UNKNOWN, "unknown-value"),
        # The state of the organisation's own groups is another service's.
        ([policy({"serviceState": "DISABLED"}, STATUS)], UNKNOWN, "not-told"),
        ([policy(GOOD)], UNKNOWN, "not-told"),
    ],
)
def test_external_groups_are_off_only_where_google_says_so(raw, status, why):
    result = judged(*raw)["CIS 3.1.8.1"]
    assert (result.status, result.why) == (status, REASONS[why] if why else "")


def test_state_of_external_groups_says_nothing_of_the_own_service():
    found = switches([OFF, policy(GOOD)])
    assert found.service_on is None
    assert judged(OFF, policy(GOOD))["GWS.GROUPS.1.1v1"].why == ""


KNOWN = {str(value).upper() for value in GOOD.values()} | {
    "ANYONE_CAN_ACCESS",
    "ANYONE_CAN_CREATE",
    "ANYONE_CAN_VIEW_TOPICS",
    "DOMAIN_USERS",
    "MANAGERS",
    "OWNERS",
    "TRUE",
    "USERS_IN_DOMAIN",
}


@given(
    field=st.sampled_from(sorted(GOOD)),
    value=st.text(max_size=30).filter(lambda text: text.upper() not in KNOWN),
)
def test_unknown_value_never_meets_a_rule(field, value):
    found = judged(policy(GOOD | {field: value}), OFF)
    hit = {result.rule for result in found.values() if result.status is not MET}
    assert hit
    assert all(found[rule].status is UNKNOWN for rule in hit)


@pytest.mark.parametrize("spelling", ["camelCase", "snake_case"])
def test_emulated_hospital_is_told_in_either_spelling(spelling):
    found = judged(*policies("public", spelling))
    assert {rule for rule, result in found.items() if result.status is NOT_MET} == set(found)


def test_existing_groups_are_counted_beside_each_rule():
    settings = [
        (("whoCanViewGroup", "ANYONE_CAN_VIEW"), ("allowExternalMembers", "true")),
        (("whoCanViewGroup", "ALL_IN_DOMAIN_CAN_VIEW"), ("allowExternalMembers", "false")),
        (("whoCanViewGroup", "SELECTED_ROLES_CAN_VIEW"), ("allowExternalMembers", "false")),
    ]
    groups = [make.assessment(exposure=make.exposure(settings=each)) for each in settings]
    found = judged(policy(GOOD), groups=[*groups, make.unreadable()])
    counted = {
        rule: (result.groups_against, result.groups_unknown) for rule, result in found.items()
    }
    assert counted["GWS.GROUPS.1.1v1"] == (1, 2)
    assert counted["GWS.GROUPS.1.2v1"] == (1, 1)
    assert counted["GWS.GROUPS.3.1v1"] == (2, 2)
    assert counted["GWS.GROUPS.2.1v1"] == (None, 0)
