"""report.csv opens in LibreOffice with its columns, types and accents (`make test-office`).

Skipped with its reason where LibreOffice is missing. It reads the file as a French desktop does:
semicolons, UTF-8, numbers recognised; what it understood comes back as flat XML.

These options are what a person confirms after a double-click, in a dialogue that only a desktop
shows. Without a desktop LibreOffice guesses nothing: it takes commas and Windows-1252, whatever the
byte-order mark says (7.4). So the guess itself is not tested here; that reading the file wrongly
harms nobody is.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from xml.etree import ElementTree as ET

import factories as make
import pytest

from groupaudit.model.report import PostsStatus
from groupaudit.reporter.as_csv import CsvReporter

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice: install libreoffice-calc-nogui"),
]

#: Semicolon, double quotes, UTF-8, from the first line, standard columns, French, quoted fields as
#: text no, numbers recognised.
FILTER = "CSV:59,34,76,1,,1036,false,true"

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
NAMES = (
    "Équipe œdème – «Noël» 🏥",
    "=cmd|' /C calc'!A0",
    '+1;"=1+1"',
    "Bloc,=1+1,+2, @SUM(1)",
    "<script>alert(1)</script>",
    "é" * 4000,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def report(folder):
    path, _ = CsvReporter("fr", "excel-fr").render(make.report(*_groups()), folder)
    return path


@pytest.fixture(scope="module")
def sheet(report, folder):
    return _opened(report, folder, f"--infilter={FILTER}")


def _opened(path, folder, *options):
    """The rows that LibreOffice understood: each cell's type, value, formula and text."""
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        *options,
        "--convert-to",
        "fods",
        "--outdir",
        str(folder),
        str(path),
    ]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    root = ET.parse(folder / "report.fods").getroot()  # noqa: S314 - LibreOffice wrote it
    return [row for row in map(_cells, root.iter(f"{TABLE}table-row")) if any(row)]


def _groups():
    for number, name in enumerate(NAMES):
        group = make.group(f"g{number}@h.example", name=name, description=name)
        item = make.assessment(group=group)
        yield replace(
            item, posts=replace(item.posts, status=PostsStatus.READ, total=1234, examined=1234)
        )


def _cells(row):
    found = []
    for cell in row.iter(f"{TABLE}table-cell"):
        kind = cell.get(f"{OFFICE}value-type")
        value = (
            kind,
            cell.get(f"{OFFICE}value"),
            cell.get(f"{TABLE}formula"),
            "".join(cell.itertext()).strip(),
        )
        repeated = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        found += [value if kind else None] * (repeated if kind or repeated < 100 else 0)
    return found


def _column(sheet, title):
    place = [cell and cell[3] for cell in sheet[0]].index(title)
    return [row[place] for row in sheet[1:]]


def test_first_row_is_the_titles_and_each_group_is_a_row(sheet):
    assert [cell[3] for cell in sheet[0]][:4] == ["Adresse", "Nom", "Qui peut lire", "Depuis quand"]
    assert [cell[3] for cell in _column(sheet, "Adresse")] == [
        f"g{number}@h.example" for number in range(len(NAMES))
    ]


def test_accents_and_emoji_survive(sheet):
    assert _column(sheet, "Nom")[0][3] == NAMES[0]


def test_counts_are_numbers(sheet):
    assert {cell[:2] for cell in _column(sheet, "Messages examinés")} == {("float", "1234")}


def _formulas(sheet):
    return [cell for row in sheet for cell in row if cell and cell[2]]


def test_no_cell_is_a_formula(sheet):
    assert not _formulas(sheet)
    assert {cell[0] for cell in _column(sheet, "Nom")} == {"string"}


@pytest.mark.parametrize("options", [(), ("--infilter=CSV:44/59/9/32,34,0,1",)])
def test_no_cell_is_a_formula_when_read_wrongly(report, folder, options):
    rows = _opened(report, folder, *options)

    assert len(rows) == len(NAMES) + 1
    assert not _formulas(rows)
