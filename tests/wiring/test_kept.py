"""The runs kept, through the commands that list, compare and render them, several tenants too."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import factories as make
import pytest
from typer.testing import CliRunner

from groupaudit.cli.app import app
from groupaudit.history.store import SqliteHistory
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience
from groupaudit.model.report import Severity

TENANTS = '[[tenant]]\nname = "nord"\n[[tenant]]\nname = "sud"\n'
GROUP = make.group().email


@pytest.fixture
def keep(tmp_path):
    """Writes a configuration whose history holds the runs that a test names."""

    def _keep(*runs, tenants=False) -> Path:
        file = tmp_path / "groupaudit.toml"
        file.write_text(TENANTS if tenants else "", encoding="utf-8")
        with SqliteHistory(tmp_path / "groupaudit.sqlite3", clock=lambda: make.FINISHED) as history:
            for day, (name, tenant, severity) in enumerate(runs):
                begun = make.run(
                    id=name,
                    tenant=tenant,
                    batch=f"batch-{day // 2}" if tenant else "",
                    config_digest=name,
                    started=make.STARTED + timedelta(days=day),
                )
                history.resume_or_begin(begun, fresh=False)
                if severity is not None:
                    readers = (
                        Audience.MEMBERS if severity is Severity.LOW else Audience.ANYONE_ON_WEB
                    )
                    group = make.assessment(severity, exposure=make.exposure(readers))
                    history.finish(make.report(group, run=begun))
        return file

    return _keep


def _run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "160"})


def test_nothing_to_compare_with_is_no_error_when_one_run_is_kept(keep):
    done = _run("diff", "--config", keep(("first", "", Severity.HIGH)))

    assert (done.exit_code, done.stdout) == (0, "")
    assert "nothing to compare with yet" in done.stderr


def test_nothing_to_compare_with_is_said_when_each_tenant_has_one_run(keep):
    file = keep(("n1", "nord", Severity.HIGH), ("s1", "sud", Severity.HIGH), tenants=True)
    done = _run("diff", "--config", file)

    assert (done.exit_code, done.stdout) == (0, "")
    assert "nothing to compare with yet" in done.stderr


def test_no_run_at_all_or_none_before_the_one_named_is_an_error(keep):
    file = keep()
    none = _run("diff", "--config", file)
    keep(("first", "", Severity.HIGH))
    before = _run("diff", "--config", file, "--to", "first")

    assert (none.exit_code, before.exit_code) == (2, 2)
    assert "no finished run yet" in none.stderr
    assert "--from" in before.stderr


@pytest.fixture
def several(keep):
    """Two tenants with two reports; the northern group got worse, the southern one better."""
    return keep(
        ("n1", "nord", Severity.LOW),
        ("s1", "sud", Severity.HIGH),
        ("n2", "nord", Severity.HIGH),
        ("s2", "sud", Severity.LOW),
        tenants=True,
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), {("nord", "worse"), ("sud", "better")}),
        (("--tenant", "nord"), {("nord", "worse")}),
        (("--tenant", "sud"), {("sud", "better")}),
        (("--tenant", "sud", "--to", "s2"), {("sud", "better")}),
        (("--from", "n1"), {("nord", "worse")}),
        (("--from", "s1"), {("sud", "better")}),
    ],
)
def test_tenants_are_compared_each_with_itself(several, arguments, told):
    done = _run("diff", "--config", several, *arguments)

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {(line["tenant"], line["change"]) for line in lines} == told
    assert done.stderr.count("had another configuration") == len(told)


def test_diff_says_what_stands_and_does_not_call_it_better(tmp_path):
    file = tmp_path / "groupaudit.toml"
    file.write_text("", encoding="utf-8")
    reports = (
        make.report(make.assessment(), run=make.run(id="one")),
        make.report(
            make.assessment(Severity.NONE, health=make.health(Verdict.ORDINARY)),
            run=make.run(id="two", scope="less", started=make.STARTED + timedelta(days=1)),
        ),
    )
    with SqliteHistory(tmp_path / "groupaudit.sqlite3", clock=lambda: make.FINISHED) as history:
        for report in reports:
            history.resume_or_begin(report.run, fresh=False)
            history.finish(report)
    done = _run("diff", "--config", file)

    assert (done.exit_code, done.stdout) == (0, "")
    assert "one and two: Findings that stand although this audit shows less" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "run"),
    [
        (("--tenant", "nord"), "n2"),
        (("--tenant", "nord", "--run", "n1"), "n1"),
        (("--tenant", "sud", "--run", "batch-0"), "s1"),
    ],
)
def test_report_of_one_tenant_is_its_own_run(several, tmp_path, arguments, run):
    out = tmp_path / "out"
    done = _run("report", "--config", several, "--format", "json", "--out", out, *arguments)

    assert done.exit_code == 0, done.stderr
    assert json.loads((out / "report.json").read_text("utf-8"))["run"]["id"] == run


@pytest.mark.parametrize(
    "arguments", [("--from", "n1", "--to", "s2"), ("--tenant", "sud", "--from", "n1")]
)
def test_runs_of_two_tenants_are_not_compared(several, arguments):
    done = _run("diff", "--config", several, *arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "runs of two tenants cannot be compared" in done.stderr


def test_run_of_another_tenant_is_not_taken_for_its_own(several):
    done = _run("report", "--config", several, "--tenant", "nord", "--run", "s2")

    assert done.exit_code == 2
    assert "no such run of tenant 'nord'" in done.stderr


@pytest.mark.parametrize("command", ["report", "diff"])
def test_tenant_without_a_run_is_named_when_others_have_runs(keep, command):
    file = keep(("n1", "nord", Severity.HIGH), tenants=True)
    done = _run(command, "--config", file, "--tenant", "sud")

    assert done.exit_code == 2
    assert "no finished run of tenant 'sud' yet" in done.stderr


@pytest.mark.parametrize("command", ["report", "history", "diff", "doctor", "dossier"])
@pytest.mark.parametrize("tenants", [True, False])
def test_unknown_tenant_is_refused_with_the_names_there_are(keep, command, tenants):
    group = [GROUP] if command == "dossier" else []
    done = _run(command, *group, "--config", keep(tenants=tenants), "--tenant", "est")

    assert done.exit_code == 2
    assert ("use one of: nord, sud" if tenants else "has no [[tenant]] tables") in done.stderr


def test_history_leaves_out_runs_that_never_found_a_group(keep):
    file = keep(("refused", "", None), ("whole", "", Severity.HIGH), ("refused-too", "", None))

    told = _run("history", "--config", file).stdout

    assert "whole" in told
    assert "refused" not in told


def test_history_lists_the_runs_of_one_tenant(several):
    told = _run("history", "--config", several, "--tenant", "sud").stdout

    assert [line.split()[0] for line in told.splitlines()] == ["run", "s2", "s1"]


def test_report_again_has_the_trend_up_to_its_own_run(keep, tmp_path):
    runs = [(name, "", Severity.HIGH) for name in ("first", "second", "third")]
    options = ("--run", "second", "--format", "json", "--out", tmp_path)
    done = _run("report", "--config", keep(*runs), *options)
    trend = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["trend"]

    assert done.exit_code == 0, done.output
    assert [(point["run"], point["gap"]) for point in trend] == [
        ("first", "other-scope"),
        ("second", None),
    ]
    assert trend[1]["groups_exposed"] == {"high": 1}


@pytest.mark.parametrize("room", ["kept", "dossiers"])
def test_history_is_read_without_loading_what_only_an_audit_needs(room):
    code = f"import sys, groupaudit.wiring.{room}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"googleapiclient", "httpx", "groupaudit.classifier"} & set(done.stdout.split())
