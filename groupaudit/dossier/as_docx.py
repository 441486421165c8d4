"""A breach file as a Word document to be completed: tables, lists, and the gaps highlighted.

The same file is the same bytes: dates inside are those of the run, never the clock's.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

import docx
from docx.document import Document
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from groupaudit.dossier.layout import Block, Dossier, Section, Shape, alike, marked
from groupaudit.reporter.language import LOCALES

#: What XML 1.0 cannot hold, so that no name can break the document.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

#: The earliest date that a zip archive can hold.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

_TABLE, _LIST = "Table Grid", "List Bullet"

#: Of labels and of what stands beside them: the width of A4 between its margins.
_WIDTHS = (Cm(5.5), Cm(11.5))


def as_docx(file: Dossier) -> bytes:
    """``file`` as the bytes of a DOCX document."""
    document = docx.Document()
    _set_up(document, file)
    document.add_heading(_text(file.title), level=0)
    for line in file.preface:
        _write(document.add_paragraph(), line, file.marker)
    for section in file.sections:
        _section(document, section, file.marker)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    _section(document, file.letter, file.marker)
    unpacked = io.BytesIO()
    document.save(unpacked)
    return _dated(unpacked, file.stamp)


def _set_up(document: Document, file: Dossier) -> None:
    """Paper, language, type and properties."""
    for page in document.sections:
        page.page_width, page.page_height = Cm(21), Cm(29.7)  # A4
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    document.styles["Normal"].font.size = Pt(10)
    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), LOCALES[file.language].replace("_", "-"))
    about, stamp = document.core_properties, file.stamp.astimezone(UTC).replace(tzinfo=None)
    about.title = _text(file.title)[:255]
    about.author = about.last_modified_by = "groupaudit"
    about.comments = ""
    about.language = file.language
    about.created = about.modified = stamp


def _section(document: Document, section: Section, marker: str) -> None:
    document.add_heading(_text(section.title), level=1)
    for shape, blocks in alike(section.blocks):
        if shape is Shape.FACT:
            _table(document, blocks, marker)
        else:
            style = _LIST if shape is Shape.ITEM else None
            for block in blocks:
                _write(document.add_paragraph(style=style), block.text, marker)


def _table(document: Document, blocks: list[Block], marker: str) -> None:
    table = document.add_table(rows=len(blocks), cols=2, style=_TABLE)
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    for row, block in zip(table.rows, blocks, strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - no other way
        label, text = row.cells
        label.width, text.width = _WIDTHS
        label.paragraphs[0].add_run(_text(block.label)).bold = True
        _write(text.paragraphs[0], block.text, marker)
    document.add_paragraph()  # else Word joins tables and text


def _write(target: Paragraph, text: str, marker: str) -> None:
    """Put ``text`` into ``target``, with the marker highlighted."""
    for piece, gap in marked(text, marker):
        run = target.add_run(_text(piece))
        if gap:
            run.bold = True
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _text(text: str) -> str:
    return _NOT_XML.sub("", text)


def _dated(document: io.BytesIO, stamp: datetime) -> bytes:
    """The archive ``document`` with ``stamp`` as the date of every file in it."""
    moment = max(stamp.astimezone(UTC).timetuple()[:6], _ZIP_EPOCH)
    written = io.BytesIO()
    with zipfile.ZipFile(document) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return written.getvalue()
