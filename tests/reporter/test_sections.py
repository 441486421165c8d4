"""Reports over several tenants: each has its section, each group its organisation."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import factories as make
import pytest
from rich.console import Console
from typography import plain

from groupaudit.audit import merged
from groupaudit.model.report import Section, Stage, Unassessed
from groupaudit.reporter.as_csv import CsvReporter
from groupaudit.reporter.as_html import HtmlReporter
from groupaudit.reporter.as_json import JsonReporter, check
from groupaudit.reporter.as_table import TableReporter

REFUSED = Unassessed(Stage.LISTING, "auth-refused", "Google refuses the list of groups.")


@pytest.fixture
def report():
    """A whole audit, one that was cut short, and one that was refused."""
    north = make.report(run=make.run(id="n", tenant="nord", organisation="CH <Nord>"))
    west = make.report(
        make.assessment(),
        run=replace(make.run(id="o", tenant="ouest"), complete=False),
        changes=(make.change(),),
        notes=("cut short",),
    )
    parts = [
        (Section("nord", "CH <Nord>", north.run), north),
        (Section("ouest", "=CH Ouest", west.run, notes=west.notes), west),
        (Section("sud", "CH Sud", failure=REFUSED), None),
    ]
    return merged(make.run(id="batch", organisation="Groupe"), parts)


def test_json_holds_a_section_for_each_tenant(report, tmp_path):
    check(report)
    (file,) = JsonReporter().render(report, tmp_path)
    told = json.loads(file.read_text(encoding="utf-8"))

    assert [one["tenant"] for one in told["tenants"]] == ["nord", "ouest", "sud"]
    assert told["tenants"][0]["groups_by_severity"]["critical"] == 1
    assert told["tenants"][2]["run"] is None
    assert told["tenants"][2]["failure"]["reason"] == "auth-refused"
    assert {group["tenant"] for group in told["groups"]} == {"nord", "ouest"}
    assert told["changes"][0]["tenant"] == "ouest"
    assert told["notes"] == ["cut short"]
    assert told["coverage"]["everything_assessed"] is False
    assert told["run"]["complete"] is False


def test_report_over_one_workspace_names_no_tenant(tmp_path):
    (file,) = JsonReporter().render(make.report(), tmp_path)
    told = json.loads(file.read_text(encoding="utf-8"))

    assert "tenants" not in told
    assert not any("tenant" in group for group in told["groups"])


def test_csv_has_a_column_for_the_organisation_when_there_are_several(report, tmp_path):
    CsvReporter("fr").render(report, tmp_path)
    text = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    coverage = plain((tmp_path / "coverage.csv").read_text(encoding="utf-8-sig"))

    assert {row["Établissement"] for row in rows} == {"CH <Nord>", "'=CH Ouest"}
    assert "CH Sud;Non audité : identifiants refusés" in coverage


def test_html_shows_state_and_numbers_of_each(report, tmp_path):
    (file,) = HtmlReporter("fr").render(report, tmp_path)
    page = plain(file.read_text(encoding="utf-8"))

    assert "CH &lt;Nord&gt;</th>" in page
    assert "<Nord>" not in page
    assert "Non audité : identifiants refusés" in page
    assert '<select id="organisation">' in page


def test_table_has_a_line_for_each(report, tmp_path):
    stream = io.StringIO()
    TableReporter("en", Console(file=stream, width=200)).render(report, tmp_path)

    assert "CH Sud: Not audited: credentials refused" in stream.getvalue()
    assert "CH <Nord>: Audited – Critical 1" in stream.getvalue()
