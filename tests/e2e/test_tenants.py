"""Several Workspaces in one configuration: two emulated hospitals on two ports, one report."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import time
import tomllib

import jsonschema
import pytest
from hospital import Hospital

from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator
from groupaudit.reporter.as_json import schema

NORTH, SOUTH = 12, 9
DAY_IS_OVER = Script(match="groupsSettings", status=403, reason="dailyLimitExceeded", after=5)


class HospitalGroup(Hospital):
    """Two hospitals; ``emulator`` is the northern one."""

    def __init__(self, north, south, folder):
        self.folder = folder
        self.config = folder / "groupaudit.toml"
        tables = ['[posts]\nsources = []\n[organisation]\nname = "Groupe"']
        for name, emulator in (("nord", north), ("sud", south)):
            own = tomllib.loads(emulator.write_config(folder / name).read_text("utf-8"))["google"]
            keys = "\n".join(f"{key} = {json.dumps(value)}" for key, value in own.items())
            tables.append(
                f'[[tenant]]\nname = "{name}"\n[tenant.organisation]\nname = "CH {name}"\n'
                f"[tenant.google]\n{keys}"
            )
        self.config.write_text("\n".join(tables), encoding="utf-8")
        self.emulator = north


@pytest.fixture
def two(tmp_path):
    """Builds the two with the faults that a test names."""
    opened = []

    def _two(north=None, south=None):
        for groups, seed, faults in ((NORTH, 1, north), (SOUTH, 2, south)):
            emulator = Emulator(generate(groups=groups, seed=seed), faults=faults or Faults())
            emulator.start()
            opened.append(emulator)
        return HospitalGroup(*opened, tmp_path)

    yield _two
    for emulator in opened:
        emulator.stop()


def test_one_report_has_a_section_for_each(two):
    hospitals = two()

    done = hospitals.audit()

    report = hospitals.report()
    jsonschema.validate(report, schema())
    assert done.returncode in {0, 4, 5, 6}, done.stderr
    assert [one["tenant"] for one in report["tenants"]] == ["nord", "sud"]
    counted = [sum(one["groups_by_severity"].values()) for one in report["tenants"]]
    assert counted == [NORTH, SOUTH]
    assert report["coverage"]["groups_listed"] == NORTH + SOUTH
    text = (hospitals.folder / "reports" / "report.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert {row["Établissement"] for row in rows} == {"CH nord", "CH sud"}


def test_refused_tenant_leaves_the_other_whole(two):
    hospitals = two()
    hospitals.config.write_text(
        hospitals.config.read_text("utf-8").replace("nord/key.json", "nord/none.json"), "utf-8"
    )

    done = hospitals.audit()

    report = hospitals.report()
    assert done.returncode in {4, 6}, done.stderr
    assert report["tenants"][0]["failure"]["reason"] == "config"
    assert report["tenants"][0]["run"] is None
    assert len(report["groups"]) == SOUTH
    assert report["coverage"]["everything_assessed"] is False


def test_all_refused_is_a_refusal(two):
    hospitals = two()
    text = hospitals.config.read_text("utf-8")
    hospitals.config.write_text(text.replace("subject = ", 'subject = "nobody@x.example" #'))

    done = hospitals.audit()

    assert done.returncode == 3, done.stderr


def test_kept_runs_are_told_and_compared_by_tenant(two):
    hospitals = two()
    config = ("--config", str(hospitals.config))
    hospitals.audit()
    first = hospitals.report()
    harmless = next(
        one["email"]
        for one in first["groups"]
        if one["tenant"] == "nord" and one["severity"] == "none"
    )
    hospitals.emulator.faults = Faults(denied=frozenset({harmless}))
    time.sleep(1.1)  # runs are ordered by the second that they start in

    hospitals.audit()
    again = hospitals.report()
    hospitals.run("report", *config, "--format", "json", "--out", str(hospitals.folder / "again"))
    diff = hospitals.run("diff", *config)
    history = hospitals.run("history", *config)

    assert hospitals.report(hospitals.folder / "again") == again
    changes = [json.loads(line) for line in diff.stdout.splitlines()]
    assert changes
    assert {change["tenant"] for change in changes} == {"nord"}
    assert [change["change"] for change in again["changes"]] == ["unreadable"] * len(changes)
    assert history.stdout.count(first["run"]["id"]) == 2


def test_tenant_that_used_up_its_day_is_gone_on_with_alone(two):
    hospitals = two(north=Faults(script=(DAY_IS_OVER,)))

    first = hospitals.audit()
    cut = hospitals.report()
    second = hospitals.audit()
    whole = hospitals.report()

    assert first.returncode == 1, first.stderr
    assert not cut["tenants"][0]["run"]["complete"]
    assert cut["tenants"][1]["run"]["complete"]
    assert len([one for one in cut["groups"] if one["tenant"] == "sud"]) == SOUTH
    assert second.returncode in {0, 4, 5, 6}, second.stderr
    assert whole["run"]["id"] == cut["run"]["id"]
    assert whole["tenants"][1]["run"] == cut["tenants"][1]["run"]
    assert len(whole["groups"]) == NORTH + SOUTH


def test_interrupted_audit_begins_no_further_tenant(two):
    hospitals = two(north=Faults(latency=0.2))
    running = hospitals.begun(lambda: hospitals.emulator.stats()["methods"], subprocess.PIPE)
    lock = hospitals.folder / "groupaudit.sqlite3.lock"
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)

    assert running.returncode == 1, said
    assert lock.exists()
    assert hospitals.report()["tenants"][1]["failure"]["reason"] == "interrupted"
    hospitals.emulator.faults = Faults()
    assert hospitals.audit().returncode in {0, 4, 5, 6}
    assert len(hospitals.report()["groups"]) == NORTH + SOUTH
