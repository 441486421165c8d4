"""What is weak about a group besides who reads it now: who may write, join, look at its members.

Each weakness has its own sentence and its own advice, apart from the group's severity: it makes a
leak likelier or the next one worse. Values of Google that are not known count as weak. Pure; it
refuses to look at readership, which ``exposure`` judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from groupaudit.collector.doors import Door
from groupaudit.model.group import Circle, GroupSettings, JoinRule, Membership
from groupaudit.model.timeline import Weakness


class _Kind(NamedTuple):
    """The setting behind a weakness, its effect, what to do, and the value that closes it."""

    setting: str
    effect: str
    action: str
    better: str | None = None


_CLOSE_NESTED = "Let people join these nested groups by invitation only, or remove them from here."
_CLOSE_POSTING = "If no outsider has to write to this group, let only members post."

#: Every weakness by its stable kind. The sentences are keys of the reports' translation.
KINDS: dict[str, _Kind] = {
    "anyone-posts": _Kind(
        "whoCanPostMessage",
        "Anybody may write to this group: mail that patients send falls into its archive.",
        _CLOSE_POSTING,
        "ALL_MEMBERS_CAN_POST",
    ),
    "anyone-posts-unarchived": _Kind(
        "whoCanPostMessage",
        "Anybody may write to every member of this group, also in order to deceive them.",
        _CLOSE_POSTING,
        "ALL_MEMBERS_CAN_POST",
    ),
    "anyone-posts-moderated": _Kind(
        "whoCanPostMessage",
        "Anybody may write to this group; a moderator decides what is passed on and kept.",
        "Check that somebody moderates, and deletes what patients send.",
    ),
    "posting-unknown": _Kind(
        "whoCanPostMessage",
        "This value is not known: it may let anybody write to the group.",
        "Check by hand who may post.",
    ),
    "member-list-organisation": _Kind(
        "whoCanViewMembership",
        "Every account of the organisation sees who the members are.",
        "Show the list of members to members only.",
        "ALL_MEMBERS_CAN_VIEW",
    ),
    "member-list-web": _Kind(
        "whoCanViewMembership",
        "Anyone sees who the members are.",
        "Show the list of members to members only.",
        "ALL_MEMBERS_CAN_VIEW",
    ),
    "member-list-unknown": _Kind(
        "whoCanViewMembership",
        "This value is not known: it may show the list of members to anybody.",
        "Check by hand who sees the list of members.",
    ),
    "members-approve": _Kind(
        "whoCanModerateMembers",
        "Any member can let others in, without an owner's approval.",
        "Let only owners and managers approve and add members.",
        "OWNERS_AND_MANAGERS",
    ),
    "approval-unknown": _Kind(
        "whoCanModerateMembers",
        "This value is not known: it may let anybody approve new members.",
        "Check by hand who approves new members.",
    ),
    "users-add-outsiders": _Kind(
        "whoCanAddExternalMembers",
        "People outside the organisation can be added without an administrator.",
        "Let only administrators add members from outside.",
        "ONLY_ADMINS_CAN_ADD_EXTERNAL_MEMBERS",
    ),
    "foreign-groups": _Kind(
        "members",
        "Groups of other organisations are members: who reads through them cannot be seen.",
        "Replace these groups with the people who need to read.",
    ),
    "nested-anyone-joins": _Kind(
        "members",
        "Anyone with a Google account can join a nested group without approval, and is then a "
        "member of this group.",
        _CLOSE_NESTED,
    ),
    "nested-organisation-joins": _Kind(
        "members",
        "Every account of the organisation can join a nested group without approval, and is then a "
        "member of this group.",
        _CLOSE_NESTED,
    ),
    "nested-joining-unknown": _Kind(
        "members",
        "Whether people can join a nested group without approval could not be told.",
        "Check by hand who may join the nested groups.",
    ),
    "no-owner": _Kind(
        "owners",
        "The group has no owner: nobody answers for it.",
        "Name an owner; until then an administrator of groups can act.",
    ),
    "owners-suspended": _Kind(
        "owners",
        "All owners' accounts are suspended: nobody answers for the group.",
        "Name an owner; until then an administrator of groups can act.",
    ),
}

_HOLDS_BACK = frozenset({"MODERATE_ALL_MESSAGES", "MODERATE_NON_MEMBERS"})


#: Doors of nested groups that are weak.
_DOORS = {
    Door.ANYONE: "nested-anyone-joins",
    Door.ORGANISATION: "nested-organisation-joins",
    Door.UNKNOWN: "nested-joining-unknown",
}


def weaknesses(
    settings: GroupSettings,
    membership: Membership | None,
    created_by: str | None = None,
    doors: Iterable[tuple[str, Door]] = (),
) -> tuple[Weakness, ...]:
    """The weaknesses of a group, in the order of ``KINDS``.

    ``doors`` says how one gets into its nested groups. ``created_by`` is who created it, as far as
    that is known: somebody who could tell what a group without an owner is for.
    """
    quoted = dict(settings.verbatim)
    found = [(kind, quoted.get(KINDS[kind].setting, "not set")) for kind in _settings(settings)]
    made = [_weakness(kind, value) for kind, value in found]
    if membership is not None:
        made += _of_members(membership)
        made += _of_nested(settings, tuple(doors))
        made += _of_owners(membership, created_by)
    return tuple(made)


def _settings(settings: GroupSettings) -> Iterator[str]:
    """Kinds that the settings show."""
    quoted = dict(settings.verbatim)
    if not settings.archive_only:  # which rejects new mail, whoever may post (discovery document)
        yield from _posting(settings, quoted.get("messageModerationLevel", ""))
    seen_by = {
        Circle.ANYONE: "member-list-web",
        Circle.ORGANISATION: "member-list-organisation",
        Circle.UNKNOWN: "member-list-unknown",
    }.get(settings.view_membership)
    if seen_by:
        yield seen_by
    if settings.moderate_members is Circle.MEMBERS and settings.join is not JoinRule.ANYONE:
        yield "members-approve"  # where anyone joins anyway there is nothing to approve
    elif settings.moderate_members is Circle.UNKNOWN:
        yield "approval-unknown"
    adding = quoted.get("whoCanAddExternalMembers")
    if settings.external_members_allowed and adding == "END_USERS_CAN_ADD_EXTERNAL_MEMBERS":
        yield "users-add-outsiders"


def _posting(settings: GroupSettings, moderation: str) -> Iterator[str]:
    if settings.post is Circle.UNKNOWN:
        yield "posting-unknown"
    elif settings.post is Circle.ANYONE:
        if moderation in _HOLDS_BACK:
            yield "anyone-posts-moderated"
        else:  # where it is not known whether mail is kept, it is taken to be
            yield "anyone-posts-unarchived" if settings.archived is False else "anyone-posts"


def _of_members(membership: Membership) -> Iterator[Weakness]:
    if membership.foreign_groups:
        yield _weakness("foreign-groups", ", ".join(membership.foreign_groups))


def _of_nested(settings: GroupSettings, doors: tuple[tuple[str, Door], ...]) -> Iterator[Weakness]:
    told_already = _as_open(settings)
    for door, kind in _DOORS.items():
        behind = [email for email, found in doors if found is door]
        if behind and door not in told_already:
            yield _weakness(kind, ", ".join(behind))


def _as_open(settings: GroupSettings) -> frozenset[Door]:
    """Doors of nested groups that let in nobody whom the group itself would not."""
    if settings.join is JoinRule.ANYONE and settings.external_members_allowed:
        return frozenset(Door)
    inside = settings.join in {JoinRule.ANYONE, JoinRule.ORGANISATION}
    return frozenset({Door.ORGANISATION} if inside else ())


def _of_owners(membership: Membership, created_by: str | None) -> Iterator[Weakness]:
    able = tuple(dict.fromkeys((*membership.managers, *filter(None, (created_by,)))))
    if not membership.owners:
        yield _weakness("no-owner", "0", able)
    elif membership.owners_suspended >= len(membership.owners):
        yield _weakness("owners-suspended", ", ".join(membership.owners), able)


def _weakness(kind: str, value: str, who: tuple[str, ...] = ()) -> Weakness:
    of = KINDS[kind]
    return Weakness(kind, of.setting, value, of.effect, of.action, of.better, who)
