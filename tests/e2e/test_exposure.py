"""Since when, by whom, what else is weak, which rules are met: the whole command over HTTP."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hospital import Hospital

from groupaudit.collector.replay import REASONS
from groupaudit.collector.weaknesses import KINDS
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import generate, truth
from groupaudit.emulator.server import Emulator
from groupaudit.reporter.language import language

STORY = "equipe-soins@ch-valmoree.example"
LABORATORY = "laboratoire-resultats@ch-valmoree.example"


def exposed(groups):
    return {
        email: {
            "since": group["exposed_since"],
            "by": group["exposed_by"],
            "at_least_since": group["exposed_at_least_since"],
        }
        for email, group in groups.items()
        if group["kind"] == "workspace"
    }


@pytest.fixture(scope="module")
def audited(tmp_path_factory) -> Iterator[Hospital]:
    """A hospital of forty groups, audited once for its readership."""
    with Emulator(generate(groups=40)) as emulator:
        hospital = Hospital(emulator, tmp_path_factory.mktemp("audited"), sources="[]")
        hospital.audit()
        yield hospital


def test_report_dates_every_exposure_like_the_truth(audited):
    found = exposed(audited.groups())
    true = {each["email"]: each["exposed"] for each in truth(40)["groups"] if "exposed" in each}
    log_begins = datetime.now(UTC) - timedelta(days=180)
    for email, told in found.items():
        if true[email]["since"] is None and told["at_least_since"]:
            # The log begins 180 days before the audit, the truth's before its midnight.
            began = datetime.fromisoformat(told["at_least_since"])
            assert abs(began - log_begins) < timedelta(days=1)
            true[email]["at_least_since"] = told["at_least_since"]
        assert told == true[email], email


def test_story_is_told_as_older_than_the_log(audited):
    story = audited.groups()[STORY]
    assert (story["exposed_since"], story["exposure_evidence"]) == (None, None)
    assert story["exposure_unknown_reason"] == REASONS["before-the-log"]
    text = (audited.folder / "reports" / "report.csv").read_text(encoding="utf-8-sig")
    rows = {row["Adresse"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}
    assert rows[STORY]["Depuis quand"].startswith("ouvert avant le ")
    assert "antérieure au début du journal" in rows[STORY]["Depuis quand"]
    assert rows[LABORATORY]["Depuis quand"].startswith("depuis le ")


def test_opening_is_quoted_with_its_address_and_its_log(audited):
    laboratory = audited.groups()[LABORATORY]
    (opening,) = (event for event in laboratory["timeline"] if event["what"] == "changed")
    assert opening["setting"] == "WHO_CAN_JOIN"
    assert opening["after"] == "ANYONE_CAN_JOIN"
    assert opening["by"] == laboratory["exposed_by"]
    assert opening["address"].startswith("203.0.113.")
    assert opening["address"] in laboratory["exposure_evidence"]


def test_weaknesses_and_rules_are_in_every_format(audited):
    groups, report = audited.groups(), audited.report()
    kinds = {
        email: [each["kind"] for each in group["weaknesses"]] for email, group in groups.items()
    }
    assert kinds["contact-patients@ch-valmoree.example"] == ["anyone-posts-moderated"]
    assert kinds["groupe-vide@ch-valmoree.example"] == ["no-owner"]
    rules = {each["rule"]: each for each in report["compliance"]}
    assert rules["GWS.GROUPS.1.1v1"]["status"] == "not_met"
    assert rules["GWS.GROUPS.1.1v1"]["groups_against"] == sum(
        group["settings"].get("whoCanViewGroup") == "ANYONE_CAN_VIEW" for group in groups.values()
    )
    page = (audited.folder / "reports" / "report.html").read_text(encoding="utf-8")
    coverage = (audited.folder / "reports" / "coverage.csv").read_text(encoding="utf-8-sig")
    for rule in rules:
        assert rule in page
        assert rule in coverage
    told = language("fr")
    for kind in {each for found in kinds.values() for each in found}:
        assert told.text(KINDS[kind].effect) in page, kind
        assert told.text(KINDS[kind].action) in page, kind


def test_rules_are_kept_and_rendered_again(audited, tmp_path):
    again = tmp_path / "again"
    config = str(audited.config)
    audited.run("report", "--config", config, "--format", "json", "--out", str(again))

    assert audited.report(again)["compliance"] == audited.report()["compliance"]


def test_refused_log_leaves_dates_unknown_and_says_why(tmp_path):
    refusal = Script(match="reports.activities", effect="error", status=403, times=99)
    with Emulator(generate(groups=12), faults=Faults(script=(refusal,))) as emulator:
        hospital = Hospital(emulator, tmp_path, sources="[]")
        done = hospital.audit()

    assert done.returncode == 0, done.stderr
    story = hospital.groups()[STORY]
    assert (story["exposed_since"], story["exposed_by"], story["exposure_evidence"]) == (None,) * 3
    assert story["exposure_unknown_reason"] == REASONS["log-unread"]
    assert any("access-denied" in note for note in hospital.report()["notes"])


def test_last_writer_from_inside_is_named_where_nobody_owns_the_group(tmp_path):
    with Emulator(generate(groups=1)) as emulator:
        hospital = Hospital(emulator, tmp_path)
        hospital.audit(GROUPAUDIT_SAMPLING__MAX_POSTS="4")

    (weakness,) = hospital.groups()[STORY]["weaknesses"]
    assert weakness["kind"] == "owners-suspended"
    assert weakness["who"]
    assert all(each.endswith("@ch-valmoree.example") for each in weakness["who"])


def test_log_is_not_asked_for_when_it_is_not_wanted(no_posts):
    no_posts.audit(GROUPAUDIT_COLLECT__AUDIT_LOG="false")

    assert "reports.activities.list" not in no_posts.emulator.stats()["methods"]
    story = no_posts.groups()[STORY]
    assert story["exposure_unknown_reason"] == "the audit log was not read"
