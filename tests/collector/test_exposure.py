"""The rules of readership: the contract's decisions, and an explanation in every case."""

from dataclasses import replace
from itertools import product

import pytest

from groupaudit.collector.effects import EFFECTS
from groupaudit.collector.exposure import readership
from groupaudit.model.group import (
    BREADTH,
    Audience,
    Certainty,
    Circle,
    GroupSettings,
    JoinRule,
    Membership,
    OrgPolicy,
    Role,
)

VIEWS = (Circle.OWNERS, Circle.MANAGERS, Circle.MEMBERS, Circle.ORGANISATION, Circle.ANYONE)
JOINS = (JoinRule.INVITED, JoinRule.ON_REQUEST, JoinRule.ORGANISATION, JoinRule.ANYONE)
OPEN, CLOSED, UNREADABLE = OrgPolicy(True), OrgPolicy(False), OrgPolicy(None)

CLOSED_GROUP = GroupSettings(
    view=Circle.MEMBERS,
    join=JoinRule.INVITED,
    post=Circle.MEMBERS,
    view_membership=Circle.MEMBERS,
    discover=Circle.MEMBERS,
    moderate_members=Circle.MANAGERS,
    external_members_allowed=False,
    archived=True,
    archive_only=False,
    custom_roles=False,
    verbatim=(("whoCanViewGroup", "as Google wrote it"),),
)

ALL_INSIDE = Membership(
    total=3,
    external=0,
    consumer_mail=0,
    internal_by_role=((Role.OWNER, 1), (Role.MEMBER, 2)),
    external_by_role=(),
    external_getting_mail=0,
    all_users_role=None,
    owners=("chef@hopital.example",),
)


def with_outsider(role: Role = Role.MEMBER, *, mail: bool = True) -> Membership:
    return replace(
        ALL_INSIDE,
        external=1,
        external_by_role=((role, 1),),
        external_mail_by_role=((role, 1),) if mail else (),
        external_getting_mail=int(mail),
    )


def with_all_users(role: Role = Role.MEMBER) -> Membership:
    return replace(ALL_INSIDE, all_users_role=role)


def group(**changes: object) -> GroupSettings:
    return replace(CLOSED_GROUP, **changes)


A = Audience


