"""report.csv opens right and runs nothing."""

from __future__ import annotations

import csv
import io
import unicodedata

import factories as make
import pytest
from hypothesis import given, settings
from strategies import REPORTS, TEXTS
from typography import plain

from groupaudit import ports
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Earlier
from groupaudit.model.report import PostsStatus, Severity, Stage, Unassessed
from groupaudit.reporter.as_csv import CELL_LIMIT, DIALECTS, CsvReporter, harmless


def _read(path, dialect="excel-fr"):
    text = plain(path.read_bytes().decode("utf-8-sig"))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=DIALECTS[dialect].delimiter)
    header, *body = rows
    return [dict(zip(header, row, strict=True)) for row in body]


def _render(report, folder, code="fr", dialect="excel-fr"):
    role: ports.Reporter = CsvReporter(code, dialect)
    return role.render(report, folder)


@given(text=TEXTS)
def test_no_cell_starts_a_formula(text):
    cell = str(harmless(text))

    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", " "}
    assert unicodedata.normalize("NFKC", cell[:1]) not in {"=", "+", "-", "@"}
    assert not any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in cell)


@given(report=REPORTS)
@settings(deadline=None, max_examples=30)
def test_no_cell_of_a_report_starts_a_formula(tmp_path_factory, report):
    for path in _render(report, tmp_path_factory.getbasetemp() / "csv"):
        for row in _read(path):
            assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for cell in row.values())


@given(report=REPORTS)
@settings(deadline=None, max_examples=30)
def test_every_group_is_one_row(tmp_path_factory, report):
    path, _ = _render(report, tmp_path_factory.getbasetemp() / "rows")

    assert len(_read(path)) == len(report.groups)


@pytest.mark.parametrize(
    ("dialect", "start", "end"),
    [
        ("excel-fr", b"\xef\xbb\xbfAdresse;Nom;", b"\r\n"),
        ("excel", b"\xef\xbb\xbfAdresse,Nom,", b"\r\n"),
        ("unix", b"Adresse,Nom,", b"\n"),
    ],
)
def test_bytes_are_those_of_the_dialect(tmp_path, dialect, start, end):
    for path in _render(make.report(), tmp_path, dialect=dialect):
        content = path.read_bytes()
        assert content.endswith(end)
        assert (b"\r" in content) == (end == b"\r\n")
    assert (tmp_path / "report.csv").read_bytes().startswith(start)


def test_row_says_what_a_director_asks(tmp_path):
    path, _ = _render(make.report(make.assessment()), tmp_path)
    (row,) = _read(path)

    assert row["Qui peut lire"] == "Toute personne sur Internet"
    assert row["Depuis quand"] == "depuis le 26/05/2025"
    assert row["Contenu"] == (
        "Données de santé de patients identifiables ; données les plus sensibles : santé mentale ;"
        " 41 messages dans 9 conversations, 23 documents différents"
    )
    assert row["Personnes concernées"].startswith("au moins 37 personnes")
    assert row["Gravité"] == "Critique"
    assert "whoCanViewGroup = ALL_MEMBERS_CAN_VIEW" in row["À faire"]
    assert row["Couverture"] == "500 messages examinés sur 775, dans 210 conversations"
    assert row["Personnes, au moins"] == "37"


def test_steps_are_numbered_when_there_are_several(tmp_path):
    advice = make.assessment().advice * 2
    path, _ = _render(make.report(make.assessment(advice=advice)), tmp_path, code="en")
    (row,) = _read(path)

    assert row["What to do"].startswith("1) Let only members")
    assert " 2) " in row["What to do"]


def test_row_says_why_when_posts_were_partly_read(tmp_path):
    posts = make.posts(PostsStatus.PARTLY_READ, total=9, examined=7, failed=2, reason="encrypted")
    path, _ = _render(make.report(make.assessment(posts=posts)), tmp_path, code="en")
    (row,) = _read(path)

    assert row["Coverage"] == "7 posts examined of 9; 2 posts could not be read; encrypted"


def test_unassessed_group_keeps_its_row_and_reason(tmp_path):
    path, _ = _render(make.report(make.unreadable()), tmp_path)
    (row,) = _read(path)

    assert row["Gravité"] == "Indéterminée"
    assert row["Couverture"] == "non évalué : accès refusé"


def test_description_of_4000_characters_and_long_names_are_cut(tmp_path):
    group = make.group(name="x" * 4_000, description="y" * 4_000)
    path, _ = _render(make.report(make.assessment(group=group)), tmp_path)
    (row,) = _read(path)

    assert row["Nom"].endswith("…")
    assert all(len(cell) <= CELL_LIMIT + 1 for cell in row.values())


