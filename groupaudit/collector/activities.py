"""Activities of Google's audit log to ``GroupEvent``s, and what their words mean.

Two applications spell the same things in two ways (``admin``: CHANGE_GROUP_SETTING with
SETTING_NAME, OLD_VALUE, NEW_VALUE; ``groups``: change_acl_permission with repeated roles); see
Google's appendix (developers.google.com/workspace/admin/reports/v1/appendix/activity/groups). How a
setting and its public value are spelled inside is documented only in part: several spellings are
understood, and any other is ``UNKNOWN``, never harmless. It refuses to say who could read:
``replay`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Any

from groupaudit.collector import entries
from groupaudit.model.group import Circle, JoinRule
from groupaudit.model.timeline import GroupEvent, Step

#: Events asked for, by application.
EVENTS: dict[str, tuple[str, ...]] = {
    "admin": ("CREATE_GROUP", "DELETE_GROUP", "CHANGE_GROUP_SETTING", "CHANGE_APPLICATION_SETTING"),
    "groups": (
        "create_group",
        "delete_group",
        "change_acl_permission",
        "change_basic_setting",
        "change_new_members_restrictions_setting",
    ),
}

#: Key of what happened to the organisation's switch instead of to one group.
ORGANISATION = ""

_STEPS = {
    "CREATE_GROUP": Step.CREATED,
    "create_group": Step.CREATED,
    "DELETE_GROUP": Step.DELETED,
    "delete_group": Step.DELETED,
}
_CHANGES = frozenset(name for names in EVENTS.values() for name in names) - _STEPS.keys()

#: The switch "Accessing groups from outside", as the admin log spells it: read in ScubaGoggles'
#: rules of the time when it judged by logs (CLOSED, OPEN).
_SWITCH = "GroupsSharingSettingsProto collaboration_policy"

_SETTING = ("SETTING_NAME", "acl_permission", "basic_setting", "new_members_restrictions_setting")
_BEFORE = ("OLD_VALUE", "old_value_repeated", "old_value")
_AFTER = ("NEW_VALUE", "new_value_repeated", "new_value")


class Field(Enum):
    """Which of the things that decide about readers an event changed."""

    VIEW = auto()
    JOIN = auto()
    EXTERNAL = auto()
    SWITCH = auto()
    HARMLESS = auto()
    UNKNOWN = auto()


def events(activity: Mapping[str, Any], log: str) -> Iterator[tuple[str, GroupEvent]]:
    """The events of ``activity`` that may tell about readers, each with its group's address.

    The address is lower case, ``ORGANISATION`` for the organisation's switch. What is malformed, or
    known to be about something else, is left out.
    """
    for when, raw in entries.listed(activity):
        if (found := _event(raw, activity, log, when)) is not None:
            yield found


def field(event: GroupEvent) -> Field:
    """What ``event`` changed."""
    if event.setting == _SWITCH:
        return Field.SWITCH
    return _FIELDS.get(_folded(event.setting), Field.UNKNOWN)


def circle(value: str) -> Circle:
    """Who is meant by the value of a view setting: one word of Google's, or a list of roles."""
    found = [_CIRCLES.get(_word(word), Circle.UNKNOWN) for word in value.split(",")]
    if Circle.ANYONE in found or Circle.UNKNOWN not in found:
        return min(found, key=_WIDEST.index)
    return Circle.UNKNOWN


def join_rule(value: str) -> JoinRule:
    """How one joined by the value of a join setting."""
    words = {_word(word) for word in value.split(",")}
    if words & _REQUEST:
        return JoinRule.ON_REQUEST
    who = circle(value)
    if who is Circle.UNKNOWN:
        return JoinRule.INVITED if words <= _INVITED else JoinRule.UNKNOWN
    return {Circle.ANYONE: JoinRule.ANYONE, Circle.ORGANISATION: JoinRule.ORGANISATION}.get(
        who, JoinRule.INVITED
    )


def truth(value: str) -> bool | None:
    """Whether a value says yes (open, allowed); None when that is not known."""
    return _TRUTH.get(_word(value))


