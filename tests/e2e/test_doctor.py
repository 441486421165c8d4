"""``groupaudit doctor``, and an audit that runs with what it has."""

from __future__ import annotations

import json

import pytest
from hospital import Hospital

from groupaudit import config
from groupaudit.emulator.access import AUDIT_SCOPES, Access
from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator
from groupaudit.wiring import checkup

AUTH = "https://www.googleapis.com/auth/"


@pytest.fixture
def lacking(tmp_path):
    """Builds a small hospital that did not grant the scopes that a test names."""
    opened = []

    def build(*scopes, sources="[]"):
        granted = AUDIT_SCOPES - {AUTH + scope for scope in scopes}
        emulator = Emulator(generate(groups=4), access=Access(delegated_scopes=granted))
        emulator.start()
        opened.append(emulator)
        return Hospital(emulator, tmp_path, sources=sources)

    yield build
    for emulator in opened:
        emulator.stop()


def _doctor(hospital, *arguments, **environment):
    return hospital.run("doctor", "--config", str(hospital.config), *arguments, **environment)


def test_doctor_says_that_all_is_well(lacking):
    hospital = lacking()

    done = _doctor(hospital)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "the organisation's switches for groups" in done.stdout
    assert not (hospital.folder / "groupaudit.sqlite3").exists()


def test_doctor_writes_what_is_missing_for_people_and_machines(lacking):
    hospital = lacking("ediscovery", "admin.reports.audit.readonly", sources='["vault"]')
    file = hospital.folder / "doctor.json"

    done = _doctor(hospital, "--json", str(file))
    told = json.loads(file.read_text(encoding="utf-8"))

    assert done.returncode == told["exit_code"] == 3
    assert f"{AUTH}admin.reports.audit.readonly,{AUTH}ediscovery" in done.stdout
    refused = {one["check"]: one["scopes"] for one in told["checks"] if one["state"] == "refused"}
    assert refused == {
        "audit-log": [AUTH + "admin.reports.audit.readonly"],
        "vault": [AUTH + "ediscovery"],
    }
    assert file.stat().st_mode & 0o777 == 0o600
    secret = json.loads((hospital.folder / "key.json").read_text(encoding="utf-8"))["private_key"]
    for output in (done.stdout, done.stderr, file.read_text(encoding="utf-8")):
        assert hospital.emulator.super_admin() not in output
        assert secret[40:80] not in output
        assert "ya29." not in output


def test_doctor_tells_defects_alone_when_it_is_asked_to_be_quiet(lacking):
    refused = _doctor(lacking("ediscovery", sources='["vault"]'), "--quiet")
    well = _doctor(lacking(), "--quiet")

    assert refused.returncode == 3
    assert "ediscovery" in refused.stdout
    assert "allowed" not in refused.stdout
    assert (well.returncode, well.stdout, well.stderr) == (0, "", "")


def test_doctor_names_the_key_when_the_configuration_is_wrong(lacking):
    done = _doctor(lacking(), GROUPAUDIT_SAMPLING__CONFIDENCE="2")

    assert done.returncode == 2
    assert "sampling.confidence" in done.stderr


@pytest.mark.parametrize(
    ("scope", "sources", "code", "status", "notes"),
    [
        ("admin.directory.domain.readonly", "[]", 0, "not_requested", ["exposure_notes"]),
        ("cloud-identity.policies.readonly", "[]", 0, "not_requested", ["exposure_notes"]),
        ("ediscovery", '["vault"]', 4, "unread", ["posts", "note"]),
        ("devstorage.read_only", '["vault"]', 4, "unread", ["posts", "note"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_audit_goes_on_and_names_what_is_unknown(lacking, scope, sources, code, status, notes):
    hospital = lacking(scope, sources=sources)

    done = hospital.audit()

    assert done.returncode == code, done.stderr
    groups = hospital.groups().values()
    assert len(groups) == 4
    told = [group for group in groups if group["posts"]["status"] == status]
    assert told
    for group in told:
        found = group
        for step in notes:
            found = found[step]
        assert found, group["email"]
        if scope != "admin.directory.domain.readonly":
            assert AUTH + scope in str(found)


@pytest.mark.parametrize(
    ("sources", "environment"),
    [
        ('["vault"]', {"GROUPAUDIT_SAMPLING__MAX_POSTS": "2"}),
        ("[]", {}),
        (
            "[]",
            {
                "GROUPAUDIT_COLLECT__ORG_POLICY": "false",
                "GROUPAUDIT_COLLECT__AUDIT_LOG": "false",
            },
        ),
    ],
    ids=["vault", "readership", "no-delegation"],
)
def test_audit_asks_for_the_scopes_that_doctor_checks_and_no_other(lacking, sources, environment):
    hospital = lacking(sources=sources)
    settings = config.load(hospital.config, environment)

    hospital.audit(**environment)

    assert hospital.emulator.scopes_asked() == {
        scope for need in checkup.needs(settings) for scope in need.scopes
    }


def test_audit_says_who_opened_is_unknown_when_the_log_may_not_be_read(lacking):
    hospital = lacking("admin.reports.audit.readonly")

    done = hospital.audit()

    assert done.returncode == 0
    assert all(group["exposed_by"] is None for group in hospital.groups().values())
    assert "audit log" in json.dumps(hospital.report()).lower()
