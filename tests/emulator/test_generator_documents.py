"""Attachments open with the libraries that a reader would use."""

from __future__ import annotations

import io
import zipfile

import docx
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from groupaudit.emulator.hospital import documents
from groupaudit.emulator.hospital.draw import dice

HEADER = ("Nom", "Née", "Résultat")
ROWS = (("Lécluse & fils", "01/02/1950", "<5"), ("Ñandú", "", "K+ 6,1 ; répété"))


def test_csv_is_latin_1_with_semicolons() -> None:
    file = documents.table("t", "csv", HEADER, ROWS)
    assert file.content.decode("latin-1").splitlines()[0] == "Nom;Née;Résultat"
    assert b'"K+ 6,1 ; r\xe9p\xe9t\xe9"' in file.content


def test_xlsx_opens_with_its_cells() -> None:
    file = documents.table("t", "xlsx", HEADER, ROWS)
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    assert book.get_sheet_by_index(0).to_python() == [list(HEADER), *map(list, ROWS)]


def test_docx_opens_with_its_lines() -> None:
    file = documents.text("t", "docx", "Compte rendu\n& suite <1>", dice(1))
    opened = docx.Document(io.BytesIO(file.content))
    assert [line.text for line in opened.paragraphs] == ["Compte rendu", "& suite <1>"]


def test_pdf_opens_with_its_text() -> None:
    file = documents.text("t", "pdf", "Prénom (né) : Élodie \\ œdème", dice(1))
    opened = pypdfium2.PdfDocument(file.content)
    try:
        page = opened[0]
        assert "Prénom (né) : Élodie \\ œdème" in page.get_textpage().get_text_bounded()
    finally:
        opened.close()


def test_scan_is_a_page_without_text() -> None:
    file = documents.text("t", "scan", "never shown", dice(1))
    opened = pypdfium2.PdfDocument(file.content)
    try:
        assert len(opened) == 1
        assert opened[0].get_textpage().get_text_bounded() == ""
    finally:
        opened.close()


def test_zip_holds_the_table() -> None:
    file = documents.table("t", "zip", HEADER, ROWS)
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.namelist() == ["t.csv"]
        assert archive.read("t.csv").startswith(b"Nom;")


def test_locked_zip_asks_for_a_password() -> None:
    file = documents.text("t", "locked", "", dice(1))
    with (
        zipfile.ZipFile(io.BytesIO(file.content)) as archive,
        pytest.raises(RuntimeError, match="encrypted"),
    ):
        archive.read("t.dat")


@pytest.mark.parametrize("shape", ["docx", "pdf", "zip", "locked", "scan"])
def test_same_words_give_the_same_bytes(shape: str) -> None:
    one = documents.text("t", shape, "mots", dice(3))
    assert one == documents.text("t", shape, "mots", dice(3))
