"""The rules of readership against the emulator's own telling of them, over the product of settings.

The emulator judges groups by code of its own (``hospital.readers``) that knows documented values
alone. What an unknown value, an unreadable switch or an unread group leaves open is therefore put
to it as every case that it may be: ours must be its answer where all cases agree, else "unknown".
"""

from dataclasses import replace
from functools import cache
from itertools import cycle, product
from random import Random

import pytest
from tenants import tenant_of

from groupaudit.collector import parse
from groupaudit.collector.exposure import readership
from groupaudit.collector.membership import membership
from groupaudit.collector.switches import switches
from groupaudit.emulator.hospital.policies import policies
from groupaudit.emulator.hospital.readers import readers, reading_roles, switch_open
from groupaudit.emulator.state import Group, Member
from groupaudit.errors import AccessDenied, NotFound
from groupaudit.model.group import Certainty, OrgPolicy

D, OUT = "@inside.example", "@outside.example"

VIEWS = ("ALL_OWNERS_CAN_VIEW", "ALL_MANAGERS_CAN_VIEW", "ALL_MEMBERS_CAN_VIEW")
VIEWS += ("ALL_IN_DOMAIN_CAN_VIEW", "ANYONE_CAN_VIEW")
JOINS = ("INVITED_CAN_JOIN", "CAN_REQUEST_TO_JOIN", "ALL_IN_DOMAIN_CAN_JOIN", "ANYONE_CAN_JOIN")
EXTERNAL = ("false", "true")
#: Of another time or another product: read as no known value. None: the answer lacks the field.
STRANGE_VIEWS = ("SELECTED_ROLES_CAN_VIEW", "NONE_CAN_VIEW")
STRANGE_JOINS = ("REQUIRES_INVITE", None)
STRANGE_EXTERNAL = ("sometimes", None)

EXPOSED = ("anyone_on_web", "anyone_who_joins", "external_members", "whole_organisation")
ROLES = ("MEMBER", "MANAGER", "OWNER")

#: Settings that say nothing of who reads what is there, unknown and lacking values included.
BESIDE = {
    "whoCanPostMessage": (
        *(f"{who}_CAN_POST" for who in ("NONE", "ALL_OWNERS", "ALL_MANAGERS", "ALL_MEMBERS")),
        *("ALL_IN_DOMAIN_CAN_POST", "ANYONE_CAN_POST", "SELECTED_CAN_POST", None),
    ),
    "whoCanViewMembership": (*VIEWS, "SELECTED_CAN_VIEW", None),
    "whoCanDiscoverGroup": (
        *("ALL_MEMBERS_CAN_DISCOVER", "ALL_IN_DOMAIN_CAN_DISCOVER", "ANYONE_CAN_DISCOVER"),
        *("SELECTED_CAN_DISCOVER", None),
    ),
    "archiveOnly": ("false", "true", "later", None),
    "isArchived": ("true", "false", None),
    "customRolesEnabledForSettingsToBeMerged": ("false", "true"),
}

#: What the Policy API answers; None: it may not be asked.
POLICIES = {
    "public": policies("public", "camelCase"),
    "private": policies("private", "snake_case"),
    "absent": policies("absent", "camelCase"),
    "per unit": policies("per_ou", "snake_case"),
    "unreadable": None,
    "unknown value": tuple(
        {**each, "setting": {**each["setting"], "value": {"collaborationCapability": "SOME"}}}
        if each["setting"]["type"].endswith("groups_sharing")
        else each
        for each in policies("public", "camelCase")
    ),
}
SERVICES = ("ENABLED", "DISABLED", "PAUSED")

INSIDE = (Member("1", f"chef{D}", role="OWNER"), Member("2", f"aide{D}"))


def crews():
    """Direct members by what is telling about them."""
    found = {"nobody": (), "all inside": INSIDE}
    for role in ROLES:
        outsider = Member("3", f"x{OUT}", role=role, status=None)
        found |= {
            f"outside {role}": (*INSIDE, outsider),
            f"silent {role}": (*INSIDE, replace(outsider, delivery_settings="NONE")),
            f"all users {role}": (*INSIDE, Member("C1", None, "CUSTOMER", role, None)),
            f"nested {role}": (*INSIDE, Member("4", f"nested{D}", "GROUP", role)),
            f"unread {role}": (*INSIDE, Member("5", f"hidden{D}", "GROUP", role)),
        }
    found["suspended"] = (*INSIDE, Member("3", f"x{OUT}", role="OWNER", status="SUSPENDED"))
    found["gone"] = (*INSIDE, Member("6", f"gone{D}", "GROUP", "OWNER"))
    mute = Member("4", f"nested{D}", "GROUP", delivery_settings="NONE")
    found["nested without mail"] = (*INSIDE, mute)
    found["digest"] = (Member("7", f"y{OUT}", delivery_settings="DIGEST"),)
    found["foreign group"] = (*INSIDE, Member("8", f"group{OUT}", "GROUP", status=None))
    found["private mailbox"] = (*INSIDE, Member("9", "z.fictif@orange.fr", status=None))
    return found


