"""Google's JSON to our values: the only module of the collector that knows Google's spelling.

A field that an answer must have and lacks is a BadAnswer; a value that we do not know becomes
``UNKNOWN`` or None and is never taken for a harmless one. It refuses to interpret what it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from groupaudit.errors import BadAnswer
from groupaudit.model.group import (
    Circle,
    Group,
    GroupSettings,
    JoinRule,
    Member,
    MemberKind,
    OrgPolicy,
    Role,
    UnitPolicy,
)

T = TypeVar("T")

#: A verbatim value is quoted up to so many characters.
LONGEST_VALUE = 300
#: A name or description longer than Google allows (300 and 4,096) is cut.
LONGEST_TEXT = 4096


class Setting(StrEnum):
    """Names under which reasons quote what mattered: Google's own, ``MEMBERS`` excepted."""

    VIEW = "whoCanViewGroup"
    JOIN = "whoCanJoin"
    EXTERNAL = "allowExternalMembers"
    ARCHIVED = "isArchived"
    ARCHIVE_ONLY = "archiveOnly"
    CUSTOM_ROLES = "customRolesEnabledForSettingsToBeMerged"
    SWITCH = "collaborationCapability"
    SERVICE = "serviceState"
    MEMBERS = "members"


#: The settings that a report quotes: those of the reference page that decide about access.
JUDGED = frozenset(
    {
        "whoCanViewGroup",
        "whoCanViewMembership",
        "whoCanDiscoverGroup",
        "whoCanJoin",
        "whoCanPostMessage",
        "allowExternalMembers",
        "whoCanAddExternalMembers",
        "whoCanModerateMembers",
        "whoCanModerateContent",
        "whoCanContactOwner",
        "whoCanLeaveGroup",
        "allowWebPosting",
        "isArchived",
        "archiveOnly",
        "messageModerationLevel",
        "spamModerationLevel",
        "includeInGlobalAddressList",
        "enableCollaborativeInbox",
        "customRolesEnabledForSettingsToBeMerged",
    }
)

_PREFIXES = {
    "ANYONE": Circle.ANYONE,
    "ALL_IN_DOMAIN": Circle.ORGANISATION,
    "ALL_MEMBERS": Circle.MEMBERS,
    "ALL_MANAGERS": Circle.MANAGERS,
    "ALL_OWNERS": Circle.OWNERS,
    "NONE": Circle.NOBODY,
}


def _circles(suffix: str) -> dict[str, Circle]:
    return {f"{prefix}_{suffix}": circle for prefix, circle in _PREFIXES.items()}


# NONE exists for posting only; elsewhere it would be a value that we do not know.
_VIEW = {k: v for k, v in _circles("CAN_VIEW").items() if v is not Circle.NOBODY}
_POST = _circles("CAN_POST")
_DISCOVER = {k: v for k, v in _circles("CAN_DISCOVER").items() if v is not Circle.NOBODY}
_JOIN = {
    "ANYONE_CAN_JOIN": JoinRule.ANYONE,
    "ALL_IN_DOMAIN_CAN_JOIN": JoinRule.ORGANISATION,
    "CAN_REQUEST_TO_JOIN": JoinRule.ON_REQUEST,
    "INVITED_CAN_JOIN": JoinRule.INVITED,
}
_MODERATE = {
    "ALL_MEMBERS": Circle.MEMBERS,
    "OWNERS_AND_MANAGERS": Circle.MANAGERS,
    "OWNERS_ONLY": Circle.OWNERS,
    "NONE": Circle.NOBODY,
}
_ROLES = {"OWNER": Role.OWNER, "MANAGER": Role.MANAGER, "MEMBER": Role.MEMBER}
_KINDS = {
    "USER": MemberKind.USER,
    "EXTERNAL": MemberKind.USER,
    "GROUP": MemberKind.GROUP,
    "CUSTOMER": MemberKind.ALL_USERS,
}
#: Ids of customers begin with C; those of users and groups are digits.
_CUSTOMER_ID = re.compile(r"C[0-9a-z]{2,31}")
_DELIVERY = {"ALL_MAIL": True, "DAILY": True, "DIGEST": True, "NONE": False, "DISABLED": False}