@pytest.mark.parametrize(
    ("settings", "policy", "members", "expected", "latent"),
    [
        (group(view=Circle.ANYONE), OPEN, ALL_INSIDE, A.ANYONE_ON_WEB, None),
        (group(view=Circle.ANYONE), CLOSED, ALL_INSIDE, A.WHOLE_ORGANISATION, A.ANYONE_ON_WEB),
        (group(view=Circle.ANYONE), UNREADABLE, ALL_INSIDE, A.ANYONE_ON_WEB, None),
        (group(view=Circle.ORGANISATION), OPEN, ALL_INSIDE, A.WHOLE_ORGANISATION, None),
        (group(view=Circle.MEMBERS), OPEN, ALL_INSIDE, A.MEMBERS, None),
        (group(view=Circle.MANAGERS), OPEN, ALL_INSIDE, A.MANAGERS, None),
        (group(view=Circle.OWNERS), OPEN, ALL_INSIDE, A.OWNERS, None),
        (group(view=Circle.UNKNOWN), OPEN, ALL_INSIDE, A.UNKNOWN, None),
        (group(view=Circle.NOBODY), OPEN, ALL_INSIDE, A.UNKNOWN, None),
        # Joining: only without approval, only when outsiders are allowed, only if members read.
        (
            group(join=JoinRule.ANYONE, external_members_allowed=True),
            OPEN,
            ALL_INSIDE,
            A.ANYONE_WHO_JOINS,
            None,
        ),
        (
            group(join=JoinRule.ANYONE, external_members_allowed=True),
            CLOSED,
            ALL_INSIDE,
            A.WHOLE_ORGANISATION,
            A.ANYONE_WHO_JOINS,
        ),
        (group(join=JoinRule.ANYONE), OPEN, ALL_INSIDE, A.WHOLE_ORGANISATION, None),
        (
            group(join=JoinRule.ANYONE, external_members_allowed=True, view=Circle.MANAGERS),
            OPEN,
            ALL_INSIDE,
            A.MANAGERS,
            None,
        ),
        (group(join=JoinRule.ORGANISATION), OPEN, ALL_INSIDE, A.WHOLE_ORGANISATION, None),
        (group(join=JoinRule.ON_REQUEST), OPEN, ALL_INSIDE, A.MEMBERS, None),
        (
            group(join=JoinRule.ANYONE, external_members_allowed=None),
            OPEN,
            ALL_INSIDE,
            A.UNKNOWN,
            None,
        ),
        (group(join=JoinRule.UNKNOWN), CLOSED, ALL_INSIDE, A.UNKNOWN, None),
        (group(join=JoinRule.UNKNOWN, view=Circle.OWNERS), OPEN, ALL_INSIDE, A.OWNERS, None),
        # Outsiders: they stay members although no longer allowed.
        (group(), OPEN, with_outsider(), A.EXTERNAL_MEMBERS, None),
        (group(view=Circle.MANAGERS), OPEN, with_outsider(), A.MANAGERS, None),
        (group(view=Circle.MANAGERS), OPEN, with_outsider(Role.MANAGER), A.EXTERNAL_MEMBERS, None),
        (group(), CLOSED, with_outsider(), A.EXTERNAL_MEMBERS, None),
        (group(), CLOSED, with_outsider(mail=False), A.MEMBERS, A.EXTERNAL_MEMBERS),
        (
            group(view=Circle.ORGANISATION),
            CLOSED,
            with_outsider(mail=False),
            A.WHOLE_ORGANISATION,
            A.EXTERNAL_MEMBERS,
        ),
        # "All users" as a member, with the role that it has.
        (group(), OPEN, with_all_users(), A.WHOLE_ORGANISATION, None),
        (group(view=Circle.MANAGERS), OPEN, with_all_users(), A.MANAGERS, None),
        (
            group(view=Circle.MANAGERS),
            OPEN,
            with_all_users(Role.MANAGER),
            A.WHOLE_ORGANISATION,
            None,
        ),
        # Unknown to the settings, but proven by something else.
        (
            group(view=Circle.UNKNOWN),
            CLOSED,
            with_all_users(Role.OWNER),
            A.WHOLE_ORGANISATION,
            A.UNKNOWN,
        ),
        (
            group(view=Circle.UNKNOWN),
            CLOSED,
            with_outsider(Role.OWNER),
            A.EXTERNAL_MEMBERS,
            A.UNKNOWN,
        ),
        (group(view=Circle.ANYONE, join=JoinRule.UNKNOWN), OPEN, ALL_INSIDE, A.ANYONE_ON_WEB, None),
        # Archiving changes nothing about who reads what is there.
        (group(view=Circle.ANYONE, archived=False), OPEN, ALL_INSIDE, A.ANYONE_ON_WEB, None),
        (group(view=Circle.ANYONE, archive_only=True), OPEN, ALL_INSIDE, A.ANYONE_ON_WEB, None),
        (group(), OPEN, None, A.MEMBERS, None),
    ],
)
def test_readership_when(settings, policy, members, expected, latent):
    exposure = readership(settings, policy, members)

    assert (exposure.readership, exposure.latent) == (expected, latent)
    assert exposure.audiences[0] is expected


PRODUCT = list(
    product(
        Circle,
        JoinRule,
        (True, False, None),
        (True, False, None),
        (OPEN, CLOSED, UNREADABLE),
        (None, ALL_INSIDE, with_outsider(), with_outsider(mail=False), with_all_users()),
    )
)


