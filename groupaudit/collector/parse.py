"""Google's JSON about groups, settings, members and domains to our values.

``switches`` does so for the organisation's policies, ``entries`` for the audit log. A field that an
answer must have and lacks is a BadAnswer; a value that we do not know becomes ``UNKNOWN`` or None
and is never taken for a harmless one. It refuses to interpret what it reads.
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
    Role,
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


def group(raw: Mapping[str, Any]) -> Group:
    """A group of ``groups.list``. Raises BadAnswer when it has no address."""
    aliases = [*_strings(raw.get("aliases")), *_strings(raw.get("nonEditableAliases"))]
    return Group(
        email=_required(raw, "email").lower(),
        name=text(raw, "name"),
        id=text(raw, "id"),
        description=text(raw, "description"),
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
        verbatim=tuple(sorted((str(name), quoted(value)) for name, value in raw.items())),
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
    email = text(raw, "email").lower()
    guess = "USER" if email else "CUSTOMER" if _CUSTOMER_ID.fullmatch(text(raw, "id")) else ""
    kind = _KINDS.get(text(raw, "type").upper() or guess, MemberKind.OTHER)
    return Member(
        email=email,
        kind=kind,
        role=role,
        suspended=text(raw, "status").upper() == "SUSPENDED",
        gets_mail=_DELIVERY.get(text(raw, "delivery_settings").upper()),
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


def text(raw: Mapping[str, Any], key: str) -> str:
    """The text under ``key``, cut to ``LONGEST_TEXT``; empty where there is none."""
    value = raw.get(key)
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def mapping(value: Any) -> Mapping[str, Any]:
    """``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def quoted(value: Any) -> str:
    """``value`` as Google spells it: a boolean in lower case, whether it came as text or not."""
    told = str(value).lower() if isinstance(value, bool) else str(value)
    return told[:LONGEST_VALUE]


def _owned(entry: Mapping[str, Any], key: str) -> set[str]:
    name = text(entry, key).lower()
    return {name} if name and _boolean(entry.get("verified")) is not False else set()


def _known(table: Mapping[str, T], value: Any, unknown: T) -> T:
    return table.get(value, unknown) if isinstance(value, str) else unknown


def _boolean(value: Any) -> bool | None:
    """Groups Settings spells booleans as strings, the Directory does not."""
    return {"true": True, "false": False}.get(str(value).lower())


def _count(value: Any) -> int | None:
    """``directMembersCount`` is a string of digits."""
    digits = str(value) if isinstance(value, int | str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _required(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise BadAnswer(f"Google's answer lacks {str(key)!r}: try again later, or report this.")
    return value


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
