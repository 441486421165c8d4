"""Who can read a group: pure rules over settings, the organisation's switches and members.

Each rule is a row of the contract's table of readership with the decisions taken there. The rules
work on known facts only; a fact that is not known is judged at its tightest and at its loosest, and
where the two differ the answer is "unknown". Loosening a setting never narrows the result. It
refuses to call anybody and to look at posts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from groupaudit.collector.effects import EFFECTS
from groupaudit.collector.parse import Setting, judged
from groupaudit.model.group import (
    BREADTH,
    EXPOSED,
    Audience,
    Certainty,
    Circle,
    Exposure,
    GroupSettings,
    JoinRule,
    Membership,
    OrgPolicy,
    Reason,
    Role,
)

#: View settings from the tightest; ``NOBODY`` and ``UNKNOWN`` are no known view setting.
_VIEWS = (Circle.OWNERS, Circle.MANAGERS, Circle.MEMBERS, Circle.ORGANISATION, Circle.ANYONE)

_READERS = {
    Circle.OWNERS: frozenset({Role.OWNER}),
    Circle.MANAGERS: frozenset({Role.OWNER, Role.MANAGER}),
}
_INSIDERS = {Circle.OWNERS: Audience.OWNERS, Circle.MANAGERS: Audience.MANAGERS}

_VIEW_EFFECTS = {
    Circle.ORGANISATION: "view-organisation",
    Circle.MEMBERS: "view-members",
    Circle.MANAGERS: "view-managers",
    Circle.OWNERS: "view-owners",
}

_VIEW_ANYONE_EFFECTS = {
    True: "view-anyone-open",
    False: "view-anyone-closed",
    None: "view-anyone-switch-unknown",
}
_SWITCH_EFFECTS = {True: "switch-open", False: "switch-closed", None: "switch-unknown"}


def readership(
    settings: GroupSettings,
    policy: OrgPolicy,
    membership: Membership | None,
    *,
    unlisted: bool = False,
) -> Exposure:
    """Who can read, with reasons. Total: answers for every combination, ``UNKNOWN`` included.

    An unreadable organisation's switch is taken as open (the widest that it may be) and
    ``certainty`` says so. ``membership`` None: readership rests on settings alone; with
    ``unlisted`` it was asked for in vain, and that all members are inside is then no fact.
    """
    is_open = policy.open_to_internet is not False
    doubtful = unlisted or _some_unread(settings, membership)
    audiences = _judged(settings, membership, is_open=is_open, doubtful=doubtful)
    opened = _judged(settings, membership, is_open=True, doubtful=doubtful)
    unsure = policy.open_to_internet is None
    return Exposure(
        readership=audiences[0],
        audiences=audiences,
        certainty=Certainty.ORG_POLICY_UNKNOWN if unsure else Certainty.SETTINGS,
        latent=opened[0] if opened[0] is not audiences[0] else None,
        reasons=tuple(_reasons(settings, policy, membership)),
        settings=judged(settings),
        owners=membership.owners if membership else (),
        members_total=membership.total if membership else None,
        members_external=membership.external if membership else None,
        members_consumer_mail=membership.consumer_mail if membership else None,
        consumer_groups=membership.consumer_groups if membership else (),
        all_users=_all_users(membership),
    )


def audience(
    settings: GroupSettings,
    policy: OrgPolicy,
    membership: Membership | None,
    *,
    unlisted: bool = False,
) -> Audience:
    """The widest audience, as ``readership`` tells it."""
    is_open = policy.open_to_internet is not False
    doubtful = unlisted or _some_unread(settings, membership)
    return _judged(settings, membership, is_open=is_open, doubtful=doubtful)[0]


def reading_roles(view: Circle) -> frozenset[Role]:
    """Roles of members who may read; for an unknown setting, every role that it may cover."""
    return _READERS.get(view, frozenset(Role))


def certain_roles(view: Circle) -> frozenset[Role]:
    """Roles of members who read for certain; for an unknown setting, those of its tightest."""
    return reading_roles(view if view in _VIEWS else _VIEWS[0])


def _judged(
    settings: GroupSettings, membership: Membership | None, *, is_open: bool, doubtful: bool
) -> tuple[Audience, ...]:
    """Audiences, widest first; led by ``UNKNOWN`` when an unknown value may make it wider.

    ``doubtful``: there may be members from outside, so that "members, all inside" is not known.
    """
    certain = _audiences(_tightest(settings), membership, is_open=is_open)
    possible = _audiences(_loosest(settings), membership, is_open=is_open)
    supported = not doubtful or certain[0] in EXPOSED
    if certain[0] is possible[0] and supported:
        return certain
    proven = (each for each in certain if each in EXPOSED)
    return (Audience.UNKNOWN, *proven)


def _audiences(
    settings: GroupSettings, membership: Membership | None, *, is_open: bool
) -> tuple[Audience, ...]:
    """Every audience that reads, widest first. All settings are known here."""
    claims = {
        Audience.ANYONE_ON_WEB: settings.view is Circle.ANYONE and is_open,
        Audience.ANYONE_WHO_JOINS: is_open and _outsiders_join(settings),
        Audience.EXTERNAL_MEMBERS: _outsiders_read(settings, membership, is_open=is_open),
        Audience.WHOLE_ORGANISATION: _everybody_inside_reads(settings, membership),
        _INSIDERS.get(settings.view, Audience.MEMBERS): True,
    }
    return tuple(sorted((each for each, holds in claims.items() if holds), key=BREADTH.__getitem__))


def _some_unread(settings: GroupSettings, membership: Membership | None) -> bool:
    """Whether members that could not be followed have a role that reads."""
    return bool(membership and membership.unread_roles & reading_roles(settings.view))


def _all_users(membership: Membership | None) -> bool | None:
    """Whether "all users" are a member; a nested group that was not listed may hold them."""
    if membership is None:
        return None
    if membership.all_users_role is not None:
        return True
    return None if membership.unread else False


def _members_read(settings: GroupSettings) -> bool:
    return Role.MEMBER in reading_roles(settings.view)


def _outsiders_join(settings: GroupSettings) -> bool:
    """Anyone joins without approval, outsiders are allowed, and plain members read."""
    return (
        settings.join is JoinRule.ANYONE
        and settings.external_members_allowed is True
        and _members_read(settings)
    )


def _outsiders_read(
    settings: GroupSettings, membership: Membership | None, *, is_open: bool
) -> bool:
    """A member from outside has a role that reads; with the switch closed, only who gets mail."""
    if membership is None:
        return False
    counted = membership.external_by_role if is_open else membership.external_mail_by_role
    return any(count and role in reading_roles(settings.view) for role, count in counted)


def _everybody_inside_reads(settings: GroupSettings, membership: Membership | None) -> bool:
    if settings.view in {Circle.ANYONE, Circle.ORGANISATION}:
        return True
    if _members_read(settings) and settings.join in {JoinRule.ANYONE, JoinRule.ORGANISATION}:
        return True
    role = membership.all_users_role if membership else None
    return role is not None and role in reading_roles(settings.view)


def _tightest(settings: GroupSettings) -> GroupSettings:
    """``settings`` with every unknown value at its most closed."""
    return replace(
        settings,
        view=settings.view if settings.view in _VIEWS else Circle.OWNERS,
        join=JoinRule.INVITED if settings.join is JoinRule.UNKNOWN else settings.join,
        external_members_allowed=bool(settings.external_members_allowed),
    )


def _loosest(settings: GroupSettings) -> GroupSettings:
    """``settings`` with every unknown value at its most open."""
    return replace(
        settings,
        view=settings.view if settings.view in _VIEWS else Circle.ANYONE,
        join=JoinRule.ANYONE if settings.join is JoinRule.UNKNOWN else settings.join,
        external_members_allowed=settings.external_members_allowed is not False,
    )


def _reasons(
    settings: GroupSettings, policy: OrgPolicy, membership: Membership | None
) -> Iterator[Reason]:
    """Each setting that mattered, in the order in which a reader asks."""
    quoted = dict(settings.verbatim) | dict(policy.verbatim)

    def reason(setting: Setting, effect: str, value: str | None = None) -> Reason:
        stated = quoted.get(setting, "not set") if value is None else value
        return Reason(str(setting), stated, EFFECTS[effect])

    yield reason(Setting.VIEW, _view_effect(settings, policy))
    if (effect := _join_effect(settings, policy)) is not None:
        yield reason(Setting.JOIN, effect)
    if (effect := _external_effect(settings, membership)) is not None:
        yield reason(Setting.EXTERNAL, effect)
    for effect, counted in _member_effects(settings, policy, membership):
        yield reason(Setting.MEMBERS, effect, counted)
    if _switch_matters(settings, membership):
        value = "unreadable" if policy.open_to_internet is None else None
        yield reason(Setting.SWITCH, _SWITCH_EFFECTS[policy.open_to_internet], value)
    if policy.service_on is False:
        yield reason(Setting.SERVICE, "service-off")
    if settings.archive_only:
        yield reason(Setting.ARCHIVE_ONLY, "archive-only")
    elif settings.archived is False:
        yield reason(Setting.ARCHIVED, "archive-off")
    if settings.custom_roles:
        yield reason(Setting.CUSTOM_ROLES, "custom-roles")


def _view_effect(settings: GroupSettings, policy: OrgPolicy) -> str:
    if settings.view is Circle.ANYONE:
        return _VIEW_ANYONE_EFFECTS[policy.open_to_internet]
    return _VIEW_EFFECTS.get(settings.view, "view-unknown")


def _join_effect(settings: GroupSettings, policy: OrgPolicy) -> str | None:
    """What joining does; None when it changes nothing (by invitation, or members do not read)."""
    if settings.join is JoinRule.INVITED or not _members_read(settings):
        return None
    if settings.join is not JoinRule.ANYONE:
        return {
            JoinRule.ORGANISATION: "join-organisation",
            JoinRule.ON_REQUEST: "join-request",
        }.get(settings.join, "join-unknown")
    if settings.external_members_allowed is False or policy.open_to_internet is False:
        return "join-anyone-inside"
    return "join-anyone" if policy.open_to_internet else "join-anyone-switch-unknown"


def _external_effect(settings: GroupSettings, membership: Membership | None) -> str | None:
    """What allowing outsiders does; None when no outsider is a member or can become one."""
    if settings.external_members_allowed is False:
        return "external-left" if membership and membership.external else None
    joins = settings.join in {JoinRule.ANYONE, JoinRule.UNKNOWN} and _members_read(settings)
    if not joins and not (membership and membership.external):
        return None
    return "external-allowed" if settings.external_members_allowed else "external-unknown"


def _member_effects(
    settings: GroupSettings, policy: OrgPolicy, membership: Membership | None
) -> Iterator[tuple[str, str]]:
    """Effects of the members with how many there are of them."""
    if membership is None:
        yield "members-unknown", "not listed"
        return
    readers = reading_roles(settings.view)
    outside = sum(count for role, count in membership.external_by_role if role in readers)
    mailed = sum(count for role, count in membership.external_mail_by_role if role in readers)
    if outside and policy.open_to_internet is not False:
        yield "members-external", str(outside)
    elif mailed:
        yield "members-external-mail", str(mailed)
    elif outside:
        yield "members-external-blocked", str(outside)
    if membership.all_users_role in readers:
        yield "members-all-users", "all users"
    if membership.unread:
        yield "members-nested-unread", str(len(membership.unread))


def _switch_matters(settings: GroupSettings, membership: Membership | None) -> bool:
    """Whether the organisation's switch could change who reads."""
    known = (_loosest(settings), _tightest(settings))
    return any(
        _audiences(each, membership, is_open=True) != _audiences(each, membership, is_open=False)
        for each in known
    )