def test_coverage_file_names_every_gap(tmp_path):
    report = make.report(run=make.run(complete=False))
    _, path = _render(report, tmp_path)
    rows = {(row["Quoi"], row["Détail"]): row["Nombre"] for row in _read(path)}

    assert rows["Groupes recensés", ""] == "6"
    assert rows["Groupes non évalués", "accès refusé"] == "1"
    assert ("L’audit a été interrompu", "") in rows


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"run": make.run(complete=False)}, "The audit was cut short. "),
        (
            {"listing_failure": Unassessed(Stage.LISTING, "bad-answer", "cut off")},
            "The list of groups broke off. ",
        ),
        ({}, ""),
    ],
)
def test_every_row_says_when_the_report_is_not_whole(tmp_path, changes, told):
    CsvReporter("en", "unix").render(make.report(**changes), tmp_path)

    rows = _read(tmp_path / "report.csv", "unix")

    assert rows
    assert all(row["Coverage"].startswith(told) for row in rows)
    assert told or not any("cut short" in row["Coverage"] for row in rows)


def test_row_states_the_bound_when_nothing_was_found(tmp_path):
    found = make.assessment(Severity.NONE, health=make.health(Verdict.ORDINARY))
    CsvReporter("en", "unix").render(make.report(found), tmp_path)

    (row,) = _read(tmp_path / "report.csv", "unix")

    assert "at most 0.6% of the posts" in row["Coverage"]


def test_row_names_attachments_and_why_the_date_is_unknown(tmp_path):
    item = make.assessment(
        exposure=make.exposure(since=None, evidence=None),
        posts=make.posts(failed_parts=(("encrypted", 2), ("image-only", 1))),
    )
    CsvReporter("en", "unix").render(make.report(item), tmp_path)

    (row,) = _read(tmp_path / "report.csv", "unix")

    assert row["Since when"] == "date unknown (the audit log was not read)"
    assert "3 attachments not read" in row["Coverage"]


@pytest.mark.parametrize(
    ("continuous", "since", "told"),
    [
        (True, make.STARTED, "since 22/11/2026 (known from the run run-7 of 22/11/2026)"),
        (False, None, "date unknown (before the log; seen open on 22/11/2026 by the run run-7)"),
    ],
)
def test_row_names_the_earlier_run_that_knew_the_beginning(tmp_path, continuous, since, told):
    earlier = Earlier("run-7", make.STARTED, continuous=continuous)
    found = make.exposure(since=since, evidence="before the log", earlier=earlier)
    CsvReporter("en", "unix").render(make.report(make.assessment(exposure=found)), tmp_path)

    (row,) = _read(tmp_path / "report.csv", "unix")

    assert row["Since when"] == told


@pytest.mark.parametrize("name", ["a;=1+1", 'a,"=1+1', "a; @x", "a,\t-2", "a;＝1"])
def test_no_formula_begins_for_a_spreadsheet_that_expects_another_delimiter(name):
    assert "'" in str(harmless(name))


def test_severities_follow_the_order_of_the_report(tmp_path):
    path, _ = _render(make.report(), tmp_path, code="en")

    assert [row["Severity"] for row in _read(path)] == [
        "Critical",
        "High",
        "Medium",
        "Could not be told",
        "Could not be told",
        "Nothing to report",
    ]
    assert Severity.CRITICAL is make.report().groups[0].severity


def test_coverage_file_begins_with_whose_audit_it_was_and_when(tmp_path):
    _, coverage = CsvReporter("fr").render(make.report(), tmp_path)
    rows = _read(coverage)

    assert [list(row.values()) for row in rows[:3]] == [
        ["Établissement", "CH de Valmorée", ""],
        ["Début de l’audit", "22 novembre 2026 à 04:00 UTC", ""],
        ["Fin de l’audit", "22 novembre 2026 à 04:12 UTC", ""],
    ]


@pytest.mark.parametrize(("against", "said"), [(3, True), (None, False)])
def test_coverage_file_says_what_the_number_beside_a_rule_counts(tmp_path, against, said):
    report = make.report(compliance=(make.rule(groups_against=against, groups_unknown=0),))
    _, coverage = CsvReporter("en").render(report, tmp_path)
    (rule,) = [row for row in _read(coverage) if row["What"].startswith("GWS")]

    assert rule["Number"] == ("3" if said else "")
    assert ("Existing groups against it: 3. " in rule["Detail"]) is said
    assert ".." not in rule["Detail"]


def test_no_persons_are_counted_where_none_were_met(tmp_path):
    item = make.assessment(health=make.health(Verdict.IDENTITY_ONLY))
    path, _ = _render(make.report(item), tmp_path)
    (row,) = _read(path)

    assert row["Personnes concernées"] == row["Personnes, au moins"] == ""
