"""Workbooks and slides as LibreOffice 7.4 and python-pptx 1.0 write them; all is invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from groupaudit.model.post import Document, Part
from groupaudit.posts import files
from groupaudit.posts.extract.recognition import Recognition
from groupaudit.posts.extract.sandbox import Sandbox
from groupaudit.posts.reading import Reading
from tests.posts.test_workbook import MAIN, xlsx

DATA = Path(__file__).parent / "data"
SHEETS = [
    [("Nom", "NIR", "Né le"), ("Fictive Zoé", "284019900100142", "03/01/1984")],
    [("Unité", "Poids"), ("Cardiologie", "62.5")],
]


def read(path: Path) -> Document:
    (document,) = files.documents((path,))
    assert document.error is None
    return document


def rows_of(part: Part) -> list[list[tuple[str, ...]]]:
    return [list(table.rows()) for table in part.tables]


@pytest.mark.parametrize("name", ["classeur.xls", "classeur.ods"])
def test_workbook_gives_every_sheet_with_its_name(name: str) -> None:
    (part,) = read(DATA / name).parts
    assert (part.name, part.text, rows_of(part)) == (name, "Patients\nSéjours", SHEETS)


def test_slides_give_titles_tables_notes_and_the_figures_behind_a_chart() -> None:
    slides, chart = read(DATA / "diapos.pptx").parts
    assert slides.name == "diapos.pptx"
    assert {"Staff du 3 mars : Zoé Fictive", "Demander l'avis du Dr Inventé"} <= set(
        slides.text.split("\n")
    )
    assert rows_of(slides) == [[("Examen", "Résultat"), ("HbA1c", "9,1 %")]]
    assert chart.name.startswith("diapos.pptx/ppt/embeddings/")
    assert rows_of(chart) == [[("", "Glycémie"), ("Fictive Zoé", "9.1")]]


@pytest.mark.parametrize("name", ["classeur.xls", "classeur.ods", "diapos.pptx"])
def test_first_bytes_decide_when_the_name_says_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "sans-nom").write_bytes((DATA / name).read_bytes())
    assert rows_of(read(tmp_path / "sans-nom").parts[0]) == rows_of(read(DATA / name).parts[0])


@pytest.mark.parametrize("name", ["classeur.xls", "classeur.ods", "diapos.pptx"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_file_is_refused_or_read_in_part_when_it_is_cut_off(
    name: str, share: float, tmp_path: Path
) -> None:
    data = (DATA / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    (document,) = files.documents((tmp_path / name,))
    assert document.error in {None, "corrupt", "unsupported-format"}
    assert document.error or document.parts[0].tables


@pytest.mark.parametrize("length", [5824, 5952, 6080])
def test_what_lies_beside_a_workbook_is_read_when_its_reader_panics_over_it(length: int) -> None:
    cut = (DATA / "classeur.xls").read_bytes()[:length]
    beside = io.BytesIO()
    with zipfile.ZipFile(beside, "w") as archive:
        archive.writestr("a.xls", cut)
        archive.writestr("b.txt", "Zoé Fictive")
    parts = Reading().extract("a.zip", "", beside.getvalue())
    assert [(part.name, part.text, part.error) for part in parts] == [
        ("a.zip/a.xls", "", "corrupt"),
        ("a.zip/b.txt", "Zoé Fictive", None),
    ]


def test_notes_on_cells_and_text_boxes_of_a_workbook_are_read() -> None:
    sheets, notes = read(DATA / "notes.xlsx").parts
    assert rows_of(sheets) == [[("Lit", "Chambre")]]
    assert notes.text.split("\n") == ["Mme Fictive, sérologie positive", "Sortie de Zoé Fictive"]


def test_comment_on_a_slide_is_read(
    zip_of: Callable[[Mapping[str, str | bytes]], bytes],
) -> None:
    slides = {
        "ppt/slides/slide1.xml": '<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><a:t>Un</a:t></p:sld>',
        "ppt/comments/comment1.xml": '<p:cmLst xmlns:p="urn:p"><p:cm><p:pos x="1" y="1"/>'
        "<p:text>Deux</p:text></p:cm><p:cm><p:text>Trois</p:text></p:cm></p:cmLst>",
    }
    (part,) = Reading().extract("a.pptx", "", zip_of(slides))
    assert sorted(part.text.split()) == ["Deux", "Trois", "Un"]


@pytest.mark.parametrize(
    ("cells", "error"), [("", "image-only"), ("<row><c><v>1</v></c></row>", None)]
)
def test_workbook_of_nothing_but_pictures_is_unread(
    cells: str, error: str | None, zip_of: Callable[[Mapping[str, str | bytes]], bytes]
) -> None:
    made = xlsx(0)
    made["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    )
    sandbox = Sandbox(recognition=Recognition(wanted=False))
    try:
        (part,) = sandbox.parts("a.xlsx", "", zip_of(made))
    finally:
        sandbox.close()
    assert part.error == error


def test_text_that_a_document_takes_in_whole_is_read(
    tmp_path: Path, zip_of: Callable[[Mapping[str, str | bytes]], bytes]
) -> None:
    empty = '<w:document xmlns:w="urn:w"><w:body/></w:document>'
    page = "<p>Zoé Fictive est suivie pour un diabète</p>"
    (tmp_path / "a.docx").write_bytes(
        zip_of({"word/document.xml": empty, "word/afchunk.htm": page})
    )
    assert "diabète" in "".join(part.text for part in read(tmp_path / "a.docx").parts)
