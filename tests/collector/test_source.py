"""The collector against the emulated hospital: the whole truth, and what happens without parts."""

from dataclasses import replace

import pytest
from collected import collect, facts
from tenants import tenant_of

from groupaudit.collector.activities import EVENTS
from groupaudit.collector.directory import DOMAINS, GROUPS
from groupaudit.collector.members import MEMBERS, DirectMembers
from groupaudit.collector.moves import EVENTS as MOVES
from groupaudit.collector.org_policy import POLICIES
from groupaudit.collector.settings import SETTINGS
from groupaudit.emulator.access import AUDIT_SCOPES, Access, Privilege
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import generate, truth
from groupaudit.emulator.state import Group as ServedGroup
from groupaudit.emulator.state import Member as ServedMember
from groupaudit.errors import (
    AccessDenied,
    AuthError,
    BadAnswer,
    CollectError,
    NotFound,
    QuotaExhausted,
)
from groupaudit.google.transport import GoogleApi
from groupaudit.model.group import Audience, Certainty

SCOPES = "https://www.googleapis.com/auth/"


def nested_in(tenant, email):
    """The members of a group, nested groups followed."""
    found, todo = set(), [email]
    while todo:
        group = tenant.group(todo.pop())
        below = {member.email for member in group.members} - found if group else set()
        found |= below
        todo += below
    return found


@pytest.mark.parametrize("org_policy", ["public", "private", "absent", "per_ou"])
@pytest.mark.parametrize("spelling", ["camelCase", "snake_case"])
def test_every_group_is_judged_as_it_truly_is(hospital, org_policy, spelling):
    tenant = generate(60, org_policy=org_policy, spelling=spelling)
    true = {each["email"]: each for each in truth(60, org_policy=org_policy)["groups"]}
    source = hospital(tenant).groups()
    found = collect(source)

    assert set(found) == set(tenant.group_emails)
    for email, exposure in found.items():
        expected = {name: true[email][name] for name in facts(exposure)}
        assert facts(exposure) == expected, email
        assert exposure.certainty is Certainty.SETTINGS


def test_nothing_is_lost_when_google_fails_now_and_then(hospital):
    emails = list(generate(60).group_emails)
    denied, deleted = frozenset(emails[3:6]), frozenset({emails[9]})
    faults = Faults(
        error_rate=0.1,
        token_uses=40,
        denied=denied,
        deleted=deleted,
        script=(
            Script("groupsSettings.groups.get", effect="cut", times=2),
            Script("members.list", effect="reset", after=5, times=2),
            Script("members.list", effect="short", after=11, times=2),
        ),
    )
    found = collect(hospital(generate(60), faults).groups())
    reasons = dict.fromkeys(denied, "access-denied") | dict.fromkeys(deleted, "not-found")
    true = truth(60, unassessed=reasons)

    failed = {email: each for email, each in found.items() if isinstance(each, CollectError)}
    assert set(found) == set(emails)
    assert {email: each.reason for email, each in failed.items()} == reasons
    assert {type(each) for each in failed.values()} == {AccessDenied, NotFound}
    doubted = 0
    for each in true["groups"]:
        if each["email"] in found and each["email"] not in failed:
            judged = found[each["email"]].readership.value
            if judged == "unknown":
                doubted += 1
                assert nested_in(generate(60), each["email"]) & denied, each["email"]
            else:
                assert judged == each["readership"], each["email"]
    assert doubted == 2  # groups that nest a denied one, directly or not


def test_quota_exhausted_when_the_day_is_used_up(hospital):
    found = collect(hospital(generate(40), Faults(daily_quota=30)).groups())

    assert any(isinstance(each, QuotaExhausted) for each in found.values())
    assert not any(isinstance(each, CollectError) for each in found.values())


def test_the_switch_is_unknown_when_the_policy_may_not_be_read(hospital):
    scopes = AUDIT_SCOPES - {SCOPES + "cloud-identity.policies.readonly"}
    found = collect(hospital(granted=Access(delegated_scopes=scopes)).groups())

    assert {each.certainty for each in found.values()} == {Certainty.ORG_POLICY_UNKNOWN}
    assert all("switch" in each.notes[0] for each in found.values())
    public = found["equipe-soins@ch-valmoree.example"]
    assert public.readership is Audience.ANYONE_ON_WEB
    assert any("unless" in reason.effect for reason in public.reasons)


