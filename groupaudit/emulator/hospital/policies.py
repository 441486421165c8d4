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

PUBLIC, PRIVATE = "ANYONE_CAN_ACCESS", "DOMAIN_USERS_ONLY"
ROOT_UNIT = "orgUnits/03ph8a2z1root"
_CARE_UNIT = "orgUnits/03ph8a2z2soins"
_SHARING = "settings/groups_for_business.groups_sharing"
_STATUS = "settings/groups_for_business.service_status"

#: Everything in the sharing setting but the switch itself.
_OTHER_SWITCHES: dict[str, object] = {
    "createGroupsAccessLevel": "USERS_IN_DOMAIN",
    "ownersCanAllowExternalMembers": True,
    "ownersCanAllowIncomingMailFromPublic": True,
    "ownersCanHideGroups": True,
    "newGroupsAreHidden": False,
    "viewTopicsDefaultAccessLevel": "DOMAIN_USERS",
}


def policies(which: OrgPolicy, spelling: Spelling) -> tuple[dict[str, Any], ...]:
    """Policy resources: the switch open, closed, never set, or set by several policies.

    ``per_ou``: two policies of the root unit that must be merged (the later one holds the switch,
    open) and one of a lower unit that closes it for the people there.
    """
    status = _policy(_STATUS, {"serviceState": "ENABLED"}, spelling)
    if which == "absent":
        return (status,)
    if which == "per_ou":
        return (
            status,
            _policy(_SHARING, dict(_OTHER_SWITCHES), spelling, order=1, kind="SYSTEM"),
            _policy(_SHARING, {"collaborationCapability": PUBLIC}, spelling, order=2),
            _policy(
                _SHARING, {"collaborationCapability": PRIVATE}, spelling, order=3, unit=_CARE_UNIT
            ),
        )
    switch = PUBLIC if which == "public" else PRIVATE
    return (
        status,
        _policy(_SHARING, {"collaborationCapability": switch, **_OTHER_SWITCHES}, spelling),
    )


def _policy(
    setting: str,
    value: dict[str, object],
    spelling: Spelling,
    *,
    order: int = 1,
    unit: str = ROOT_UNIT,
    kind: str = "ADMIN",
) -> dict[str, Any]:
    spelt = {_snake(key): item for key, item in value.items()}
    return {
        "name": f"policies/{token(20, setting, unit, order)}",
        "customer": f"customers/{CUSTOMER_ID}",
        "policyQuery": {
            "query": f"entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('{unit}'))",
            "orgUnit": unit,
            "sortOrder": order,
        },
        "setting": {"type": setting, "value": value if spelling == "camelCase" else spelt},
        "type": kind,
    }


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