CREWS = crews()
UNLISTED = "members that may not be listed"
NESTED = Group(
    "4",
    f"nested{D}",
    "nested",
    members=(Member("3", f"x{OUT}"), Member("g", f"g{D}", "GROUP"), Member("4", f"nested{D}")),
)
HIDDEN = Group("5", f"hidden{D}", "hidden", members=NESTED.members)


def tenant(group, raw):
    return tenant_of(group, NESTED, HIDDEN, domain="inside.example", users=(), policies=raw)


@cache
def told(view, join, external, crew, policy):
    """What the emulator says of documented values."""
    settings = {"whoCanViewGroup": view, "whoCanJoin": join, "allowExternalMembers": external}
    group = Group("g", f"g{D}", "g", settings=settings, members=CREWS.get(crew, ()))
    return readers(tenant(group, POLICIES[policy]), group, hidden=(HIDDEN.email,))


def completed(value, known):
    return (value,) if value in known else known


def unread_may_read(view, crew):
    """Whether members whom nobody saw may have a role that reads."""
    if crew == UNLISTED:
        return True
    role = crew.removeprefix("unread ")
    views = [Group("g", "g", "g", settings={"whoCanViewGroup": v}) for v in completed(view, VIEWS)]
    return any(role in reading_roles(each) for each in views)


@cache
def expected(view, join, external, crew, policy):
    """Readership and the audiences beyond the group, where each unknown input may be anything."""
    cases = product(completed(view, VIEWS), completed(join, JOINS), completed(external, EXTERNAL))
    answers = [told(*case, crew, policy) for case in cases]
    certain = set.intersection(*(set(each.audiences) for each in answers)) & set(EXPOSED)
    beyond = tuple(each for each in EXPOSED if each in certain)
    widest = {each.readership for each in answers}
    if len(widest) > 1 or (unread_may_read(view, crew) and not widest & set(EXPOSED)):
        return "unknown", beyond
    return widest.pop(), beyond


def listed(email):
    """Direct members of a group as the collector has them; delivery is asked for one by one."""
    if email == HIDDEN.email:
        raise AccessDenied("no")
    if email != NESTED.email:
        raise NotFound("gone")
    return tuple(map(parsed, NESTED.members))


def parsed(member):
    told = {"id": member.id, "email": member.email, "type": member.type, "role": member.role}
    return parse.member(told | {"status": member.status})


def counted(crew, *, mail):
    """The collector's membership; ``mail``: it asks who gets any."""
    members = CREWS[crew]
    direct = {member.email: member for member in members}

    def gets_mail(group, email):
        if group == NESTED.email:
            return True
        return parse.member(
            {"role": "MEMBER", "delivery_settings": direct[email].delivery_settings}
        ).gets_mail

    def listing(email):
        return tuple(map(parsed, members)) if email == f"g{D}" else listed(email)

    return membership(f"g{D}", listing, ["inside.example"], gets_mail if mail else None)


def organisation(policy, service):
    """The collector's reading of the policies."""
    raw = POLICIES[policy]
    if raw is None:
        return OrgPolicy(None, service_on={"ENABLED": True, "DISABLED": False}.get(service))
    return switches(
        {**each, "setting": {**each["setting"], "value": {"serviceState": service}}}
        if each["setting"]["type"].endswith("groups_for_business.service_status")
        else each
        for each in raw
    )


def due(view, join, external, crew, policy):
    """Readership, audiences beyond the group, latent readership."""
    widest, beyond = expected(view, join, external, crew, policy)
    opened, _ = expected(view, join, external, crew, "public")
    return widest, beyond, opened if opened != widest else None


