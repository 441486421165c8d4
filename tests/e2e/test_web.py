"""The public web through the command line: probe, consumer groups, the ``web`` source, doubts."""

from __future__ import annotations

import json
from functools import partial

import jsonschema
import pytest

from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import truth
from groupaudit.reporter.as_json import schema

STORY = "equipe-soins@ch-valmoree.example"
FOUND = "soins-nuit-valmoree@googlegroups.com"
PRIVATE = "amicale-valmoree@googlegroups.com"
HARMLESS = "chorale-valmoree@googlegroups.com"
CLOSED, ALSO_CLOSED = "astreintes-bloc@ch-valmoree.example", "comite-social@ch-valmoree.example"
WEB = "groups.google.com"

#: Only the story's group, few of its posts: these tests are about what the web shows.
ONE = {"GROUPAUDIT_COLLECT__INCLUDE": f'["{STORY}"]', "GROUPAUDIT_SAMPLING__MAX_POSTS": "4"}


@pytest.fixture
def serve(faulty):
    """Builds a hospital whose web is as a test wants it; by default it has no source of posts."""
    return partial(faulty, sources="[]")


def web_requests(hospital) -> int:
    return hospital.emulator.stats()["methods"].get("web", 0)


def look(group):
    """What the web is said to show of a group, and what that does."""
    return [(each["value"], each["effect"]) for each in group["reasons"] if each["setting"] == WEB]


@pytest.mark.parametrize(
    ("faults", "addresses", "code", "seen"),
    [
        (None, [STORY, FOUND], 5, ["content_public", "content_public"]),
        (None, [PRIVATE, "personne@googlegroups.com"], 0, ["denied_or_absent"] * 2),
        (Faults(web={FOUND: "sorry"}), [FOUND, STORY], 4, ["rate_limited"] * 2),
        (Faults(web={FOUND: "redesign"}), [FOUND, STORY], 6, ["unknown_page", "content_public"]),
        (Faults(robots="User-agent: *\nDisallow: /\n"), [STORY], 4, ["robots"]),
    ],
)
def test_probe_says_what_it_saw_in_lines_and_exit_code(serve, faults, addresses, code, seen):
    hospital = serve(faults)
    done = hospital.run("probe", *addresses, "--config", str(hospital.config))
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == code, done.stderr
    assert [line["group"] for line in lines] == addresses
    assert [line["seen"] for line in lines] == seen
    for line in lines:
        public = line["seen"] == "content_public"
        assert line["readership"] == ("anyone_on_web" if public else "unknown")
        assert line["group"] in done.stderr


def test_probe_prints_nothing_of_what_was_posted(serve):
    hospital = serve()
    done = hospital.run("probe", FOUND, "--config", str(hospital.config), "--verbose")
    group = next(g for g in hospital.emulator.tenant.consumer_groups if g.email == FOUND)
    subjects = {
        line.partition(b": ")[2].decode("ascii", "ignore")
        for post in group.posts()
        for line in post.render().splitlines()
        if line.startswith(b"Subject: ") and b"=?" not in line
    }

    assert subjects
    assert not any(subject in done.stdout + done.stderr for subject in subjects if subject)


@pytest.mark.parametrize("address", ["no address", "a/b@hopital.example", "@x.example"])
def test_probe_refuses_what_is_no_address(serve, address):
    hospital = serve()
    done = hospital.run("probe", address, "--config", str(hospital.config))

    assert done.returncode == 2
    assert web_requests(hospital) == 0


def test_audit_asks_the_web_nothing_when_nothing_calls_for_it(serve):
    hospital = serve(sources='["archive"]')
    hospital.audit(**ONE)

    assert web_requests(hospital) == 0
    assert {group["kind"] for group in hospital.groups().values()} == {"workspace"}


def test_consumer_groups_are_discovered_configured_and_judged(serve):
    hospital = serve(consumer=f'addresses = ["{PRIVATE}", "{HARMLESS.upper()}"]')
    done = hospital.audit()
    report = hospital.report()
    groups = {g["email"]: g for g in report["groups"] if g["kind"] == "consumer"}
    facts = {g["email"]: g for g in truth(groups=40)["groups"] if g["kind"] == "consumer"}

    assert done.returncode == 4, done.stderr
    jsonschema.validate(report, schema())
    assert {email: group["readership"] for email, group in groups.items()} == {
        email: facts[email]["readership"] for email in (FOUND, PRIVATE, HARMLESS)
    }
    assert groups[FOUND]["readership_certainty"] == "probed"
    assert groups[PRIVATE]["readership_certainty"] is None
    assert groups[PRIVATE]["unassessed_reason"] == "readership-unknown"
    assert look(groups[PRIVATE])[0][0] == "denied_or_absent"
    assert any(FOUND in g.get("consumer_groups", ()) for g in report["groups"])


def test_consumer_group_is_discovered_in_the_list_header_of_a_post(serve, tmp_path):
    hospital = serve(sources='["archive"]\narchive_dir = "archive"', consumer="discover = true")
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / f"{STORY}.mbox").write_bytes(
        b"From a@b Mon Mar  3 10:00:00 2025\nSubject: Repas\nList-ID: <chorale-valmoree."
        b"googlegroups.com>\nList-Unsubscribe: <mailto:googlegroups-manage+1@googlegroups.com>\n\n"
        b"Le repas est a midi.\n"
    )
    hospital.audit(**ONE)
    groups = hospital.groups()

    assert groups[STORY]["consumer_groups"] == [HARMLESS]
    assert groups[HARMLESS]["readership"] == "anyone_on_web"


