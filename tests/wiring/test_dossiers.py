"""``groupaudit dossier`` on a history of its own: files, choices, refusals."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import factories as make
import pytest
from typer.testing import CliRunner

from groupaudit.cli.app import app
from groupaudit.dossier import as_pdf
from groupaudit.history.store import SqliteHistory
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience

GROUP = make.group().email
FIRST, SECOND, THIRD = "20261101T040000Z-1", "20261108T040000Z-1", "20261115T040000Z-1"
CLOSED = make.exposure(Audience.MEMBERS, since=None)


@pytest.fixture
def configuration(tmp_path) -> Path:
    """A configuration whose history holds three runs: open, open, closed; and one unfinished."""
    file = tmp_path / "groupaudit.toml"
    file.write_text('[organisation]\nname = "CH de Valmorée"\n', encoding="utf-8")
    with SqliteHistory(tmp_path / "groupaudit.sqlite3", clock=lambda: make.FINISHED) as history:
        for week, run in enumerate((FIRST, SECOND, THIRD)):
            outcome = make.assessment(exposure=CLOSED if run == THIRD else make.exposure())
            report = make.report(outcome, run=_run(run, week))
            history.resume_or_begin(report.run, fresh=True)
            history.record(report.run, outcome)
            history.finish(report)
        history.resume_or_begin(_run("unfinished", 3), fresh=False)
        history.record(_run("unfinished", 3), make.assessment(group=make.group("half@x.example")))
    return file


def _run(name: str, week: int):
    started = make.STARTED - timedelta(weeks=3 - week)
    return make.run(
        id=name, started=started, finished=started + timedelta(hours=1), batch=f"batch-{week}"
    )


def _dossier(configuration: Path, *arguments: str):
    return CliRunner().invoke(app, ["dossier", *arguments, "--config", str(configuration)])


def _html(folder: Path) -> str:
    (file,) = folder.glob("*.html")
    return file.read_text(encoding="utf-8")


def test_files_are_private_and_named_after_group_and_run(configuration):
    done = _dossier(configuration, GROUP.upper())

    folder = configuration.parent / "reports"
    wanted = {"docx", "html"} | ({"pdf"} if as_pdf.available() else set())
    assert done.exit_code == 0, done.output
    assert {file.name for file in folder.iterdir()} == {
        f"dossier-{GROUP}-{SECOND.lower()}.{suffix}" for suffix in wanted
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_file_tells_discovery_and_end_from_other_runs(configuration):
    _dossier(configuration, GROUP, "--format", "html")

    page = _html(configuration.parent / "reports")
    assert FIRST in page
    assert f"entre l’audit {SECOND}" in page
    assert f"l’audit {THIRD}" in page


@pytest.mark.parametrize("named", [FIRST, "batch-0"])
def test_run_that_is_named_is_taken(configuration, tmp_path, named):
    done = _dossier(
        configuration, GROUP, "--run", named, "--out", str(tmp_path / "o"), "--format", "html"
    )

    assert done.exit_code == 0, done.output
    assert [file.name for file in (tmp_path / "o").iterdir()] == [
        f"dossier-{GROUP}-{FIRST.lower()}.html"
    ]


@pytest.mark.parametrize(
    ("arguments", "marker"),
    [((), "[À COMPLÉTER]"), (("--language", "en"), "[TO BE COMPLETED]")],
)
def test_language_is_that_of_the_organisation_unless_told(configuration, arguments, marker):
    _dossier(configuration, GROUP, "--format", "html", *arguments)

    assert marker in _html(configuration.parent / "reports")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody@ch-valmoree.example"], "No finished run saw the group"),
        (["half@x.example"], "No finished run saw the group"),
        (["\u202ea\nb" + "x" * 4000], "No finished run saw the group 'a bxxx"),
        ([GROUP, "--run", "no-such-run"], "no finished run 'no-such-run' saw this group"),
        ([GROUP, "--format", "odt"], "unknown format 'odt'; use docx, html or pdf"),
        ([GROUP, "--language", "de"], "de"),
    ],
)
def test_refusal_ends_with_two_and_writes_nothing(configuration, arguments, told):
    done = _dossier(configuration, *arguments)

    assert done.exit_code == 2
    assert told in done.output
    assert not (configuration.parent / "reports").exists()


def test_history_without_a_run_says_so(tmp_path):
    file = tmp_path / "groupaudit.toml"
    file.write_text("", encoding="utf-8")

    done = _dossier(file, GROUP)

    assert done.exit_code == 2
    assert "no finished run yet" in done.output


def test_folder_that_cannot_be_written_fails_with_one(configuration, tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")

    done = _dossier(configuration, GROUP, "--out", str(tmp_path / "taken"))

    assert done.exit_code == 1
    assert "choose another with --out" in done.output


def test_outcomes_are_those_of_finished_runs_oldest_first(configuration):
    path = configuration.parent / "groupaudit.sqlite3"
    with SqliteHistory(path, clock=lambda: make.FINISHED) as history:
        found = history.outcomes(GROUP)

        assert [each.run.id for each in found] == [FIRST, SECOND, THIRD]
        assert found[2].assessment == replace(make.assessment(), exposure=CLOSED)
        assert history.outcomes("\ud800@x") == ()


HARMLESS = {
    "closed": (make.exposure(Audience.MEMBERS, since=None), make.health()),
    "ordinary": (make.exposure(), make.health(Verdict.ORDINARY)),
}


@pytest.fixture(params=HARMLESS)
def harmless(request, tmp_path) -> Path:
    """A configuration whose history knows one group, in which no breach was found."""
    exposure, health = HARMLESS[request.param]
    file = tmp_path / "groupaudit.toml"
    file.write_text('[organisation]\nlanguage = "en"\n', encoding="utf-8")
    with SqliteHistory(tmp_path / "groupaudit.sqlite3", clock=lambda: make.FINISHED) as history:
        outcome = make.assessment(exposure=exposure, health=health)
        history.resume_or_begin(make.run(), fresh=True)
        history.finish(make.report(outcome))
    return file


def test_group_without_a_breach_gets_no_file(harmless):
    done = _dossier(harmless, GROUP)

    assert done.exit_code == 2
    assert "found no breach in this group" in done.output
    assert "--force" in done.output
    assert not (harmless.parent / "reports").exists()


def test_file_says_that_no_breach_was_found_when_it_is_forced(harmless):
    done = _dossier(harmless, GROUP, "--force", "--format", "html")

    assert done.exit_code == 0, done.output
    assert "no breach was found" in done.output
    assert "Not found" in _html(harmless.parent / "reports")


def test_refusal_names_the_run_that_shows_a_breach_when_another_is_asked_for(configuration):
    done = _dossier(configuration, GROUP, "--run", THIRD)

    assert done.exit_code == 2
    assert f"Run {SECOND} shows one" in done.output


def test_file_is_written_with_a_warning_when_readers_are_unknown(tmp_path):
    file = tmp_path / "groupaudit.toml"
    file.write_text("", encoding="utf-8")
    with SqliteHistory(tmp_path / "groupaudit.sqlite3", clock=lambda: make.FINISHED) as history:
        history.resume_or_begin(make.run(), fresh=True)
        unknown = make.assessment(exposure=make.exposure(Audience.UNKNOWN, since=None))
        history.finish(make.report(unknown))

    done = _dossier(file, GROUP)

    assert done.exit_code == 0, done.output
    assert "could not tell who can read the group" in done.output


def test_dossier_rests_on_the_runs_of_the_tenant_that_is_named(tmp_path):
    file = tmp_path / "groupaudit.toml"
    file.write_text('[[tenant]]\nname = "nord"\n[[tenant]]\nname = "sud"\n', encoding="utf-8")
    with SqliteHistory(tmp_path / "groupaudit.sqlite3", clock=lambda: make.FINISHED) as history:
        run = make.run(tenant="nord")
        history.resume_or_begin(run, fresh=True)
        history.finish(make.report(make.assessment(), run=run))

    assert _dossier(file, GROUP, "--tenant", "nord").exit_code == 0
    refused = _dossier(file, GROUP, "--tenant", "sud")
    assert refused.exit_code == 2
    assert "No finished run saw the group" in refused.output
