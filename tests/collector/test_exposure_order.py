"""Loosening any one setting never narrows who reads: each of Google's settings, in its own order.

Ordered are the settings of the group, the organisation's switches, and what makes a member read:
role, delivery, suspension. Values are Google's, tightest first; where nobody knows what the others
are, what is known to read must stay so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.collector import parse
from groupaudit.collector.exposure import readership
from groupaudit.collector.membership import membership
from groupaudit.collector.switches import switches
from groupaudit.errors import AccessDenied
from groupaudit.model.group import BREADTH, EXPOSED, Audience, OrgPolicy

D, OUT = "@inside.example", "@outside.example"
TOP, NESTED, HIDDEN = f"top{D}", f"nested{D}", f"hidden{D}"


def _who(suffix, *prefixes):
    return tuple(f"{prefix}_{suffix}" for prefix in prefixes)


CIRCLES = ("ALL_OWNERS", "ALL_MANAGERS", "ALL_MEMBERS", "ALL_IN_DOMAIN", "ANYONE")

#: Every setting that has an order; a value that Google does not document stands for any.
SETTINGS = {
    "whoCanViewGroup": _who("CAN_VIEW", *CIRCLES),
    "whoCanJoin": ("INVITED_CAN_JOIN", "CAN_REQUEST_TO_JOIN", *_who("CAN_JOIN", *CIRCLES[3:])),
    "allowExternalMembers": ("false", "true"),
    "whoCanViewMembership": _who("CAN_VIEW", *CIRCLES),
    "whoCanDiscoverGroup": _who("CAN_DISCOVER", *CIRCLES[2:]),
    "whoCanPostMessage": _who("CAN_POST", "NONE", *CIRCLES),
    "whoCanModerateMembers": ("NONE", "OWNERS_ONLY", "OWNERS_AND_MANAGERS", "ALL_MEMBERS"),
    "whoCanAddExternalMembers": _who("CAN_ADD_EXTERNAL_MEMBERS", "ONLY_ADMINS", "END_USERS"),
    "isArchived": ("false", "true"),
    "archiveOnly": ("true", "false"),
    "includeInGlobalAddressList": ("false", "true"),
    "customRolesEnabledForSettingsToBeMerged": ("false", "true"),
}
ORGANISATION = {
    "collaborationCapability": ("DOMAIN_USERS_ONLY", "ANYONE_CAN_ACCESS"),
    "lower unit": ("DOMAIN_USERS_ONLY", "ANYONE_CAN_ACCESS"),
    "serviceState": ("DISABLED", "ENABLED"),
}
POLICIES = ("groups_sharing", "service_status")
#: Of one member; CUSTOMER is "all users of the organisation".
MEMBER = {
    "role": ("MEMBER", "MANAGER", "OWNER"),
    "status": ("SUSPENDED", "ACTIVE"),
    "delivery_settings": ("NONE", "DIGEST", "ALL_MAIL"),
}
WHO = {
    "insider": {"email": f"a{D}", "type": "USER"},
    "outsider": {"email": f"x{OUT}", "type": "USER"},
    "foreign group": {"email": f"group{OUT}", "type": "GROUP"},
    "all users": {"id": "C0abc", "type": "CUSTOMER"},
    "nested": {"email": NESTED, "type": "GROUP"},
    "unlistable": {"email": HIDDEN, "type": "GROUP"},
}
IN_NESTED = (
    {"email": f"y{OUT}", "type": "USER", "role": "MEMBER"},
    {"email": TOP, "type": "GROUP", "role": "OWNER"},
)


@dataclass(frozen=True)
class Case:
    """A group as Google tells it: settings, organisation, direct members by kind."""

    settings: dict[str, str]
    organisation: dict[str, str] | None
    members: dict[str, dict[str, str]] | None

    def exposure(self):
        policy = _policy(self.organisation)
        who = None if self.members is None else _membership(self.members)
        return readership(parse.settings(self.settings), policy, who, unlisted=who is None)

    def variants(self):
        """Each setting's name, and the case with each of its values, the tightest first."""
        for name, values in SETTINGS.items():
            each = [replace(self, settings=self.settings | {name: value}) for value in values]
            yield name, each
        for name, values in ORGANISATION.items():
            if self.organisation is not None:
                told = [self.organisation | {name: value} for value in values]
                yield name, [replace(self, organisation=one) for one in told]
        for kind, member in (self.members or {}).items():
            for name, values in MEMBER.items():
                told = [self.members | {kind: member | {name: value}} for value in values]
                yield f"{name} of {kind}", [replace(self, members=one) for one in told]
        for kind in WHO if self.members is not None else ():
            without = {one: told for one, told in self.members.items() if one != kind}
            added = without | {kind: {"role": "MEMBER"}}
            yield kind, [replace(self, members=without), replace(self, members=added)]


