"""The truth beside the tenant: consistent with it, and with what the contract says by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from groupaudit.emulator.generator import generate, post_labels, truth
from groupaudit.emulator.hospital.policies import OrgPolicy, policies
from groupaudit.emulator.hospital.readers import readers, switch_open
from groupaudit.emulator.state import Group, Member, Tenant

NOW = datetime(2026, 11, 22, tzinfo=UTC)
D = "@ch-valmoree.example"


def told(**options: Any) -> dict[str, dict[str, Any]]:
    return {group["email"]: group for group in truth(now=NOW, **options)["groups"]}


@pytest.fixture(scope="module")
def groups() -> dict[str, dict[str, Any]]:
    return told()


#: Told by hand from the contract, not by the code under test.
BY_HAND = [
    ("equipe-soins", "anyone_on_web"),
    ("urgences-lits", "anyone_on_web"),
    ("anciens-dossiers", "anyone_on_web"),
    ("laboratoire-resultats", "anyone_who_joins"),
    ("recherche-clinique", "whole_organisation"),
    ("bloc-programme", "whole_organisation"),
    ("cellule-crise", "whole_organisation"),
    ("transports-sanitaires", "external_members"),
    ("psychiatrie-liaison", "external_members"),
    ("service-social", "external_members"),
    ("equipe-sociale", "external_members"),
    ("reseau-ville-hopital", "external_members"),
    ("releves-nuit", "external_members"),
    ("transmissions-pediatrie", "members"),
    ("astreintes-bloc", "members"),
    ("groupe-vide", "members"),
    ("rcp-oncologie", "managers"),
    ("sante-travail", "owners"),
    ("archives-2019", "unknown"),
]


@pytest.mark.parametrize(("slug", "wanted"), BY_HAND)
def test_readership_agrees_with_the_contract(
    groups: dict[str, dict[str, Any]], slug: str, wanted: str
) -> None:
    assert groups[slug + D]["readership"] == wanted
    assert groups[slug + D]["audiences"][0] == wanted


@pytest.mark.parametrize(
    ("slug", "wanted", "latent"),
    [
        ("info-patients", "whole_organisation", "anyone_on_web"),
        ("laboratoire-resultats", "external_members", "anyone_who_joins"),
        ("equipe-soins", "external_members", "anyone_on_web"),
        ("transmissions-pediatrie", "members", None),
    ],
)
def test_closed_switch_narrows_and_names_what_is_latent(
    slug: str, wanted: str, latent: str | None
) -> None:
    closed = told(org_policy="private")
    assert closed[slug + D]["readership"] == wanted
    assert closed[slug + D]["latent_readership"] == latent


def test_outsiders_without_mail_do_not_read_when_the_switch_is_closed() -> None:
    email = "maternite-rdv@ehpad-lestilleuls.example"
    assert told()[email]["readership"] == "external_members"
    assert told(org_policy="private")[email]["readership"] == "members"


@pytest.mark.parametrize(
    ("which", "is_open"),
    [("public", True), ("private", False), ("absent", False), ("per_ou", True)],
)
@pytest.mark.parametrize("spelling", ["camelCase", "snake_case"])
def test_switch_is_read_in_either_spelling(
    which: OrgPolicy, spelling: Any, *, is_open: bool
) -> None:
    tenant = generate(now=NOW, org_policy=which, spelling=spelling)
    assert switch_open(tenant) is is_open


def test_policies_spell_their_fields_as_asked() -> None:
    camel, snake = (
        [each["setting"]["value"] for each in policies("public", spelling)]
        for spelling in ("camelCase", "snake_case")
    )
    assert "ANYONE_CAN_ACCESS" in [each.get("collaborationCapability") for each in camel]
    assert "ANYONE_CAN_ACCESS" in [each.get("collaboration_capability") for each in snake]


def test_every_readership_and_verdict_occurs(groups: dict[str, dict[str, Any]]) -> None:
    assert len({group["readership"] for group in groups.values()}) == 8
    seen = {(group["readership"], group["verdict"]) for group in groups.values()}
    assert {
        ("anyone_on_web", "identifiable_health"),
        ("anyone_on_web", "health_person"),
        ("anyone_on_web", "health_generic"),
        ("anyone_on_web", "identity_only"),
        ("anyone_on_web", "ordinary"),
        ("anyone_who_joins", "identifiable_health"),
        ("anyone_who_joins", "health_generic"),
        ("external_members", "identifiable_health"),
        ("whole_organisation", "identifiable_health"),
        ("whole_organisation", "health_person"),
        ("whole_organisation", "ordinary"),
        ("members", "identifiable_health"),
        ("members", "ordinary"),
        ("unknown", "identifiable_health"),
        ("members", None),
    } <= seen


def test_counts_add_up_to_the_labels(groups: dict[str, dict[str, Any]]) -> None:
    for email, group in groups.items():
        assert sum(group["verdicts"].values()) == group["posts_total"]
        assert (group["persons"] > 0) == (group["verdicts"]["identifiable_health"] > 0)
        if group["kind"] == "workspace":
            verdicts = [label["verdict"] for label in post_labels(email, now=NOW)]
            assert {v: verdicts.count(v) for v in group["verdicts"]} == group["verdicts"]


def test_story_holds_many_patients(groups: dict[str, dict[str, Any]]) -> None:
    story = groups["equipe-soins" + D]
    assert story["conversations"] == 775
    assert story["verdicts"]["identifiable_health"] > 500
    assert story["persons"] > 100
    assert story["opened"] is None


NOTHING = {"since": None, "by": None, "at_least_since": None}


@pytest.mark.parametrize(
    "slug", ["transmissions-pediatrie", "rcp-oncologie", "cellule-crise", "archives-2019"]
)
def test_nobody_opened_what_only_members_or_nobody_knows_who_read(groups, slug: str) -> None:
    assert groups[slug + D]["exposed"] == NOTHING


@pytest.mark.parametrize(
    ("slug", "days"),
    [
        ("transmissions-cardio", 90),
        ("laboratoire-resultats", 47),
        ("annuaire-ville", 30),
        ("urgences-lits", 15),
        ("recherche-clinique", 5 * 30.44),  # open since it was created
    ],
)
def test_opening_within_the_log_has_its_day_and_its_author(groups, slug: str, days: float) -> None:
    told = groups[slug + D]["exposed"]
    age = NOW - datetime.fromisoformat(told["since"])
    assert days <= age.total_seconds() / 86_400 < days + 1
    assert told["by"].endswith(D)


@pytest.mark.parametrize(
    ("slug", "days"),
    [
        ("transports-sanitaires", 60),
        ("reseau-ville-hopital", 100),
        ("assistantes-sociales", 20),
        ("equipe-sociale", 20),  # through a nested group
        ("service-social", 20),  # nested 70 days ago: the partner came later
        ("commission-usagers", 25),  # the partner was there: the group was nested later
    ],
)
def test_first_from_outside_came_within_the_log(groups, slug: str, days: float) -> None:
    told = groups[slug + D]["exposed"]
    age = NOW - datetime.fromisoformat(told["since"])
    assert days <= age.total_seconds() / 86_400 < days + 1
    assert told["by"].endswith(".example")


def test_who_joins_alone_was_let_in_by_nobody(groups) -> None:
    told = groups["psychiatrie-liaison" + D]["exposed"]
    assert (told["by"], told["since"]) == (None, told["at_least_since"])
    assert told["since"] is not None


@pytest.mark.parametrize("slug", ["cellule-ethique", "releves-nuit"])
def test_who_came_before_the_log_is_not_dated(groups, slug: str) -> None:
    assert groups[slug + D]["exposed"] == NOTHING | {"at_least_since": "2026-05-26T00:00:00Z"}


def test_story_was_open_before_the_log_began(groups: dict[str, dict[str, Any]]) -> None:
    assert groups["equipe-soins" + D]["exposed"] == NOTHING | {
        "at_least_since": "2026-05-26T00:00:00Z"
    }


def test_unassessed_nested_group_is_named_and_not_guessed() -> None:
    denied = "cellule-ethique" + D
    everything = truth(now=NOW, unassessed={denied: "access-denied"})
    groups = {group["email"]: group for group in everything["groups"]}
    assert everything["unassessed"] == {denied: "access-denied"}
    parent = groups["commission-usagers" + D]
    assert parent["nested_unread"] == [denied]
    assert parent["members_external"] == 0


def test_truth_is_json_and_the_same_twice() -> None:
    once = json.dumps(truth(now=NOW), sort_keys=True)
    assert once == json.dumps(truth(now=NOW), sort_keys=True)


def by_hand(settings: dict[str, str], *members: Member, others: tuple[Group, ...] = ()) -> Any:
    """Readers of a group made by hand in a tenant whose switch is open."""
    group = Group(
        id="g",
        email="g@inside.example",
        name="g",
        settings={
            "whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW",
            "whoCanJoin": "INVITED_CAN_JOIN",
            "allowExternalMembers": "false",
            **settings,
        },
        members=members,
    )
    known = {each.email: each for each in (group, *others)}
    tenant = Tenant(
        customer_id="C1",
        name="t",
        primary_domain="inside.example",
        domains=("inside.example",),
        domain_aliases=("alias.example",),
        users=(),
        group_emails=tuple(known),
        group=known.get,
        policies=policies("public", "camelCase"),
    )
    return readers(tenant, group)


OUTSIDER = Member("1", "x@outside.example")


@pytest.mark.parametrize(
    ("member", "view", "wanted"),
    [
        (OUTSIDER, "ALL_MEMBERS_CAN_VIEW", "external_members"),
        (OUTSIDER, "ALL_MANAGERS_CAN_VIEW", "managers"),
        (Member("1", "x@alias.example"), "ALL_MEMBERS_CAN_VIEW", "members"),
        (Member("1", "x@outside.example", status="SUSPENDED"), "ALL_MEMBERS_CAN_VIEW", "members"),
        (Member("1", "x@outside.example", role="OWNER"), "ALL_OWNERS_CAN_VIEW", "external_members"),
        (Member("C1", None, "CUSTOMER"), "ALL_MEMBERS_CAN_VIEW", "whole_organisation"),
        (Member("C1", None, "CUSTOMER"), "ALL_MANAGERS_CAN_VIEW", "managers"),
    ],
)
def test_role_decides_who_of_the_members_reads(member: Member, view: str, wanted: str) -> None:
    assert by_hand({"whoCanViewGroup": view}, member).readership == wanted


def test_nested_members_read_with_the_role_of_their_group() -> None:
    child = Group("c", "c@inside.example", "c", members=(OUTSIDER,))
    as_manager = Member("c", "c@inside.example", "GROUP", "MANAGER")
    as_member = Member("c", "c@inside.example", "GROUP", "MEMBER")
    view = {"whoCanViewGroup": "ALL_MANAGERS_CAN_VIEW"}
    assert by_hand(view, as_manager, others=(child,)).readership == "external_members"
    assert by_hand(view, as_member, others=(child,)).readership == "managers"


def test_cycle_of_nested_groups_ends() -> None:
    back = Member("g", "g@inside.example", "GROUP")
    child = Group("c", "c@inside.example", "c", members=(back, OUTSIDER))
    found = by_hand({}, Member("c", "c@inside.example", "GROUP"), others=(child,))
    assert (found.readership, found.members, found.unread) == ("external_members", 1, ())