def test_public_consumer_group_is_read_in_part_and_says_so(serve):
    hospital = serve(sources='["web"]', consumer=f'addresses = ["{FOUND}"]')
    hospital.audit(**ONE)
    group = hospital.groups()[FOUND]

    assert group["severity"] == "critical"
    assert group["health"]["verdict"] == "identifiable_health"
    assert group["posts"]["source"] == "web"
    assert group["posts"]["status"] == "partly_read"
    assert group["posts"]["reason"] == "posts-missing"
    assert 0 < group["posts"]["examined"] < group["posts"]["total"] <= 60
    assert "5 of them were opened" in group["posts"]["note"]


def test_fuller_source_is_preferred_to_the_public_pages(serve):
    hospital = serve(sources='["web", "vault"]')
    hospital.audit(**ONE | {"GROUPAUDIT_SAMPLING__MAX_POSTS": "12"})
    group = hospital.groups()[STORY]

    assert (group["posts"]["source"], group["posts"]["examined"]) == ("vault", 12)
    assert group["readership_certainty"] == "probed"


def test_web_that_hides_what_settings_open_is_reported_and_changes_nothing(serve):
    hospital = serve(Faults(web={STORY: "permission"}), sources='["web"]')
    hospital.audit(**ONE)
    group = hospital.groups()[STORY]

    assert (group["readership"], group["readership_certainty"]) == ("anyone_on_web", "settings")
    [(seen, effect)] = look(group)
    assert seen == "denied_or_absent"
    assert effect.startswith("The settings let anyone on the Internet read")
    assert group["posts"]["status"] == "unread"


def test_web_that_shows_what_the_switch_closes_is_believed_and_reported(serve):
    hospital = serve(Faults(web={STORY: "shown"}), sources='["web"]', org_policy="private")
    hospital.audit(**ONE)
    group = hospital.groups()[STORY]

    assert (group["readership"], group["readership_certainty"]) == ("anyone_on_web", "probed")
    assert group["severity"] == "critical"
    [(seen, effect)] = look(group)
    assert seen == "content_public"
    assert effect.startswith("The settings say otherwise")


@pytest.mark.parametrize("wanted", ["open", "all"])
def test_web_that_shows_what_the_group_closes_is_reported_when_all_are_looked_at(serve, wanted):
    hospital = serve(Faults(web={CLOSED: "shown"}), sources='["web"]')
    both = {"GROUPAUDIT_COLLECT__INCLUDE": f'["{CLOSED}", "{ALSO_CLOSED}"]'}
    hospital.audit(**both, GROUPAUDIT_GOOGLE__WEB_GROUPS=wanted)
    shown, hidden = (hospital.groups()[email] for email in (CLOSED, ALSO_CLOSED))

    assert hidden["readership"] == "members"
    if wanted == "open":
        assert (shown["readership"], look(shown), look(hidden)) == ("members", [], [])
        return
    assert (shown["readership"], shown["readership_certainty"]) == ("anyone_on_web", "probed")
    assert look(shown)[0][1].startswith("The settings say otherwise")
    [(seen, effect)] = look(hidden)
    assert (seen, effect.endswith("the web shows nothing of this group.")) == (
        "denied_or_absent",
        True,
    )


@pytest.mark.parametrize(
    ("fault", "seen"),
    [("login", "login_required"), ("redesign", "unknown_page"), ("consent", "consent")],
)
def test_web_that_cannot_tell_leaves_the_settings_answer(serve, fault, seen):
    hospital = serve(Faults(web={STORY: fault}), sources='["web"]')
    hospital.audit(**ONE)
    group = hospital.groups()[STORY]

    assert (group["readership"], group["readership_certainty"]) == ("anyone_on_web", "settings")
    assert look(group)[0][0] == seen
    assert group["exposure_notes"]


def test_closed_switch_and_hiding_web_agree(serve):
    hospital = serve(sources='["web"]', org_policy="private")
    hospital.audit(**ONE)
    group = hospital.groups()[STORY]

    assert group["readership"] != "anyone_on_web"
    assert group["latent_readership"] == "anyone_on_web"
    assert look(group)[0][0] == "denied_or_absent"


def test_interrupted_run_is_led_to_the_same_consumer_groups(serve):
    quota = Faults(daily_quota=80)
    hospital = serve(quota, consumer="discover = true")
    first = hospital.audit()
    hospital.emulator.faults = Faults()
    second = hospital.audit()

    assert first.returncode == 1, first.stderr
    assert second.returncode in {4, 5, 6}, second.stderr
    assert hospital.groups()[FOUND]["readership"] == "anyone_on_web"


def test_slow_down_in_mid_run_is_told_for_each_group(serve):
    limited = Script(match="GET /a/.*/g/(?!zz-)", status=429, times=None)
    hospital = serve(Faults(script=(limited,)), sources='["web"]')
    hospital.audit(GROUPAUDIT_SAMPLING__MAX_POSTS="4")
    looks = [look(group) for group in hospital.groups().values() if look(group)]

    assert len(looks) > 3
    assert {seen for ((seen, _effect),) in looks} == {"rate_limited"}
    assert web_requests(hospital) <= 5