def differences(policy, service, crew, beside):
    """Cases of one organisation and crew in which the rules say other than the emulator."""
    switch = organisation(policy, service)
    who = None if crew == UNLISTED else counted(crew, mail=switch.open_to_internet is False)
    judge = "public" if switch.open_to_internet is None else policy  # the widest it may be
    for view, join, external in product(
        VIEWS + STRANGE_VIEWS, JOINS + STRANGE_JOINS, EXTERNAL + STRANGE_EXTERNAL
    ):
        reading = {"whoCanViewGroup": view, "whoCanJoin": join, "allowExternalMembers": external}
        raw = reading | dict(zip(BESIDE, next(beside), strict=True))
        settings = parse.settings({name: value for name, value in raw.items() if value})
        ours = readership(settings, switch, who, unlisted=who is None)
        audiences = tuple(each.value for each in ours.audiences)
        beyond = tuple(each for each in audiences if each in EXPOSED)
        said = (ours.readership.value, beyond, ours.latent.value if ours.latent else None)
        wanted = due(view, join, external, crew, judge)
        known = view in VIEWS and join in JOINS and external in EXTERNAL
        if known and wanted[0] != "unknown":
            whole = told(view, join, external, crew, judge).audiences
            said, wanted = (*said, audiences), (*wanted, whole)
        if said != wanted:
            yield raw, policy, service, crew, said, wanted


def test_rules_are_the_emulators_over_the_whole_product_of_settings():
    every = list(product(*BESIDE.values()))
    Random(1).shuffle(every)  # so that what is beside the point goes with every point
    beside, cases = cycle(every), list(product(POLICIES, SERVICES, [*CREWS, UNLISTED]))
    found = [each for case in cases for each in differences(*case, beside)]

    assert not found, found[:5]
    for_each = (
        len(VIEWS + STRANGE_VIEWS) * len(JOINS + STRANGE_JOINS) * len(EXTERNAL + STRANGE_EXTERNAL)
    )
    assert len(cases) * for_each > len(every)  # each combination of these occurs


def documented():
    """Every combination of the documented values of the settings that a group has."""
    strange = {"SELECTED_CAN_POST", "SELECTED_CAN_VIEW", "SELECTED_CAN_DISCOVER", "later", None}
    beside = [[each for each in values if each not in strange] for values in BESIDE.values()][:-1]
    reading = ("whoCanViewGroup", "whoCanJoin", "allowExternalMembers")
    names = (*reading, *list(BESIDE)[:-1])
    for case in product(VIEWS, JOINS, EXTERNAL, *beside):
        yield dict(zip(names, case, strict=True))


@pytest.mark.parametrize("policy", ["public", "private", "unreadable"])
def test_rules_are_the_emulators_for_every_combination_of_documented_values(policy):
    judge = "public" if policy == "unreadable" else policy
    switch = organisation(policy, "ENABLED")
    crews = cycle((name, counted(name, mail=policy == "private")) for name in CREWS)
    found, asked = [], 0
    for (name, who), raw in zip(crews, documented(), strict=False):
        asked += 1
        ours = readership(parse.settings(raw), switch, who)
        reading = tuple(raw.values())[:3]
        said = (ours.readership.value, ours.latent.value if ours.latent else None)
        widest, _, latent = due(*reading, name, judge)
        found += [(raw, name, said)] if said != (widest, latent) else []

    assert not found, found[:5]
    assert asked == len(VIEWS) * len(JOINS) * len(EXTERNAL) * 6 * 5 * 3 * 2 * 2


@pytest.mark.parametrize("crew", CREWS)
def test_members_are_counted_as_the_emulator_counts_them(crew):
    ours, theirs = counted(crew, mail=True), told(VIEWS[0], JOINS[0], "true", crew, "public")

    assert (ours.total, ours.external, ours.consumer_mail, ours.owners) == (
        *(theirs.members, theirs.external, theirs.consumer_mail),
        theirs.owners,
    )
    assert tuple(email for email, _ in ours.unread) == theirs.unread


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("policy", [name for name, raw in POLICIES.items() if raw is not None])
def test_switch_is_read_as_the_emulator_means_it(policy, service):
    switch = organisation(policy, service)
    meant = switch_open(tenant(NESTED, POLICIES[policy]))

    assert switch.open_to_internet is (None if policy == "unknown value" else meant)
    assert switch.service_on is {"ENABLED": True, "DISABLED": False}.get(service)
    unsure = readership(parse.settings({"whoCanViewGroup": VIEWS[0]}), switch, None).certainty
    assert (unsure is Certainty.ORG_POLICY_UNKNOWN) == (policy == "unknown value")
