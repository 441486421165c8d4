"""The whole job: what is exposed is found, what goes wrong is named, what is cut short resumes."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
from dataclasses import replace

import jsonschema
import pytest
from hospital import Hospital

from groupaudit.emulator.access import AUDIT_SCOPES, Access
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import generate, truth
from groupaudit.emulator.server import Emulator
from groupaudit.reporter.as_json import schema

STORY = "equipe-soins@ch-valmoree.example"
DENIED = (
    "parking@ch-valmoree.example",
    "informatique@ch-valmoree.example",
    "staff-medical@ch-valmoree.example",
)
#: Where the job is the point and not what the posts say.
FEW_POSTS = {"GROUPAUDIT_SAMPLING__MAX_POSTS": "3"}
#: Where waiting for Vault is not the point.
READY_EXPORTS = Faults(export_polls=0)
#: Where an audit must not have begun all groups when it is stopped.
FEW_AT_ONCE = FEW_POSTS | {"GROUPAUDIT_COLLECT__WORKERS": "3"}
DELETED = "salle-de-pause@ch-valmoree.example"


def _truth(**unassessed):
    told = truth(groups=40, unassessed=unassessed)["groups"]
    return {group["email"]: group for group in told}


def _comparable(report):
    """A report without what differs between two runs, or what the later knows from the first."""
    known = {"exposed_at_least_since", "exposure_earlier_run"}
    groups = [
        {key: value for key, value in group.items() if key not in known}
        for group in report["groups"]
    ]
    head = {
        key: value
        for key, value in report["run"].items()
        if key not in {"id", "started", "finished"}
    }
    return {**report, "run": head, "changes": None, "trend": None, "groups": groups}


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """A hospital of forty groups, audited once with its posts; for tests that only look."""
    with Emulator(generate(groups=40)) as emulator:
        hospital = Hospital(emulator, tmp_path_factory.mktemp("audited"))
        done = hospital.audit()
        assert done.returncode in {5, 6}, done.stderr
        yield hospital


def test_audit_finds_the_story_of_the_clinic(audited):
    hospital = audited

    jsonschema.validate(hospital.report(), schema())
    story = hospital.groups()[STORY]
    assert story["readership"] == "anyone_on_web"
    assert story["severity"] == "critical"
    assert story["health"]["verdict"] == "identifiable_health"
    assert story["posts"]["source"] == "vault"
    assert {"report.csv", "report.html", "coverage.csv"} <= {
        file.name for file in (hospital.folder / "reports").iterdir()
    }


def test_readership_is_the_truth_for_every_group(no_posts):
    no_posts.audit()

    groups = no_posts.groups()
    expected = _truth()
    told = {
        email: (group["readership"], tuple(group["audiences"]), group["latent_readership"])
        for email, group in groups.items()
    }
    assert told == {
        email: (fact["readership"], tuple(fact["audiences"]), fact["latent_readership"])
        for email, fact in expected.items()
        if email in told
    }
    assert len(told) == 40


def test_identifiable_health_is_found_in_the_groups_that_hold_it(audited):
    expected = _truth()
    for email, group in audited.groups().items():
        if group["posts"]["status"] != "read" or not group["posts"]["examined"]:
            continue
        holds = expected[email]["verdicts"].get("identifiable_health", 0)
        if holds >= 3:
            assert group["health"]["posts_identifiable_health"], email


def test_nothing_is_left_in_vault_or_readable_by_others(audited):
    methods = audited.emulator.stats()["methods"]
    assert methods["vault.matters.create"] == methods["vault.matters.delete"]
    for file in audited.folder.rglob("*"):
        assert not file.stat().st_mode & 0o077 or file.is_dir() or file.suffix == ".lock", file


def test_faults_leave_every_other_group_right(faulty, no_posts):
    hospital = faulty(
        Faults(
            error_rate=0.02,
            denied=frozenset(DENIED),
            deleted=frozenset({DELETED}),
            token_uses=60,
            script=(
                Script(match="groupsSettings", effect="cut"),
                Script(
                    match="members.list",
                    effect="error",
                    status=403,
                    reason="quotaExceeded",
                    times=3,
                ),
            ),
        )
    )

    done = hospital.audit(**FEW_POSTS)

    assert done.returncode == 6, done.stderr
    groups = hospital.groups()
    unassessed = {
        email: group["unassessed_reason"]
        for email, group in groups.items()
        if not group["assessed"] and group["unassessed_reason"] != "readership-unknown"
    }
    assert unassessed == dict.fromkeys(DENIED, "access-denied") | {DELETED: "not-found"}
    expected = _truth(**unassessed)
    for email, group in groups.items():
        if email not in unassessed:
            assert group["readership"] == expected[email]["readership"], email


def _requests(hospital):
    return sum(hospital.emulator.stats()["methods"].values())


@pytest.mark.slow
def test_killed_audit_resumes_to_the_same_report(tmp_path, faulty):
    hospital = faulty(Faults(latency=0.01), groups=12)
    draw = random.Random(7)
    killed = 0
    for _ in range(4):
        enough = _requests(hospital) + draw.randint(5, 40)
        running = hospital.begun(lambda enough=enough: _requests(hospital) > enough, **FEW_POSTS)
        running.kill()
        killed += running.wait() == -signal.SIGKILL

    resumed = hospital.audit(**FEW_POSTS)
    first = hospital.report()
    hospital.emulator.faults = READY_EXPORTS
    undisturbed = hospital.audit("--fresh", "--out", str(tmp_path / "fresh"), **FEW_POSTS)

    assert killed == 4

    assert resumed.returncode == undisturbed.returncode
    assert _comparable(first) == _comparable(hospital.report(tmp_path / "fresh"))
    methods = hospital.emulator.stats()["methods"]
    assert methods["vault.matters.create"] == methods["vault.matters.delete"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_audit_reports_what_it_knows(faulty, how):
    hospital = faulty(replace(READY_EXPORTS, latency=0.03), groups=12)
    methods = hospital.emulator.stats
    running = hospital.begun(
        lambda: methods()["methods"].get("vault.matters.exports.create"),
        subprocess.PIPE,
        **FEW_AT_ONCE,
    )
    running.send_signal(how)
    _, said = running.communicate(timeout=60)

    assert running.returncode == 1
    assert "Traceback" not in said
    assert hospital.report()["run"]["finished"]
    assert len(hospital.report()["groups"]) < 12
    hospital.emulator.faults = READY_EXPORTS
    assert hospital.audit(**FEW_AT_ONCE).returncode in {5, 6}
    assert len(hospital.report()["groups"]) == 12


def test_second_run_is_refused_while_one_holds_the_lock(faulty):
    hospital = faulty(Faults(latency=0.3), sources="[]")
    lock = hospital.folder / "groupaudit.sqlite3.lock"
    running = hospital.begun(lambda: lock.exists() and lock.read_text())

    second = hospital.audit()
    running.kill()
    running.wait()

    assert second.returncode == 7, second.stderr
    assert str(running.pid) in second.stderr


def _remove_key(hospital):
    (hospital.folder / "key.json").unlink()


def _spoil_key(hospital):
    (hospital.folder / "key.json").write_text("{}")


def _replace(pattern, text):
    def change(hospital):
        old = hospital.config.read_text(encoding="utf-8")
        assert re.search(pattern, old, re.MULTILINE)
        hospital.config.write_text(re.sub(pattern, text, old, flags=re.MULTILINE), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (_remove_key, 2, ["key.json", "google.credentials"]),
        (_spoil_key, 2, ["key.json"]),
        (
            _replace(r"^subject = .*", 'subject = "personne@ch-valmoree.example"'),
            3,
            ["google.subject"],
        ),
        (_replace(r"^subject = .*", 'sbject = ""'), 2, ["google.sbject", "google.subject"]),
        (_replace(r"^sources = .*", 'sources = ["fax"]'), 2, ["posts.sources"]),
    ],
)
def test_bad_input_says_what_to_do(no_posts, change, code, words):
    change(no_posts)

    done = no_posts.audit()

    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("scope", "code", "words"),
    [
        ("admin.directory.group.readonly", 3, ["admin.directory.group.readonly", "delegation"]),
        ("apps.groups.settings", 3, ["apps.groups.settings", "delegation"]),
    ],
)
def test_revoked_scope_says_what_to_grant(tmp_path, scope, code, words):
    granted = frozenset(one for one in AUDIT_SCOPES if not one.endswith(scope))
    access = Access(delegated_scopes=granted)
    with Emulator(generate(groups=40), access=access) as emulator:
        done = Hospital(emulator, tmp_path, sources="[]").audit()

    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_revoked_policy_scope_leaves_the_rest_and_says_so(tmp_path):
    granted = frozenset(one for one in AUDIT_SCOPES if not one.endswith("policies.readonly"))
    with Emulator(generate(groups=40), access=Access(delegated_scopes=granted)) as emulator:
        hospital = Hospital(emulator, tmp_path, sources="[]")
        hospital.audit()

    assert hospital.groups()[STORY]["readership"] == "anyone_on_web"
    assert {group["readership_certainty"] for group in hospital.groups().values()} == {
        "org_policy_unknown"
    }


def test_unreadable_archive_is_named_for_its_group_only(tmp_path, faulty):
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / f"{STORY}.mbox").mkdir()
    (archive / "urgences-lits@ch-valmoree.example.mbox").write_text("no mailbox at all")
    hospital = faulty(Faults(), sources='["archive"]\narchive_dir = "archive"')

    done = hospital.audit()

    assert done.returncode in {4, 6}
    posts = hospital.groups()[STORY]["posts"]
    assert posts["status"] == "unread"
    assert posts["reason"]


def test_demo_runs_to_its_end(no_posts, tmp_path):
    done = no_posts.run("demo", "--out", str(tmp_path / "demo"), "--groups", "5")

    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "demo" / "report.json").read_text(encoding="utf-8"))
    assert sum(group["kind"] == "workspace" for group in report["groups"]) == 5
    assert not list((tmp_path / "demo").glob("*.sqlite3"))


def test_history_diff_and_report_read_back_what_was_kept(no_posts, tmp_path):
    no_posts.audit()
    no_posts.audit()

    history = no_posts.run("history", "--config", str(no_posts.config))
    diff = no_posts.run("diff", "--config", str(no_posts.config))
    again = no_posts.run(
        "report",
        "--config",
        str(no_posts.config),
        "--format",
        "json",
        "--out",
        str(tmp_path / "again"),
    )

    assert (history.returncode, diff.returncode, again.returncode) == (0, 0, 0)
    assert history.stdout.count("\n") >= 3
    assert diff.stdout == ""
    assert no_posts.report(tmp_path / "again") == no_posts.report()


#: Some groups are looked at before the day's quota ends, not all of them halfway.
FEW_TOGETHER = {"GROUPAUDIT_COLLECT__WORKERS": "8"}


def test_audit_suspended_by_the_days_quota_goes_on_the_next_day(faulty):
    hospital = faulty(Faults(daily_quota=90), sources="[]")

    first = hospital.audit(**FEW_TOGETHER)
    cut = hospital.report()
    again_today = hospital.audit(**FEW_TOGETHER)
    hospital.emulator.faults = Faults()  # the next day
    resumed = hospital.audit(**FEW_TOGETHER)
    whole = hospital.report()

    assert first.returncode == 1, first.stderr
    assert not cut["run"]["complete"]
    assert 0 < len(cut["groups"]) < 40
    assert any("run again tomorrow" in note for note in cut["notes"])
    assert "quota-exhausted" not in str(cut["coverage"]["by_reason"])
    assert again_today.returncode == 1
    assert resumed.returncode in {0, 4, 5, 6}, resumed.stderr
    assert whole["run"]["id"] == cut["run"]["id"]
    assert len(whole["groups"]) == 40
    expected = _truth()
    for group in whole["groups"]:
        assert group["readership"] == expected[group["email"]]["readership"], group["email"]
