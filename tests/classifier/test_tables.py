from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from groupaudit.classifier.lexicon import load
from groupaudit.classifier.tables import judge
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Table

KEY = b"k" * 32
MAIL = (
    Path(os.environ.get("GROUPAUDIT_SHARED", Path(__file__).parents[3] / "shared"))
    / "corpora"
    / "mail"
)


def of(rows):
    return judge(Table(lambda: iter(rows)), load(), KEY)


def test_rows_and_persons_are_counted_when_some_numbers_are_missing():
    rows = [("NIR", "NOM", "PRENOM", "DATE_NAISS", "CRP_MG_L")]
    nir = "284057512300185"
    key = f"{97 - int(nir[:13]) % 97:02d}"
    rows += [
        (nir[:13] + key, "DURAND", "Josette", "12/05/1984", "12"),
        ("", "DURAND", "Josette", "1984-05-12", "40"),
    ]
    rows += [("", "BENALI", "Karim", "01/01/1970", "3")]

    finding = of(rows)

    assert (finding.verdict, finding.rows, len(finding.persons)) == (
        Verdict.IDENTIFIABLE_HEALTH,
        3,
        2,
    )


@pytest.mark.parametrize(
    ("verdict", "rows"),
    [
        (
            Verdict.IDENTITY_ONLY,
            [("NOM", "PRENOM", "SERVICE", "TEL"), ("DURAND", "Luc", "Oncologie", "01 99 00 11 22")],
        ),
        (
            Verdict.HEALTH_GENERIC,
            [("LOT", "ANALYSE", "RESULTAT"), ("LQ1", "Troponine", "49,8"), ("LQ2", "CRP", "3")],
        ),
        (Verdict.ORDINARY, [("REF", "DESIGNATION", "QTE"), ("M-12", "armoire", "4")]),
        (Verdict.ORDINARY, []),
    ],
)
def test_verdict_is_right_when_columns_say_so(verdict, rows):
    assert of(rows).verdict is verdict


@pytest.mark.skipif(not MAIL.exists(), reason="the shared corpora are not here")
def test_persons_are_exact_when_laboratory_export():
    truth = json.loads((MAIL / "lab_export_sample.truth.json").read_text("utf-8"))

    def rows():
        with (MAIL / "lab_export_sample.csv").open(encoding="iso-8859-1", newline="") as file:
            yield from map(tuple, csv.reader(file, delimiter=";"))

    finding = judge(Table(rows), load(), KEY)

    assert finding.verdict is Verdict.IDENTIFIABLE_HEALTH
    assert finding.rows == truth["n_rows"]
    assert abs(len(finding.persons) - truth["n_persons"]) <= 0.02 * truth["n_persons"]


@pytest.mark.skipif(not MAIL.exists(), reason="the shared corpora are not here")
@pytest.mark.parametrize(
    ("name", "encoding", "verdict"),
    [
        ("hn_controle_qualite_labo.csv", "iso-8859-1", Verdict.HEALTH_GENERIC),
        ("hn_inventaire_mobiles.csv", "utf-8-sig", Verdict.ORDINARY),
    ],
)
def test_hard_negative_is_not_identifiable(name, encoding, verdict):
    with (MAIL / "tables" / name).open(encoding=encoding, newline="") as file:
        rows = [tuple(row) for row in csv.reader(file, delimiter=";")]

    assert of(rows).verdict is verdict