_SHARING = "groups_for_business.groups_sharing"
_STATUS = "groups_for_business.service_status"
#: The service "Google Groups" for groups outside the organisation: type as read in Prowler.
_EXTERNAL = "groups.service_status"
_OPEN = {"ANYONE_CAN_ACCESS": True, "DOMAIN_USERS_ONLY": False}
_SERVICE = {"ENABLED": True, "DISABLED": False}


def group(raw: Mapping[str, Any]) -> Group:
    """A group of ``groups.list``. Raises BadAnswer when it has no address."""
    aliases = [*_strings(raw.get("aliases")), *_strings(raw.get("nonEditableAliases"))]
    return Group(
        email=_required(raw, "email").lower(),
        name=_text(raw, "name"),
        id=_text(raw, "id"),
        description=_text(raw, "description"),
        aliases=tuple(sorted({alias.lower() for alias in aliases})),
        direct_members=_count(raw.get("directMembersCount")),
    )


def settings(raw: Mapping[str, Any]) -> GroupSettings:
    """The answer of ``groupssettings.get``. Raises BadAnswer when it does not say who may read."""
    _required(raw, Setting.VIEW)
    return GroupSettings(
        view=_known(_VIEW, raw.get(Setting.VIEW), Circle.UNKNOWN),
        join=_known(_JOIN, raw.get(Setting.JOIN), JoinRule.UNKNOWN),
        post=_known(_POST, raw.get("whoCanPostMessage"), Circle.UNKNOWN),
        view_membership=_known(_VIEW, raw.get("whoCanViewMembership"), Circle.UNKNOWN),
        discover=_known(_DISCOVER, raw.get("whoCanDiscoverGroup"), Circle.UNKNOWN),
        moderate_members=_known(_MODERATE, raw.get("whoCanModerateMembers"), Circle.UNKNOWN),
        external_members_allowed=_boolean(raw.get(Setting.EXTERNAL)),
        archived=_boolean(raw.get(Setting.ARCHIVED)),
        archive_only=_boolean(raw.get(Setting.ARCHIVE_ONLY)),
        custom_roles=_boolean(raw.get(Setting.CUSTOM_ROLES)),
        verbatim=tuple(sorted((str(name), _quoted(value)) for name, value in raw.items())),
    )


def judged(found: GroupSettings) -> tuple[tuple[str, str], ...]:
    """The settings that a report quotes, sorted by name."""
    return tuple(pair for pair in found.verbatim if pair[0] in JUDGED)


def member(raw: Mapping[str, Any]) -> Member:
    """A member of ``members.list`` or ``members.get``.

    "All users of the domain" comes without an address, in some APIs also without a type: then only
    its id, the customer's, tells it. Raises BadAnswer for a role that we do not know: no guess
    would be safe.
    """
    role = _ROLES.get(_required(raw, "role").upper())
    if role is None:
        raise BadAnswer("Google states a member's role that is not known here: update groupaudit.")
    email = _text(raw, "email").lower()
    guess = "USER" if email else "CUSTOMER" if _CUSTOMER_ID.fullmatch(_text(raw, "id")) else ""
    kind = _KINDS.get(_text(raw, "type").upper() or guess, MemberKind.OTHER)
    return Member(
        email=email,
        kind=kind,
        role=role,
        suspended=_text(raw, "status").upper() == "SUSPENDED",
        gets_mail=_DELIVERY.get(_text(raw, "delivery_settings").upper()),
    )


def domains(listed: Iterable[Mapping[str, Any]], aliases: Iterable[Mapping[str, Any]]) -> set[str]:
    """Domains and domain aliases that the organisation has proved to own."""
    found: set[str] = set()
    also: list[Mapping[str, Any]] = list(aliases)
    for entry in listed:
        also.extend(_dicts(entry.get("domainAliases")))
        found.update(_owned(entry, "domainName"))
    for entry in also:
        found.update(_owned(entry, "domainAliasName"))
    return found