def _event(
    raw: Mapping[str, Any], activity: Mapping[str, Any], log: str, when: datetime
) -> tuple[str, GroupEvent] | None:
    name, told = entries.text(raw.get("name")), entries.parameters(raw)
    if name not in _STEPS and name not in _CHANGES:
        return None
    event = GroupEvent(
        when=when,
        what=_STEPS.get(name, Step.CHANGED),
        log=log,
        name=name,
        setting=entries.first(told, _SETTING),
        before=entries.first(told, _BEFORE),
        after=entries.first(told, _AFTER),
        unit=told.get("ORG_UNIT_NAME", ""),
        **entries.author(activity),
    )
    if name == "CHANGE_APPLICATION_SETTING":
        return (ORGANISATION, event) if event.setting == _SWITCH else None
    group = entries.first(told, ("GROUP_EMAIL", "group_email")).lower()
    if not group or (event.what is Step.CHANGED and field(event) is Field.HARMLESS):
        return None
    return group, event


def _folded(name: str) -> str:
    """The name of a setting without what its spellings differ in."""
    return re.sub(r"^(whocan|can)", "", _word(name))


def _word(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


_WIDEST = [
    Circle.ANYONE,
    Circle.UNKNOWN,
    Circle.ORGANISATION,
    Circle.MEMBERS,
    Circle.MANAGERS,
    Circle.OWNERS,
    Circle.NOBODY,
]


def _spelt(**words: str) -> dict[str, str]:
    return {word: name for name, listed in words.items() for word in listed.split()}


#: Groups Settings' own values, the roles of the groups log, and their like.
_CIRCLES = {
    word: Circle[name]
    for word, name in _spelt(
        ANYONE="anyone anyonecanview anyonecanjoin anyonecanviewtopics public everyone",
        ORGANISATION="allindomaincanview allindomaincanjoin allindomain domainusers domain",
        MEMBERS="members allmemberscanview allmembers groupmembers member",
        MANAGERS="managers allmanagerscanview allmanagers manager",
        OWNERS="owners allownerscanview allowners owner",
        NOBODY="none nobody nonecanview",
    ).items()
}
_REQUEST = frozenset({"canrequesttojoin", "request", "requesttojoin"})
_INVITED = frozenset({"invitedcanjoin", "invited", "invite"})
_TRUTH = {
    word: name == "YES"
    for word, name in _spelt(
        YES="true open anyonecanaccess allowed enabled",
        NO="false closed domainusersonly disallowed disabled",
    ).items()
}
#: Settings by folded name. HARMLESS are the other permissions of Google's appendix (groups) and the
#: other fields of Groups Settings: they say nothing about who reads.
_FIELDS = {
    word: Field[name]
    for word, name in _spelt(
        VIEW="view viewgroup viewtopics viewmessages viewposts viewconversations read",
        JOIN="join joingroup",
        EXTERNAL="allowexternalmembers externalmembers externalmembersallowed",
        HARMLESS=(
            "addmembers addreferences approvemembers approvemessages assigntopics attachfiles"
            " authoritativereply banusers changetagsandcategories contactowner deleteanypost"
            " deletetopics editforumalerts editotherspost editownpost enterfreetags"
            " havecustomphoto hideabuse invitemembers locktopics markduplicate"
            " markfavoritereplyonowntopics markfavoritereplyothers marknoresponseneeded"
            " marktopicsassticky metoo modifymembers modifyroles moveindividualmessages"
            " movetopicsin movetopicsout post postannouncements postasgroup postmoderated"
            " postrichtext replytoauthor viewmembers viewmembership discovergroup leavegroup"
            " postmessage moderatemembers moderatecontent assistcontent add invite"
            " addexternalmembers allowwebposting isarchived archiveonly messagemoderationlevel"
            " spammoderationlevel replyto customreplyto includecustomfooter customfootertext"
            " includeinglobaladdresslist enablecollaborativeinbox memberscanpostasthegroup"
            " primarylanguage name description email defaultsender"
        ),
    ).items()
}