def test_every_combination_is_answered_and_explained_when_anything_is_unknown():
    sentences = set(EFFECTS.values())
    for view, join, external, archived, policy, members in PRODUCT:
        settings = group(view=view, join=join, external_members_allowed=external, archived=archived)
        exposure = readership(settings, policy, members)
        case = (view, join, external, policy, members)

        assert exposure.readership is exposure.audiences[0], case
        known = [each for each in exposure.audiences if each is not Audience.UNKNOWN]
        assert known == sorted(set(known), key=BREADTH.__getitem__), case
        assert {reason.effect for reason in exposure.reasons} <= sentences, case
        assert exposure.reasons[0].setting == "whoCanViewGroup", case
        assert exposure.certainty is (
            Certainty.ORG_POLICY_UNKNOWN if policy is UNREADABLE else Certainty.SETTINGS
        ), case
        if exposure.readership is Audience.UNKNOWN:
            told = " ".join(reason.effect for reason in exposure.reasons)
            assert "not known" in told, case
        if exposure.latent is not None:
            assert policy is CLOSED, case
            wider = BREADTH[exposure.latent] < BREADTH[exposure.readership]
            assert wider or exposure.latent is Audience.UNKNOWN, case


def test_every_effect_is_used_when_the_whole_product_is_explained():
    used = set()
    members = (
        None,
        with_outsider(),
        with_outsider(mail=False),
        with_all_users(),
        replace(ALL_INSIDE, unread=(("sous-groupe@hopital.example", "access-denied"),)),
    )
    policies = (OPEN, CLOSED, UNREADABLE, OrgPolicy(True, service_on=False))
    for view, join, external, flag, policy, who in product(
        Circle, JoinRule, (True, False, None), (True, False), policies, members
    ):
        settings = group(
            view=view,
            join=join,
            external_members_allowed=external,
            archived=flag,
            archive_only=flag,
            custom_roles=flag,
        )
        used |= {reason.effect for reason in readership(settings, policy, who).reasons}

    assert used == set(EFFECTS.values())


def test_public_group_says_that_the_switch_is_unknown_when_the_policy_is_unreadable():
    exposure = readership(group(view=Circle.ANYONE), UNREADABLE, ALL_INSIDE)

    assert exposure.certainty is Certainty.ORG_POLICY_UNKNOWN
    assert "unless the organisation's switch" in exposure.reasons[0].effect
    assert exposure.reasons[-1].value == "unreadable"


def test_reasons_quote_the_value_as_google_wrote_it():
    assert readership(group(), OPEN, ALL_INSIDE).reasons[0].value == "as Google wrote it"


def test_counts_are_unknown_when_members_were_not_listed():
    exposure = readership(group(), OPEN, None)

    assert (exposure.members_total, exposure.members_external) == (None, None)
    assert any(reason.setting == "members" for reason in exposure.reasons)


@pytest.mark.parametrize(
    ("settings", "roles", "expected"),
    [
        ({}, {Role.MEMBER}, Audience.UNKNOWN),
        ({"view": Circle.OWNERS}, {Role.MEMBER}, Audience.OWNERS),
        ({"view": Circle.OWNERS}, {Role.OWNER}, Audience.UNKNOWN),
        ({}, set(), Audience.MEMBERS),
        # Whoever is in the nested group, this many read for certain.
        ({"view": Circle.ORGANISATION}, {Role.MEMBER}, Audience.WHOLE_ORGANISATION),
    ],
)
@pytest.mark.parametrize("policy", [OPEN, CLOSED])
def test_all_members_are_not_said_to_be_inside_when_some_could_not_be_followed(
    settings, roles, expected, policy
):
    who = replace(ALL_INSIDE, unread_roles=frozenset(roles))

    assert readership(group(**settings), policy, who).readership is expected


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (ALL_INSIDE, False),
        (with_all_users(), True),
        (with_all_users(Role.OWNER), True),
        (None, None),
        (replace(ALL_INSIDE, unread=(("nested@hopital.example", "access-denied"),)), None),
        (replace(with_all_users(), unread=(("nested@hopital.example", "access-denied"),)), True),
    ],
)
def test_all_users_are_told_only_when_every_member_is_known(members, told):
    assert readership(group(), OPEN, members).all_users is told


def test_all_members_are_not_said_to_be_inside_when_none_could_be_listed():
    assert readership(group(), OPEN, None, unlisted=True).readership is Audience.UNKNOWN
    assert readership(group(), OPEN, None).readership is Audience.MEMBERS  # nobody asked
