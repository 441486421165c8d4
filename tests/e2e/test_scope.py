"""Audits that look at more and at less, one after the other: nothing is fixed that nobody saw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hospital import Hospital

from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator

GROUP = "equipe-soins@ch-valmoree.example"
LETTER = (
    "Compte rendu d'hospitalisation\nPatient : DUPONT Jeanne, née le 12/03/1958\n"
    "NIR : 2 58 03 75 116 001 56\nDiagnostic : BPCO stade III, décompensation cardiaque.\n"
    "Traitement : furosémide 40 mg, sortie le 14/03/2025 vers son domicile.\n"
)
WITHOUT = {"GROUPAUDIT_POSTS__ATTACHMENTS": "false"}


@pytest.fixture
def hospital(tmp_path) -> Iterator[Hospital]:
    """One group that anyone reads, whose one post has a patient in its attachment alone."""
    post = EmailMessage()
    post["From"], post["Subject"] = "secretariat@ch-valmoree.example", "Document"
    post["Date"], post["Message-ID"] = "Mon, 03 Mar 2025 10:00:00 +0100", "<1@ch-valmoree.example>"
    post.set_content("Bonjour, le document est joint. Bonne journée.")
    post.add_attachment(LETTER, filename="courrier.txt")
    folder = tmp_path / "archive" / GROUP
    folder.mkdir(parents=True)
    (folder / "1.eml").write_bytes(post.as_bytes())
    with Emulator(generate(groups=40)) as emulator:
        hospital = Hospital(emulator, tmp_path, sources='["archive"]\narchive_dir = "archive"')
        hospital.environment = hospital.environment | {
            "GROUPAUDIT_COLLECT__INCLUDE": f'["{GROUP}"]'
        }
        yield hospital


def _close(emulator: Emulator) -> None:
    """Only the members, all inside, read the groups from now on."""
    made = emulator.tenant.group
    closed = {"whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW", "whoCanJoin": "INVITED_CAN_JOIN"}

    def _closed(key: str):
        group = made(key)
        return group and replace(group, settings=group.settings | closed, members=())

    emulator.tenant.group = _closed


def _run(hospital: Hospital, **environment: str):
    done = hospital.audit(GROUPAUDIT_REPORT__FORMATS='["json", "prometheus"]', **environment)
    assert done.returncode in {0, 5}, done.stderr
    report = hospital.report()
    (group,) = report["groups"]
    return group["severity"], [each["change"] for each in report["changes"]], report


def test_finding_in_an_attachment_is_fixed_by_closing_and_not_by_looking_away(hospital):
    found, _, first = _run(hospital)
    unseen, told, second = _run(hospital, **WITHOUT)
    diff = hospital.run("diff", "--config", str(hospital.config))
    still, told_again, third = _run(hospital, **WITHOUT)
    metrics = (hospital.folder / "reports" / "groupaudit.prom").read_text(encoding="utf-8")
    _close(hospital.emulator)
    closed, at_last, fourth = _run(hospital)

    assert (found, unseen, still, closed) == ("critical", "none", "none", "none")
    assert (told, told_again, at_last) == ([], [], ["fixed"])
    for report in (second, third):
        assert report["unsettled"] == [
            {"email": GROUP, "severity": "critical", "run": first["run"]["id"]}
        ]
        assert sum("stand although this audit shows less" in note for note in report["notes"]) == 1
    assert "groupaudit_findings_unsettled 1" in metrics
    assert (diff.returncode, diff.stdout) == (0, "")
    assert "Findings that stand although this audit shows less" in diff.stderr
    (change,) = fourth["changes"]
    assert (change["from"], change["to"], fourth["unsettled"]) == ("critical", "none", [])
    assert _diff(hospital, "--from", first["run"]["id"]) == ["fixed"]


ANOTHER = {"GROUPAUDIT_COLLECT__INCLUDE": '["direction@*"]'}


def test_look_at_another_group_in_between_changes_nothing_for_the_audit_of_all(hospital):
    _, _, first = _run(hospital)
    done = hospital.audit(GROUPAUDIT_REPORT__FORMATS='["json"]', **ANOTHER)
    between = hospital.report()
    _, told, last = _run(hospital)

    assert done.returncode in {0, 4, 5, 6}, done.stderr
    assert GROUP not in {group["email"] for group in between["groups"]}
    assert [each["email"] for each in between["unsettled"]] == [GROUP]
    assert between["unsettled"][0]["run"] == first["run"]["id"]
    assert (told, last["unsettled"]) == ([], [])


def _diff(hospital: Hospital, *arguments: str) -> list[str]:
    done = hospital.run("diff", "--config", str(hospital.config), *arguments)
    return [json.loads(line)["change"] for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_finding_that_was_not_looked_at_is_the_same_when_it_is_seen_again(hospital):
    _run(hospital)
    _run(hospital, **WITHOUT)
    found, told, report = _run(hospital)

    assert (found, told, report["unsettled"]) == ("critical", [], [])


@pytest.mark.slow
def test_finding_is_fixed_when_its_post_is_gone_and_all_the_others_were_read(hospital):
    _run(hospital)
    next((hospital.folder / "archive" / GROUP).glob("*.eml")).write_text(
        "Subject: Repas\nDate: Mon, 03 Mar 2025 10:00:00 +0100\n\nLe repas est a midi.\n"
    )
    _, told, _ = _run(hospital)

    assert told == ["fixed"]