def test_the_service_account_alone_reads_all_but_the_switch(hospital):
    """No delegation: Groups Reader on the service account, as the least privilege."""
    own = Access(service_account=frozenset({Privilege.GROUPS_READ}))
    running = hospital(granted=own)
    source = running.groups(subject="")
    found = collect(source)
    true = {each["email"]: each for each in truth(40)["groups"]}

    assert len(found) == 40
    for email, exposure in found.items():
        assert exposure.certainty is Certainty.ORG_POLICY_UNKNOWN
        assert exposure.readership.value == true[email]["readership"], email
        assert any("domains could not be listed" in note for note in exposure.notes)
    assert {"ch-valmoree.example", "ehpad-lestilleuls.example"} <= set(source.domains())


def test_extra_domains_are_inside(hospital):
    source = hospital().groups(extra_domains=("GHT.example",))
    assert "ght.example" in source.domains()


@pytest.mark.parametrize(
    "granted",
    [
        Access(delegated_scopes=AUDIT_SCOPES - {SCOPES + "admin.directory.group.readonly"}),
        Access(disabled_apis=frozenset({"admin"})),
    ],
)
def test_auth_error_when_groups_may_not_be_listed(hospital, granted):
    with pytest.raises(AuthError):
        next(hospital(granted=granted).groups().groups())


def test_auth_error_says_what_to_grant_when_the_role_is_missing(hospital):
    running = hospital(granted=Access(service_account=frozenset()))
    with pytest.raises(AuthError, match="Groups Reader"):
        next(running.groups(subject="").groups())


def test_auth_error_does_not_name_the_subject_when_it_is_unknown(hospital):
    with pytest.raises(AuthError, match=r"google\.subject") as caught:
        next(hospital().groups(subject="personne@ch-valmoree.example").groups())
    assert "personne" not in str(caught.value)


def test_readership_rests_on_settings_alone_when_members_are_not_wanted(hospital):
    running = hospital()
    found = collect(running.groups(members=False, org_policy=False))

    assert all(each.members_total is None for each in found.values())
    assert all(any("collect.members" in note for note in each.notes) for each in found.values())
    assert "directory.members.list" not in running.emulator.stats()["methods"]
    assert "cloudidentity.policies.list" not in running.emulator.stats()["methods"]


def test_readership_rests_on_settings_alone_when_members_cannot_be_listed(hospital):
    faults = Faults(script=(Script("members.list", status=403, reason="forbidden", times=None),))
    found = collect(hospital(faults=faults).groups())

    story = found["equipe-soins@ch-valmoree.example"]
    assert (story.readership, story.members_total) == (Audience.ANYONE_ON_WEB, None)
    assert any("Members could not be listed (access-denied)" in note for note in story.notes)
    # Who reads wherever members do cannot be told: an outsider may be one.
    assert {each.readership for each in found.values()} == {
        Audience.ANYONE_ON_WEB,
        Audience.ANYONE_WHO_JOINS,
        Audience.WHOLE_ORGANISATION,
        Audience.UNKNOWN,
    }


def test_only_wanted_groups_come_when_globs_select(hospital):
    source = hospital().groups(include=("Equipe-*", "parking@*"), exclude=("*sociale*",))
    emails = [group.email for group in source.groups()]

    assert emails == ["equipe-soins@ch-valmoree.example", "parking@ch-valmoree.example"]


def test_every_group_comes_in_order_when_the_listing_has_many_pages(hospital):
    tenant = generate(450)
    emails = [group.email for group in hospital(tenant).groups().groups()]
    assert emails == sorted(tenant.group_emails)


def test_each_list_of_members_is_fetched_once(hospital):
    running = hospital()
    collect(running.groups())
    asked = running.emulator.stats()["methods"]

    assert asked["directory.members.list"] == 40
    assert asked["groupsSettings.groups.get"] == 40
    assert asked["cloudidentity.policies.list"] == 1
    # One listing for each name of event.
    assert asked["reports.activities.list"] == sum(map(len, (*EVENTS.values(), *MOVES.values())))
    assert asked["token"] == 5


