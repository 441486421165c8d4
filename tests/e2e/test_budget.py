"""The budget of a day over whole runs: suspended at the ceiling, resumed the next day."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hospital import Hospital

from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator

#: One request for each of the 40 groups, a few beside.
SETTINGS_ONLY = {"GROUPAUDIT_COLLECT__MEMBERS": "false"}

ENDS_WITH_FINDINGS = {0, 4, 5, 6}


@pytest.fixture
def hospital(tmp_path):
    with Emulator(generate(groups=40, seed=1)) as emulator:
        yield Hospital(emulator, tmp_path / "one", sources="[]")


def asked(hospital: Hospital, api: str) -> int:
    methods = hospital.emulator.stats()["methods"]
    return sum(number for method, number in methods.items() if method.startswith(api))


def a_day_passes(hospital: Hospital) -> None:
    """What was asked today was asked yesterday."""
    database = tomllib.loads(hospital.config.read_text("utf-8"))["state"]["database"]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE spending SET day = date(day, '-1 day')")


def told(report: dict[str, Any]) -> dict[str, Any]:
    """A report without what is the run's own: its head, and id and date of its point."""
    points = [
        {key: value for key, value in point.items() if key not in {"run", "when"}}
        for point in report["trend"]
    ]
    return {key: value for key, value in report.items() if key != "run"} | {"trend": points}


def test_a_run_suspended_by_the_budget_ends_like_an_undisturbed_one(hospital, tmp_path):
    undisturbed = Hospital(hospital.emulator, tmp_path / "other", sources="[]")
    undisturbed.audit()
    before = asked(hospital, "directory.")
    budget = {"GROUPAUDIT_GOOGLE__REQUESTS_PER_DAY": "60", "GROUPAUDIT_COLLECT__WORKERS": "8"}

    first = hospital.audit(**budget)
    cut = hospital.report()
    again_today = hospital.audit(**budget)
    asked_in_a_day = asked(hospital, "directory.") - before
    a_day_passes(hospital)
    raised = hospital.audit(GROUPAUDIT_GOOGLE__REQUESTS_PER_DAY="1000")
    whole = hospital.report()

    assert (first.returncode, again_today.returncode) == (1, 1), first.stderr
    assert any("google.requests_per_day): run again after" in note for note in cut["notes"])
    assert not cut["run"]["complete"]
    assert 0 < len(cut["groups"]) < 40
    assert 0 < asked_in_a_day <= 60
    assert raised.returncode in ENDS_WITH_FINDINGS, raised.stderr
    assert whole["run"]["id"] == cut["run"]["id"]
    assert told(whole) == told(undisturbed.report())


def test_two_runs_of_one_day_share_the_budget(hospital):
    budget = {"GROUPAUDIT_GOOGLE__REQUESTS_PER_DAY": "60"} | SETTINGS_ONLY

    first = hospital.audit(**budget)
    second = hospital.audit(**budget)

    assert first.returncode in ENDS_WITH_FINDINGS, first.stderr
    assert second.returncode == 1
    assert asked(hospital, "groupsSettings.") <= 60


def two_tenants(hospital: Hospital, project: str) -> None:
    """Make its configuration one of two tenants, the second with a key of ``project``."""
    google = tomllib.loads(hospital.config.read_text("utf-8"))["google"]
    key = json.loads(Path(google["credentials"]).read_text("utf-8"))
    other = hospital.folder / "other.json"
    other.write_text(json.dumps(key | {"project_id": project}), encoding="utf-8")
    text = "[posts]\nsources = []\n"
    for name, credentials in (("nord", google["credentials"]), ("sud", str(other))):
        own = google | {"credentials": credentials}
        keys = "\n".join(f"{key} = {json.dumps(value)}" for key, value in own.items())
        text += f'[[tenant]]\nname = "{name}"\n[tenant.google]\n{keys}\nrequests_per_day = 60\n'
    hospital.config.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("project", "complete"), [("demonstration", False), ("another", True)])
def test_tenants_share_the_budget_when_their_project_is_one(hospital, project, complete):
    two_tenants(hospital, project)

    done = hospital.audit(**SETTINGS_ONLY)

    assert (done.returncode in ENDS_WITH_FINDINGS) is complete, done.stderr
    assert ("google.requests_per_day" in json.dumps(hospital.report())) is not complete
