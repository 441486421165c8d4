from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from groupaudit.model.post import Part
from groupaudit.posts.extract import workbook
from groupaudit.posts.extract.dispatch import Dispatch
from groupaudit.posts.extract.limits import Account

Zip = Callable[[Mapping[str, str | bytes]], bytes]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ROWS = 5000


def xlsx(rows: int) -> dict[str, str | bytes]:
    cells = "".join(
        f'<row><c t="s"><v>0</v></c><c><v>{number}</v></c></row>' for number in range(rows)
    )
    return {
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        f'package/2006/relationships"><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{RELATIONS}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>Fictive</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
        "xl/media/image1.png": bytes(200_000),
    }


def ods(rows: int) -> dict[str, str | bytes]:
    cells = "".join(
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Fictive</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string">'
        f"<text:p>{number}</text:p></table:table-cell></table:table-row>"
        for number in range(rows)
    )
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OFFICE}:manifest:1.0"/>',
        "content.xml": f'<office:document-content xmlns:office="{OFFICE}:office:1.0" '
        f'xmlns:table="{OFFICE}:table:1.0" xmlns:text="{OFFICE}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
    }


def read(data: bytes) -> tuple[Part, ...]:
    return Dispatch(Account()).parts("a.xlsx", "", data)


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "WHOLE_BYTES", 150_000)
    monkeypatch.setattr(workbook, "CUT_BYTES", 100_000)
    monkeypatch.setattr(workbook, "_LEAST_BYTES", 10_000)
    monkeypatch.setattr("groupaudit.posts.extract.archives._CHUNK", 10_000)


@pytest.mark.parametrize("made", [xlsx, ods])
def test_every_row_is_read_when_a_workbook_fits(made, zip_of: Zip) -> None:
    (part,) = read(zip_of(made(ROWS)))
    assert len(list(part.tables[0].rows())) == ROWS


@pytest.mark.parametrize("made", [xlsx, ods])
@pytest.mark.usefixtures("small_limits")
def test_first_rows_are_read_and_the_rest_told_when_too_large(made, zip_of: Zip) -> None:
    parts = read(zip_of(made(ROWS)))
    assert [part.error for part in parts] == [None, "too-large"]
    rows = list(parts[0].tables[0].rows())
    assert 100 < len(rows) < ROWS
    assert rows == [("Fictive", str(number)) for number in range(len(rows))]


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(
    "change",
    [
        {"xl/sharedStrings.xml": "x" * 120_000},  # cells refer to it: it cannot be cut
        {"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + "x" * 200_000},  # no row ends
    ],
)
def test_workbook_is_too_large_when_it_cannot_be_cut(change, zip_of: Zip) -> None:
    (part,) = read(zip_of({**xlsx(ROWS), **change}))
    assert part.error == "too-large"


def test_other_sheets_are_read_when_one_is_damaged(zip_of: Zip) -> None:
    files = xlsx(2)
    for name, old in (
        ("xl/workbook.xml", "<sheet "),
        ("xl/_rels/workbook.xml.rels", "<Relationship "),
    ):
        first = str(files[name])
        place = first.index(old)
        entry = first[place : first.index("/>", place) + 2]
        second = entry.replace("r1", "r3").replace("sheet1", "sheet2").replace('"A"', '"B"')
        files[name] = first.replace(entry, entry + second.replace('sheetId="1"', 'sheetId="2"'))
    files["xl/worksheets/sheet2.xml"] = "<worksheet><sheetData><row><c></worksheet>"
    found, damaged = read(zip_of(files))
    assert [list(table.rows()) for table in found.tables] == [[("Fictive", "0"), ("Fictive", "1")]]
    assert (found.error, damaged.error) == (None, "corrupt")