def org_policy(policies: Iterable[Mapping[str, Any]]) -> OrgPolicy:
    """The organisation's switches from every policy that the Policy API returned.

    The API returns what was set, not what holds. For each target (organisational unit, group) the
    fields of its policies are merged, the highest ``sortOrder`` last (as ScubaGoggles does). Which
    unit's value counts for a group is not documented, so the widest of all targets is taken. A
    setting that nobody set has Google's default: closed to the outside.
    """
    policies = tuple(policies)
    sharing = tuple(_merged(policies, _SHARING).values())
    status = tuple(_merged(policies, _STATUS).values())
    switch = [fields["collaborationcapability"] for fields in sharing if _SWITCH_KEY in fields]
    service = [fields["servicestate"] for fields in status if "servicestate" in fields]
    is_open = _widest([_OPEN.get(value) for value in switch], default=False)
    return OrgPolicy(
        open_to_internet=is_open,
        service_on=_widest([_SERVICE.get(value) for value in service], default=None),
        verbatim=tuple(
            (str(name), ", ".join(sorted(set(values))))
            for name, values in ((Setting.SERVICE, service), (Setting.SWITCH, switch))
            if values
        ),
        why_unknown="" if is_open is not None else "the policy has a value not known here",
        units=_units(policies),
    )


_SWITCH_KEY = "collaborationcapability"
_Target = tuple[str, str]


def _merged(policies: Iterable[Mapping[str, Any]], *kinds: str) -> dict[_Target, dict[str, str]]:
    """For each target, the values of the policies of the ``kinds`` laid over each other."""
    targets: dict[_Target, dict[str, str]] = {}
    wanted = {_plain(kind) for kind in kinds}
    for policy in sorted(policies, key=_precedence):
        setting = _mapping(policy.get("setting"))
        kind = _plain(_text(setting, "type").removeprefix("settings/"))
        if kind in wanted:
            # Two services have a state: that of external groups keeps its service's name.
            prefix = "groups." if kind == _plain(_EXTERNAL) else ""
            fields = _fields(_mapping(setting.get("value"))).items()
            targets.setdefault(_target(policy), {}).update({f"{prefix}{n}": v for n, v in fields})
    return targets


def _units(policies: tuple[Mapping[str, Any], ...]) -> tuple[UnitPolicy, ...]:
    """What each target has set. The highest ``sortOrder`` wins, so the base has the lowest.

    Two units with the lowest leave the base open: then none is marked.
    """
    orders = [(_sort_order(policy), _target(policy)) for policy in policies]
    lowest = min((order for order, _ in orders), default=0.0)
    first = {target for order, target in orders if order == lowest}
    return tuple(
        UnitPolicy(base=first == {target}, values=tuple(sorted(values.items())))
        for target, values in _merged(policies, _SHARING, _STATUS, _EXTERNAL).items()
    )


def _target(policy: Mapping[str, Any]) -> _Target:
    """Unit and group that a policy is for; where neither is told, the query that selects them."""
    query = _mapping(policy.get("policyQuery"))
    named = (_text(query, "orgUnit"), _text(query, "group"))
    return named if any(named) else (_text(query, "query"), "")


def _precedence(policy: Mapping[str, Any]) -> tuple[float, bool]:
    """What somebody set comes after Google's own value of the same ``sortOrder``."""
    return (_sort_order(policy), policy.get("type") != "SYSTEM")


def _sort_order(policy: Mapping[str, Any]) -> float:
    order = _mapping(policy.get("policyQuery")).get("sortOrder", 0)
    try:
        return float(order)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _fields(value: Mapping[str, Any]) -> dict[str, str]:
    """Fields under their name in one spelling: Google mixes camelCase and snake_case here."""
    return {_plain(name): _quoted(item) for name, item in value.items()}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _widest(values: list[bool | None], *, default: bool | None) -> bool | None:
    """True if any is, else None if any is unknown, else False; ``default`` for none at all."""
    if not values:
        return default
    return True if True in values else None if None in values else False


def _owned(entry: Mapping[str, Any], key: str) -> set[str]:
    name = _text(entry, key).lower()
    return {name} if name and _boolean(entry.get("verified")) is not False else set()


def _known(table: Mapping[str, T], value: Any, unknown: T) -> T:
    return table.get(value, unknown) if isinstance(value, str) else unknown


def _boolean(value: Any) -> bool | None:
    """Groups Settings spells booleans as strings, the Directory does not."""
    return {"true": True, "false": False}.get(str(value).lower())


def _count(value: Any) -> int | None:
    """``directMembersCount`` is a string of digits."""
    text = str(value) if isinstance(value, int | str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _required(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise BadAnswer(f"Google's answer lacks {str(key)!r}: try again later, or report this.")
    return value


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _quoted(value: Any) -> str:
    """``value`` as Google spells it: a boolean in lower case, whether it came as text or not."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text[:LONGEST_VALUE]