def _policy(told):
    if told is None:
        return OrgPolicy(None)
    sharing, status = (f"settings/groups_for_business.{name}" for name in POLICIES)
    return switches(
        {
            "policyQuery": {"orgUnit": unit, "sortOrder": order},
            "setting": {"type": kind, "value": {field: told[name]}},
        }
        for name, unit, order, kind, field in (
            ("collaborationCapability", "root", 1, sharing, "collaborationCapability"),
            ("lower unit", "low", 2, sharing, "collaborationCapability"),
            ("serviceState", "root", 1, status, "serviceState"),
        )
    )


def _membership(told):
    direct = tuple(parse.member(WHO[kind] | member) for kind, member in told.items())

    def listing(email):
        if email == HIDDEN:
            raise AccessDenied("no")
        return direct if email == TOP else tuple(map(parse.member, IN_NESTED))

    return membership(TOP, listing, ["inside.example"], lambda *_edge: None)


def _drawn(orders, *also):
    return st.fixed_dictionaries(
        {name: st.sampled_from((*values, *also)) for name, values in orders.items()}
    )


documented = _drawn(SETTINGS)
anything = _drawn(SETTINGS, "SOMETHING_ELSE")
organisation = _drawn(ORGANISATION)
members = st.dictionaries(st.sampled_from([*WHO]), _drawn(MEMBER))
readable = st.dictionaries(st.sampled_from([k for k in WHO if k != "unlistable"]), _drawn(MEMBER))


def beyond(exposure):
    return EXPOSED & {*exposure.audiences}


def opened(exposure):
    return exposure.latent or exposure.readership


@given(st.builds(Case, documented, organisation, readable))
def test_loosening_any_one_setting_narrows_nothing_when_all_is_known(case):
    for name, variants in case.variants():
        told = [each.exposure() for each in variants]
        for tighter, looser in pairwise(told):
            if Audience.UNKNOWN in (tighter.readership, looser.readership):
                assert name == "unlistable", (name, case)  # nobody knows who came in by it
                continue
            assert BREADTH[looser.readership] <= BREADTH[tighter.readership], (name, case)
            assert beyond(looser) >= beyond(tighter), (name, case)
            assert BREADTH[opened(looser)] <= BREADTH[opened(tighter)], (name, case)


@given(st.builds(Case, anything, st.none() | organisation, st.none() | members))
def test_loosening_any_one_setting_takes_no_reader_away_when_others_are_unknown(case):
    for name, variants in case.variants():
        for tighter, looser in pairwise(each.exposure() for each in variants):
            assert beyond(looser) >= beyond(tighter), (name, case)


@pytest.mark.parametrize("switch", [None, *ORGANISATION["collaborationCapability"]])
def test_an_unreadable_switch_narrows_nothing(switch):
    for view in SETTINGS["whoCanViewGroup"]:
        for join in SETTINGS["whoCanJoin"]:
            settings = {"whoCanViewGroup": view, "whoCanJoin": join, "allowExternalMembers": "true"}
            told = dict.fromkeys(("collaborationCapability", "lower unit"), switch)
            known = Case(settings, switch and told | {"serviceState": "ENABLED"}, {}).exposure()
            unread = Case(settings, None, {}).exposure()
            assert beyond(unread) >= beyond(known)
