"""The organisation's switches from its policies: set, unset, contradicting, unknown."""

import pytest

from groupaudit.collector.switches import switches


def policy(value, *, unit="orgUnits/a", order=1.0, kind="groups_sharing", group=""):
    return {
        "policyQuery": {"orgUnit": unit, "sortOrder": order, "group": group},
        "setting": {"type": f"settings/groups_for_business.{kind}", "value": value},
    }


PUBLIC = {"collaborationCapability": "ANYONE_CAN_ACCESS"}
PRIVATE = {"collaborationCapability": "DOMAIN_USERS_ONLY"}


@pytest.mark.parametrize(
    ("policies", "is_open"),
    [
        ([], False),  # nobody set it: Google's default
        ([policy(PUBLIC)], True),
        ([policy(PRIVATE)], False),
        ([policy({"collaboration_capability": "ANYONE_CAN_ACCESS"})], True),
        ([policy({"collaborationCapability": "SOMETHING_NEW"})], None),
        ([policy({"ownersCanHideGroups": True})], False),
        # One target: the highest sortOrder wins, fields of both are merged.
        ([policy(PUBLIC, order=1), policy(PRIVATE, order=2)], False),
        ([policy(PRIVATE, order=2), policy(PUBLIC, order=1)], False),
        ([policy(PUBLIC, order=1), policy({"newGroupsAreHidden": True}, order=2)], True),
        ([policy(PRIVATE, order="10"), policy(PUBLIC, order="9")], False),
        (
            # Spelled in two ways, it is one field still.
            [
                policy({"collaboration_capability": "DOMAIN_USERS_ONLY"}, order=1),
                policy({"collaborationCapability": "DOMAIN_USERS_ONLY"}, order=2),
                policy({"collaboration_capability": "ANYONE_CAN_ACCESS"}, order=3),
            ],
            True,
        ),
        # Several targets: the widest, since it is not documented whose counts.
        ([policy(PRIVATE), policy(PUBLIC, unit="orgUnits/b")], True),
        ([policy(PRIVATE), policy({"collaborationCapability": "?"}, unit="orgUnits/b")], None),
        ([policy(PUBLIC, kind="service_status")], False),
        ([{"setting": None}, {"policyQuery": [], "setting": {"type": 3}}], False),
    ],
)
def test_groups_are_open_to_the_internet_when(policies, is_open):
    assert switches(policies).open_to_internet is is_open


@pytest.mark.parametrize(
    ("values", "on"),
    [
        ([], None),
        (["DISABLED"], False),
        (["ENABLED"], True),
        (["DISABLED", "ENABLED"], True),
        (["DISABLED", "ODD"], None),
    ],
)
def test_service_is_on_when(values, on):
    policies = [
        policy({"serviceState": value}, kind="service_status", unit=f"orgUnits/{place}")
        for place, value in enumerate(values)
    ]
    assert switches(policies).service_on is on