def test_members_are_listed_when_the_count_says_none(hospital):
    """The count is late, and whether it counts "all users" is not documented."""
    everybody = (ServedMember("C01", "", "CUSTOMER"),)
    view = {"whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW", "whoCanJoin": "INVITED_CAN_JOIN"}
    served = ServedGroup("1", "a@h.example", "A", members=everybody, settings=view)
    source = hospital(tenant_of(served)).groups()
    (group,) = source.groups()

    judged = source.exposure(replace(group, direct_members=0))
    assert judged.readership is Audience.WHOLE_ORGANISATION


@pytest.fixture
def listing(monkeypatch):
    """What groups.list gives, page by page."""

    def give(*pages):
        monkeypatch.setattr(GoogleApi, "pages", lambda *_args: iter(pages))

    return give


def test_each_group_comes_once_when_pages_overlap(hospital, listing):
    names = [{"email": f"{name}@h.example"} for name in "ABCD"]
    listing({"groups": names[:3]}, {"groups": names[1:]}, {}, {"groups": None})
    emails = [group.email for group in hospital(tenant_of()).groups().groups()]

    assert emails == [f"{name}@h.example" for name in "abcd"]


def test_groups_after_a_nameless_one_come_before_the_listing_is_said_to_be_bad(hospital, listing):
    listing({"groups": [{"email": "a@h.example"}, {"name": "?"}]}, {"groups": [{"email": "b@h.x"}]})
    groups = hospital(tenant_of()).groups().groups()

    assert [next(groups).email, next(groups).email] == ["a@h.example", "b@h.x"]
    with pytest.raises(BadAnswer):
        next(groups)


@pytest.mark.parametrize("answered", [0, 2])
def test_policies_are_asked_for_without_a_filter_when_it_finds_none(
    hospital, monkeypatch, answered
):
    switch = {
        "setting": {
            "type": "groups_for_business.groups_sharing",
            "value": {"collaborationCapability": "ANYONE_CAN_ACCESS"},
        }
    }
    answers = [[{}], [{"policies": [switch]}]] if answered else [[{}], [{}]]
    monkeypatch.setattr(GoogleApi, "pages", lambda *_args: iter(answers.pop(0)))

    assert hospital(tenant_of()).groups().org_policy().open_to_internet is bool(answered)
    assert answers == []


def test_lists_are_dropped_and_fetched_again_when_too_many_are_kept(hospital):
    people = tuple(ServedMember(str(n), f"p{n}@h.example") for n in range(3))
    tenant = tenant_of(
        *(ServedGroup(name, f"{name}@h.example", name, members=people) for name in "abc")
    )
    running = hospital(tenant)
    lists = DirectMembers(running.google(), most_kept=8)
    for name in "aabcca":
        assert len(lists.of(f"{name}@h.example")) == 3

    assert running.emulator.stats()["methods"]["directory.members.list"] == 4
    assert lists._kept <= 8


def test_an_unreadable_list_is_asked_for_once(hospital):
    faults = Faults(script=(Script("members.list", status=403, reason="forbidden", times=None),))
    running = hospital(tenant_of(), faults)
    lists = DirectMembers(running.google())
    for _each in range(3):
        with pytest.raises(CollectError):
            lists.of("a@h.example")

    assert running.emulator.stats()["methods"]["directory.members.list"] == 1


def test_no_scope_is_asked_for_beyond_what_a_feature_needs():
    """The list for the README: whoever widens it must say why."""
    assert {
        feature.what: feature.scopes for feature in (GROUPS, DOMAINS, MEMBERS, SETTINGS, POLICIES)
    } == {
        "the list of groups": (SCOPES + "admin.directory.group.readonly",),
        "the organisation's domains": (SCOPES + "admin.directory.domain.readonly",),
        "the group's members": (SCOPES + "admin.directory.group.readonly",),
        "the group's settings": (SCOPES + "apps.groups.settings",),
        "the organisation's switches for groups": (SCOPES + "cloud-identity.policies.readonly",),
    }
