"""The breach file on paper: DOCX read back, HTML parsed."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import docx
import factories as make
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser
from strategies import REPORTS

from groupaudit.dossier import content
from groupaudit.dossier.as_docx import as_docx
from groupaudit.dossier.as_html import as_html
from groupaudit.dossier.case import build
from groupaudit.dossier.layout import Shape
from groupaudit.model.report import Outcome

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\u202eexe.sdrocer",
    "\x00\x0b\ud800\ufffe\uffff",
    "\"'&;{{ 7*7 }}%(x)s",
    "[À COMPLÉTER]",
    "Élise 🏥 " + "x" * 4000,
]


def _file(assessment, code: str = "fr"):
    outcome = Outcome(make.run(), assessment)
    return content.dossier(build([outcome], outcome), code, NOW)


def _texts(file) -> list[str]:
    """Every text of the file in its order."""
    told = [file.title, *file.preface]
    for section in file.pages:
        told.append(section.title)
        for block in section.blocks:
            told += filter(None, (block.label, block.text))
    return told


def _docx_texts(body: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(body))
    told = []
    for part in document.iter_inner_content():
        cells = [cell.text for row in part.rows for cell in row.cells] if _is_table(part) else []
        told += cells or ([part.text] if not _is_table(part) else [])
    return [text for text in told if text.strip()]


def _is_table(part) -> bool:
    return hasattr(part, "rows")


@pytest.mark.parametrize("code", ["fr", "en"])
def test_docx_read_back_holds_the_whole_file_in_its_order(written, code):
    file = written(code)

    assert _docx_texts(as_docx(file)) == _texts(file)


def test_docx_highlights_every_gap_and_nothing_else(written):
    file = written()
    document = docx.Document(io.BytesIO(as_docx(file)))
    tables = [p for t in document.tables for row in t.rows for c in row.cells for p in c.paragraphs]
    runs = [run for paragraph in (*document.paragraphs, *tables) for run in paragraph.runs]
    marked = [run.text for run in runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW]

    assert set(marked) == {file.marker}
    assert len(marked) == sum(text.count(file.marker) for text in _texts(file))


def test_docx_carries_the_dates_of_the_run_and_no_author(written):
    file = written()
    body = as_docx(file)
    about = docx.Document(io.BytesIO(body)).core_properties

    assert (about.created, about.modified) == (file.stamp, file.stamp)
    assert (about.author, about.last_modified_by) == ("groupaudit", "groupaudit")
    assert about.language == "fr"
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {
            (*file.stamp.timetuple()[:5], file.stamp.second // 2 * 2)
        }


def test_docx_is_a4_and_breaks_no_row(written):
    document = docx.Document(io.BytesIO(as_docx(written())))
    (page,) = document.sections
    rows = [row for table in document.tables for row in table.rows]

    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert {round(sum(cell.width.cm for cell in row.cells), 1) for row in rows} == {17.0}


@pytest.mark.parametrize("form", [as_docx, as_html])
def test_same_file_is_the_same_bytes(written, form):
    assert form(written()) == form(written())


@pytest.mark.parametrize("code", ["fr", "en"])
def test_html_holds_the_whole_file_and_asks_for_nothing(written, code):
    file = written(code)
    body = as_html(file).decode()
    page = LexborHTMLParser(body)
    shown = [node.text() for node in page.css("h1, h2, .preface p, section p, li, th, td")]

    assert shown == _texts(file)
    assert page.css_first("html").attributes["lang"] == code
    assert not page.css("script, link, img, iframe, form, object")
    assert "http-equiv" in body
    assert "default-src 'none'" in page.css_first("meta[http-equiv]").attributes["content"]
    assert len(page.css("mark")) == sum(text.count(file.marker) for text in _texts(file))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_harmless(name):
    assessment = make.assessment(
        group=make.group(name, name=name, description=name),
        health=make.health(categories=((name, 1),)),
        posts=make.posts(source=name, note=name),
        exposure=make.exposure(evidence=name, notes=(name,), by=name, owners=(name,)),
    )
    file = _file(assessment)
    page = LexborHTMLParser(as_html(file).decode())

    assert _docx_texts(as_docx(file))
    assert not page.css("script, img")
    assert len(page.css("style")) == 1
    for text in _texts(file):
        assert not set("\u202e\x00\x0b\ud800") & set(text)
        assert len(text) <= 2000


@given(report=REPORTS)
@settings(deadline=None, max_examples=12)
def test_any_group_can_be_written(report):
    for assessment in report.groups:
        outcome = Outcome(report.run, assessment)
        file = content.dossier(build([outcome], outcome), "fr", NOW)

        assert zipfile.ZipFile(io.BytesIO(as_docx(file))).testzip() is None
        assert not LexborHTMLParser(as_html(file).decode()).css("script, img")


def test_every_shape_is_drawn(written):
    shapes = {block.shape for section in written().pages for block in section.blocks}

    assert shapes == set(Shape)
