"""The organisation's switches as Cloud Identity's Policy API returns them, un-reduced.

Setting types and fields: ScubaGoggles' test data and Google's policy page. Refuses to say what the
policies amount to: that is the reader's work.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from groupaudit.emulator.hospital.draw import token
from groupaudit.emulator.hospital.places import CUSTOMER_ID

OrgPolicy = Literal["public", "private", "absent", "per_ou"]
Spelling = Literal["camelCase", "snake_case"]
ServiceState = Literal["ENABLED", "DISABLED"]

PUBLIC, PRIVATE = "ANYONE_CAN_ACCESS", "DOMAIN_USERS_ONLY"
ROOT_UNIT = "orgUnits/03ph8a2z1root"
_CARE_UNIT = "orgUnits/03ph8a2z2soins"
_SHARING = "settings/groups_for_business.groups_sharing"
_SWITCH = "collaborationCapability"
_STATUS = "settings/groups_for_business.service_status"
_EXTERNAL_STATUS = "settings/groups.service_status"  # of groups outside the organisation

#: Everything in the sharing setting but the switch itself.
_OTHER_SWITCHES: dict[str, object] = {
    "createGroupsAccessLevel": "USERS_IN_DOMAIN",
    "ownersCanAllowExternalMembers": True,
    "ownersCanAllowIncomingMailFromPublic": True,
    "ownersCanHideGroups": True,
    "newGroupsAreHidden": False,
    "viewTopicsDefaultAccessLevel": "DOMAIN_USERS",
}


def policies(
    which: OrgPolicy, spelling: Spelling, service_state: ServiceState = "ENABLED"
) -> tuple[dict[str, Any], ...]:
    """Policy resources: the switch open, closed, never set, or set by several policies.

    ``per_ou``: two policies of the root unit that must be merged (the later one holds the switch,
    open) and one of a lower unit that closes it for the people there. ``service_state`` is that of
    Groups for Business, in the root unit.
    """
    found = [
        _policy(_STATUS, {"serviceState": service_state}),
        _policy(_EXTERNAL_STATUS, {"serviceState": "ENABLED"}),
        *_sharing(which),
    ]
    return tuple(found if spelling == "camelCase" else map(_respelt, found))


def _sharing(which: OrgPolicy) -> list[dict[str, Any]]:
    if which == "absent":
        return []
    if which == "per_ou":
        return [
            _policy(_SHARING, dict(_OTHER_SWITCHES), kind="SYSTEM"),
            _policy(_SHARING, {_SWITCH: PUBLIC}, order=2),
            _policy(_SHARING, {_SWITCH: PRIVATE}, order=3, unit=_CARE_UNIT),
        ]
    return [
        _policy(_SHARING, {_SWITCH: PUBLIC if which == "public" else PRIVATE} | _OTHER_SWITCHES)
    ]


def _policy(
    setting: str,
    value: dict[str, object],
    *,
    order: int = 1,
    unit: str = ROOT_UNIT,
    kind: str = "ADMIN",
) -> dict[str, Any]:
    members = f"org_unit.org_unit_id == orgUnitId('{unit}')"
    return {
        "name": f"policies/{token(20, setting, unit, order)}",
        "customer": f"customers/{CUSTOMER_ID}",
        "policyQuery": {
            "query": f"entity.org_units.exists(org_unit, {members})",
            "orgUnit": unit,
            "sortOrder": order,
        },
        "setting": {"type": setting, "value": value},
        "type": kind,
    }


def _respelt(policy: dict[str, Any]) -> dict[str, Any]:
    """The same policy with the fields of its value in snake_case, as Google also sends them."""
    value = {_snake(name): item for name, item in policy["setting"]["value"].items()}
    return {**policy, "setting": {**policy["setting"], "value": value}}


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
