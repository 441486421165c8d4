"""The generated hospital: the same for the same seed, complete, and true to the story."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from groupaudit.emulator.generator import MOST_GROUPS, generate, post_labels, truth
from groupaudit.emulator.hospital.archetypes import ARCHETYPES, CONSUMER_GROUPS, MIXES
from groupaudit.emulator.hospital.draw import bank, dice
from groupaudit.emulator.hospital.identities import person
from groupaudit.emulator.hospital.letters import compose, templates, verdict_of
from groupaudit.emulator.mailboxes import Deliveries
from groupaudit.emulator.state import Group, Tenant

NOW = datetime(2026, 11, 22, tzinfo=UTC)
STORY = "equipe-soins@ch-valmoree.example"


@pytest.fixture(scope="module")
def tenant() -> Tenant:
    return generate(now=NOW)


def every_group(tenant: Tenant) -> Iterator[Group]:
    for email in tenant.group_emails:
        group = tenant.group(email)
        assert group is not None, email
        yield group


def values_of(tenant: Tenant, setting: str) -> set[str]:
    return {group.settings[setting] for group in every_group(tenant)}


def test_default_tenant_has_each_archetype_once(tenant: Tenant) -> None:
    assert len(tenant.group_emails) == len(ARCHETYPES) == 40
    assert list(tenant.group_emails) == sorted(set(tenant.group_emails))
    assert len(tenant.consumer_groups) == len(CONSUMER_GROUPS)


def test_same_seed_gives_same_bytes(tenant: Tenant) -> None:
    again = generate(now=NOW)
    for email in tenant.group_emails:
        one, other = tenant.group(email), again.group(email)
        assert one is not None
        assert other is not None
        assert (one.settings, one.members, one.id) == (other.settings, other.members, other.id)
        first = [post.render() for post in list(one.posts())[:12]]
        assert first == [post.render() for post in list(other.posts())[:12]]
    assert list(tenant.activities("admin")) == list(again.activities("admin"))
    assert tenant.users == again.users


def test_another_seed_gives_other_people(tenant: Tenant) -> None:
    other = generate(seed=7, now=NOW)
    assert {user.email for user in tenant.users} != {user.email for user in other.users}
    assert other.group_emails == tenant.group_emails


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        (
            "whoCanViewGroup",
            {
                "ANYONE_CAN_VIEW",
                "ALL_IN_DOMAIN_CAN_VIEW",
                "ALL_MEMBERS_CAN_VIEW",
                "ALL_MANAGERS_CAN_VIEW",
                "ALL_OWNERS_CAN_VIEW",
                "SELECTED_ROLES_CAN_VIEW",
            },
        ),
        (
            "whoCanJoin",
            {
                "ANYONE_CAN_JOIN",
                "ALL_IN_DOMAIN_CAN_JOIN",
                "CAN_REQUEST_TO_JOIN",
                "INVITED_CAN_JOIN",
            },
        ),
        ("allowExternalMembers", {"true", "false"}),
        ("isArchived", {"true", "false"}),
        ("archiveOnly", {"true", "false"}),
        ("customRolesEnabledForSettingsToBeMerged", {"true", "false"}),
        ("includeInGlobalAddressList", {"true", "false"}),
        (
            "whoCanDiscoverGroup",
            {"ANYONE_CAN_DISCOVER", "ALL_IN_DOMAIN_CAN_DISCOVER", "ALL_MEMBERS_CAN_DISCOVER"},
        ),
    ],
)
def test_every_value_of_a_setting_occurs(tenant: Tenant, setting: str, wanted: set[str]) -> None:
    assert wanted <= values_of(tenant, setting)


def test_settings_are_strings_and_the_same_fields_everywhere(tenant: Tenant) -> None:
    fields = {frozenset(group.settings) for group in every_group(tenant)}
    assert len(fields) == 1
    for group in every_group(tenant):
        assert all(isinstance(value, str) for value in group.settings.values())
        assert len(group.settings["name"]) <= 75
        assert len(group.settings["description"]) <= 300
        closed = group.settings["whoCanPostMessage"] == "NONE_CAN_POST"
        assert closed == (group.settings["archiveOnly"] == "true")


def test_members_cover_every_kind(tenant: Tenant) -> None:
    members = [member for group in every_group(tenant) for member in group.members]
    assert {member.type for member in members} == {"USER", "GROUP", "CUSTOMER"}
    assert {member.role for member in members} == {"OWNER", "MANAGER", "MEMBER"}
    assert {member.status for member in members} == {"ACTIVE", "SUSPENDED", None}
    assert {member.delivery_settings for member in members} == {"ALL_MAIL", "NONE"}
    assert all((member.email is None) == (member.type == "CUSTOMER") for member in members)
    hosts = {member.email.rpartition("@")[2] for member in members if member.email}
    assert {"ch-valmoree.example", "googlegroups.com", "reseau-hauteval.example"} <= hosts
    assert any(not group.members for group in every_group(tenant))
    ownerless = [g for g in every_group(tenant) if all(m.role != "OWNER" for m in g.members)]
    assert len(ownerless) >= 4


def test_private_mailboxes_are_marked_as_fictitious(tenant: Tenant) -> None:
    for group in every_group(tenant):
        for member in group.members:
            if member.email and not member.email.endswith((".example", "googlegroups.com")):
                assert member.email.partition("@")[0].endswith(".fictif")


@pytest.mark.parametrize(
    "key",
    [
        "laboratoire-resultats@ch-valmoree.example",
        "LABORATOIRE-RESULTATS@ch-valmoree.example",
        "labo-urgent@ch-valmoree.example",
        "laboratoire-resultats@hopital-valmoree.example",
    ],
)
def test_group_is_found_by_address_and_alias(tenant: Tenant, key: str) -> None:
    group = tenant.group(key)
    assert group is not None
    assert group.email == "laboratoire-resultats@ch-valmoree.example"
    assert tenant.group(group.id) is group


@pytest.mark.parametrize(
    "key",
    [
        "",
        "@",
        "nobody@ch-valmoree.example",
        "laboratoire-resultats@elsewhere.example",
        "laboratoire-resultats-cardiologie-1@ch-valmoree.example",
        "laboratoire-resultats-geriatrie-1@ch-valmoree.example",
        "maternite-rdv@ch-valmoree.example",
        "01vlm9999999999",
        "01vlmx",
        "équipe-²@ch-valmoree.example",
    ],
)
def test_unknown_key_finds_no_group(tenant: Tenant, key: str) -> None:
    assert tenant.group(key) is None


def test_hostile_names_occur(tenant: Tenant) -> None:
    names = "\n".join(group.name for group in every_group(tenant))
    for piece in ("=cmd|", "<script>", "\u202e", "🏥", '"', "«"):
        assert piece in names
    assert max(len(group.description) for group in every_group(tenant)) == 4_000


def test_story_has_775_conversations_over_18_months(tenant: Tenant) -> None:
    group = tenant.group(STORY)
    assert group is not None
    posts = list(group.posts())
    assert len(posts) == group.posts_total == 1_100
    assert len({post.thread for post in posts}) == 775
    assert [post.date for post in posts] == sorted(post.date for post in posts)
    assert timedelta(days=530) < posts[-1].date - posts[0].date < timedelta(days=550)
    assert group.created is not None
    assert timedelta(days=545) < NOW - group.created < timedelta(days=551)
    assert group.created < posts[0].date
    assert posts[-1].date < NOW
    assert group.settings["whoCanViewGroup"] == "ANYONE_CAN_VIEW"
    assert [m.status for m in group.members if m.role == "OWNER"] == ["SUSPENDED"]


def test_conversation_ids_have_the_length_of_the_web(tenant: Tenant) -> None:
    group = tenant.group(STORY)
    assert group is not None
    posts = list(group.posts())
    assert {len(post.thread) for post in posts} == {11}
    assert {len(post.id) for post in posts} == {12}
    assert len({post.id for post in posts}) == len(posts)


def test_posts_parse_without_defects_and_vary(tenant: Tenant) -> None:
    encodings, types, charsets, names = set(), set(), set(), set()
    for group in (*every_group(tenant), *tenant.consumer_groups):
        posts = list(group.posts())
        assert len(posts) == group.posts_total
        for post in posts[:60]:
            message = message_from_bytes(post.render(), policy=policy.default)
            local, _, host = group.email.partition("@")
            assert message["List-ID"] == f"<{local}.{host}>"
            assert message["Date"].datetime == post.date
            assert message["Subject"]
            for part in message.walk():
                assert not part.defects
                types.add(part.get_content_type())
                charsets.add(part.get_content_charset())
                encodings.add(part["Content-Transfer-Encoding"])
                names.add((part.get_filename() or "").rpartition(".")[2])
                if part.get_content_type() == "text/plain" and not part.get_filename():
                    assert part.get_content().strip()
    assert {"8bit", "quoted-printable", "base64"} <= encodings
    assert {"utf-8", "iso-8859-1", "windows-1252"} <= charsets
    assert {"text/plain", "text/html", "multipart/alternative", "multipart/mixed"} <= types
    assert {"csv", "xlsx", "docx", "pdf", "zip"} <= names


def test_mailboxes_of_consumer_groups_are_those_that_got_mail(tenant: Tenant) -> None:
    deliveries = Deliveries(tenant)
    groups = truth(groups=40, now=NOW)["groups"]
    told = {each["email"]: each["mailboxes"] for each in groups if each["kind"] == "consumer"}
    for group in tenant.consumer_groups:
        holders = [
            user.email
            for user in tenant.users
            if any(one.group is group for one in deliveries.received(user.email))
        ]
        assert told[group.email] == len(holders)
    assert 1 in told.values()


def test_replies_point_to_a_post_of_their_conversation(tenant: Tenant) -> None:
    group = tenant.group("rcp-oncologie@ch-valmoree.example")
    assert group is not None
    openings, replies = {}, 0
    for post in group.posts():
        message = message_from_bytes(post.render(), policy=policy.default)
        if message["In-Reply-To"] is None:
            openings[post.thread] = message["Message-ID"]
        else:
            replies += 1
            assert openings[post.thread] == message["In-Reply-To"]
            assert message["Subject"].startswith("Re: ")
    assert replies == group.posts_total - len(openings) > 0


def test_post_is_the_same_when_read_alone(tenant: Tenant) -> None:
    group = tenant.group("bloc-programme@ch-valmoree.example")
    assert group is not None
    backwards = [post.render() for post in reversed(list(group.posts()))]
    assert [post.render() for post in group.posts()] == backwards[::-1]


def test_labels_follow_the_posts(tenant: Tenant) -> None:
    group = tenant.group(STORY)
    assert group is not None
    told = list(post_labels(STORY, now=NOW))
    assert [label["post"] for label in told] == [post.id for post in group.posts()]
    for label in told:
        assert (label["persons"] > 0) == (label["verdict"] == "identifiable_health")
    assert not list(post_labels("nobody@ch-valmoree.example", now=NOW))


def test_accounts_are_distinct_with_one_administrator(tenant: Tenant) -> None:
    assert len({user.email for user in tenant.users}) == len(tenant.users)
    assert len({user.id for user in tenant.users}) == len(tenant.users)
    assert [user.email for user in tenant.users if user.admin] == [
        "audit.groupes@ch-valmoree.example"
    ]
    assert any(user.suspended for user in tenant.users)


def test_log_reaches_180_days_newest_first(tenant: Tenant) -> None:
    for application in ("admin", "groups"):
        times = [
            datetime.fromisoformat(event["id"]["time"]) for event in tenant.activities(application)
        ]
        assert times == sorted(times, reverse=True)
        assert times
        assert min(times) >= NOW - timedelta(days=180)
    assert not list(tenant.activities("drive"))


def test_story_left_no_trace_in_the_log(tenant: Tenant) -> None:
    told = str([*tenant.activities("admin"), *tenant.activities("groups")])
    assert STORY not in told
    assert "laboratoire-resultats@ch-valmoree.example" in told


def test_opening_is_logged_in_the_shape_of_its_application(tenant: Tenant) -> None:
    groups = [event["events"][0] for event in tenant.activities("groups")]
    admin = [event["events"][0] for event in tenant.activities("admin")]
    acl = next(event for event in groups if event["name"] == "change_acl_permission")
    assert {"new_value_repeated", "old_value_repeated"} <= {p["name"] for p in acl["parameters"]}
    change = next(event for event in admin if event["name"] == "CHANGE_GROUP_SETTING")
    assert {p["name"] for p in change["parameters"]} == {
        "GROUP_EMAIL",
        "SETTING_NAME",
        "OLD_VALUE",
        "NEW_VALUE",
    }


@pytest.mark.parametrize("groups", [1, 2, 39, 41, 97])
def test_any_size_gives_so_many_findable_groups(groups: int) -> None:
    tenant = generate(groups, now=NOW)
    found = list(every_group(tenant))
    assert len(found) == len({group.id for group in found}) == groups
    for group in found:
        nested = [m.email for m in group.members if m.type == "GROUP" and m.email]
        inside = [email for email in nested if email.endswith("ch-valmoree.example")]
        assert all(tenant.group(email) for email in inside)


@pytest.mark.parametrize("groups", [0, -1, MOST_GROUPS + 1])
def test_impossible_size_is_refused(groups: int) -> None:
    with pytest.raises(ValueError, match="groups"):
        generate(groups)


def test_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        generate(now=datetime(2026, 11, 22))  # noqa: DTZ001 - the mistake under test


def test_largest_tenant_is_listed_quickly() -> None:
    start = time.process_time()
    tenant = generate(MOST_GROUPS, now=NOW)
    assert sum(1 for _ in tenant.group_emails) == MOST_GROUPS
    assert time.process_time() - start < 3


def test_memory_stays_flat_when_groups_are_made() -> None:
    tenant = generate(3_000, now=NOW)
    middle = 1_000
    tracemalloc.start()
    try:
        for email in tenant.group_emails[:middle]:
            tenant.group(email)
        before, _ = tracemalloc.get_traced_memory()
        for email in tenant.group_emails[middle:]:
            tenant.group(email)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 1_000_000


@pytest.mark.parametrize("kind", [*bank("patients"), *bank("others")])
def test_every_phrase_is_filled(kind: str) -> None:
    for place, template in enumerate(templates(kind)):
        people = [person(1, "p", number) for number in range(template.persons)]
        letter = compose(template, people, NOW, dice(kind, place))
        assert "{" not in letter.subject + letter.body
        assert bool(letter.attachments) == bool(template.formats)
        if verdict_of(kind) == "identifiable_health":
            assert template.persons > 0
        if verdict_of(kind) not in {"identifiable_health", "identity_only"}:
            assert template.persons == 0


def test_kinds_of_every_mix_exist() -> None:
    known = {*bank("patients"), *bank("others")}
    for mix in MIXES.values():
        assert {kind for kind, _ in mix} <= known
    assert {row.mix for row in (*ARCHETYPES, *CONSUMER_GROUPS)} <= set(MIXES)
