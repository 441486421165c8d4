"""What is weak besides the readers: each by its own setting, unknown values included."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groupaudit.collector import parse
from groupaudit.collector.membership import membership
from groupaudit.collector.weaknesses import KINDS, weaknesses
from groupaudit.emulator.generator import generate
from groupaudit.model.group import Membership, Role

SAFE = {
    "whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW",
    "whoCanViewMembership": "ALL_MEMBERS_CAN_VIEW",
    "whoCanPostMessage": "ALL_MEMBERS_CAN_POST",
    "whoCanJoin": "CAN_REQUEST_TO_JOIN",
    "whoCanModerateMembers": "OWNERS_AND_MANAGERS",
    "messageModerationLevel": "MODERATE_NONE",
    "allowExternalMembers": "true",
    "whoCanAddExternalMembers": "ONLY_ADMINS_CAN_ADD_EXTERNAL_MEMBERS",
    "isArchived": "true",
}
MEMBERS = Membership(
    total=3,
    external=0,
    consumer_mail=0,
    internal_by_role=((Role.MEMBER, 3),),
    external_by_role=(),
    external_getting_mail=0,
    all_users_role=None,
    owners=("chef@ch.example",),
    managers=("adjoint@ch.example",),
)


def kinds(members=MEMBERS, **changes: str) -> list[str]:
    found = weaknesses(parse.settings(SAFE | changes), members)
    return [weakness.kind for weakness in found]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"whoCanPostMessage": "ANYONE_CAN_POST"}, ["anyone-posts"]),
        (
            {"whoCanPostMessage": "ANYONE_CAN_POST", "isArchived": "false"},
            ["anyone-posts-unarchived"],
        ),
        (
            {
                "whoCanPostMessage": "ANYONE_CAN_POST",
                "messageModerationLevel": "MODERATE_NON_MEMBERS",
            },
            ["anyone-posts-moderated"],
        ),
        ({"whoCanPostMessage": "ANYONE_CAN_POST", "archiveOnly": "true"}, []),
        ({"whoCanPostMessage": "ANYONE_CAN_POST", "archiveOnly": "later"}, ["anyone-posts"]),
        ({"whoCanPostMessage": "ALL_IN_DOMAIN_CAN_POST"}, []),
        ({"whoCanPostMessage": "PATIENTS_CAN_POST"}, ["posting-unknown"]),
        ({"whoCanViewMembership": "ALL_IN_DOMAIN_CAN_VIEW"}, ["member-list-organisation"]),
        ({"whoCanViewMembership": "ANYONE_CAN_VIEW"}, ["member-list-web"]),
        ({"whoCanViewMembership": "ALIENS_CAN_VIEW"}, ["member-list-unknown"]),
        ({"whoCanViewMembership": "ALL_OWNERS_CAN_VIEW"}, []),
        ({"whoCanModerateMembers": "ALL_MEMBERS"}, ["members-approve"]),
        ({"whoCanModerateMembers": "ALL_MEMBERS", "whoCanJoin": "ANYONE_CAN_JOIN"}, []),
        ({"whoCanModerateMembers": "ALIENS"}, ["approval-unknown"]),
        (
            {"whoCanAddExternalMembers": "END_USERS_CAN_ADD_EXTERNAL_MEMBERS"},
            ["users-add-outsiders"],
        ),
        (
            {
                "whoCanAddExternalMembers": "END_USERS_CAN_ADD_EXTERNAL_MEMBERS",
                "allowExternalMembers": "false",
            },
            [],
        ),
    ],
)
def test_setting_is_weak_when(changes, expected):
    assert kinds(**changes) == expected


@pytest.mark.parametrize("closed", [kind for kind, of in KINDS.items() if of.better])
def test_advised_value_closes_the_weakness(closed):
    of = KINDS[closed]
    assert closed not in kinds(**{of.setting: of.better})


def test_group_without_owner_names_who_could_act():
    orphan = replace(MEMBERS, owners=())
    (found,) = weaknesses(parse.settings(SAFE), orphan, "createur@ch.example")
    assert (found.kind, found.who) == ("no-owner", ("adjoint@ch.example", "createur@ch.example"))
    assert kinds(replace(MEMBERS, owners_suspended=1)) == ["owners-suspended"]


def test_foreign_groups_among_the_members_are_named():
    (found,) = weaknesses(parse.settings(SAFE), replace(MEMBERS, foreign_groups=("g@b.example",)))
    assert (found.kind, found.value) == ("foreign-groups", "g@b.example")


def test_unlisted_members_are_not_taken_for_none():
    assert kinds(None) == []


@pytest.fixture(scope="module")
def emulated():
    tenant = generate(40)
    inside = {*tenant.domains, *tenant.domain_aliases}

    def listing(email):
        return [
            parse.member(
                {
                    "email": member.email or "",
                    "type": member.type,
                    "role": member.role,
                    "status": member.status,
                }
            )
            for member in tenant.group(email).members
        ]

    return {
        email.partition("@")[0]: [
            each.kind
            for each in weaknesses(
                parse.settings(tenant.group(email).settings), membership(email, listing, inside)
            )
        ]
        for email in tenant.group_emails
    }


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("equipe-soins", ["owners-suspended"]),
        ("transmissions-pediatrie", []),
        ("contact-patients", ["anyone-posts-moderated"]),
        ("presse-annonces", ["anyone-posts-moderated"]),
        ("assistantes-sociales", ["members-approve"]),
        ("transports-sanitaires", ["users-add-outsiders"]),
        ("reseau-ville-hopital", ["foreign-groups"]),
        ("releves-nuit", ["foreign-groups"]),
        ("groupe-vide", ["no-owner"]),
        ("equipe-sociale", ["no-owner"]),
    ],
)
def test_emulated_hospital_shows(emulated, slug, expected):
    assert emulated[slug] == expected
