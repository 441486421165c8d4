"""Text of word-processor and presentation files made of zipped XML (docx, pptx, odt, odp).

Reads every place where a writer can put words, which the usual libraries do not: headers,
footnotes, comments, text boxes, deleted text that is still in the file, speaker's notes; of a
workbook (xlsx) what does not stand in its cells. Runs in the separate process only. Ignores styles,
fields and macros.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind, Table
from groupaudit.posts.extract.html import table_of
from groupaudit.posts.extract.limits import Account

#: Members that hold text, per family; told apart by their names alone.
WORD = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml\Z")
SLIDES = re.compile(r"ppt/(?:slides|notesSlides|comments)/[^/]+\.xml\Z")
#: Notes on cells and text boxes of a workbook. Answers to notes stand in these notes once more.
NOTES = re.compile(r"xl/(?:comments(?:\d*|/[^/]+)|drawings/drawing\d*)\.xml\Z")
OPEN_DOCUMENT = re.compile(r"(?:content|styles)\.xml\Z")

_MAX_TABLES = 2000
_LINE_ENDS = frozenset({"p", "h", "br", "cr", "line-break", "comment", "cm"})
_ROWS, _CELLS = frozenset({"tr", "table-row"}), frozenset({"tc", "table-cell"})
_TABLES = frozenset({"tbl", "table"})
# ``text``: what a comment on a slide says, before PowerPoint 2021.
_RUNS = frozenset({"t", "delText", "text"})


def part(
    name: str, media_type: str, members: Iterator[tuple[str, bytes]], account: Account
) -> Part:
    """One part with the text and tables of ``members`` (name and XML of each).

    Raises PostsError(``corrupt``, ``bomb``, ``too-large``).
    """
    texts: list[str] = []
    tables: list[Table] = []
    for member, xml in members:
        reader = _Reader(everything=OPEN_DOCUMENT.match(member) is not None)
        reader.read(xml)
        text = reader.text()
        if not account.write(len(text)):
            raise PostsError("An office file holds more text than the limit", reason="too-large")
        texts.append(text)
        tables += reader.tables
    return Part(
        PartKind.ATTACHMENT,
        name,
        media_type,
        text="\n".join(filter(None, texts)),
        tables=tuple(tables[:_MAX_TABLES]),
    )


class _Reader:
    """Collects the text of one XML member, and the tables of its outermost level.

    ``everything``: all character data is text (OpenDocument); otherwise only what stands in runs.
    """

    def __init__(self, *, everything: bool) -> None:
        self.tables: list[Table] = []
        self._everything = everything
        self._pieces: list[str] = []
        self._in_run = 0
        self._depth = 0
        self._rows: list[tuple[str, ...]] = []
        self._row: list[str] = []
        self._cell_start = 0

    def read(self, xml: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = _refuse_entity
        try:
            parser.Parse(xml, True)  # noqa: FBT003 -- expat's own positional "is final"
        except expat.ExpatError as error:
            raise PostsError("The XML of an office file is broken", reason="corrupt") from error

    def text(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", "".join(self._pieces)).strip()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag in _RUNS:
            self._in_run += 1
        elif tag in _TABLES:
            self._depth += 1
        elif tag in _CELLS and self._depth == 1:
            self._cell_start = len(self._pieces)
        elif tag == "tab":
            self._pieces.append("\t")
        elif tag == "s" and self._everything:
            self._pieces.append(" ")
        del attributes

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in _RUNS:
            self._in_run -= 1
        elif tag in _CELLS:
            self._close_cell()
        elif tag in _LINE_ENDS or tag in _ROWS:
            self._pieces.append("\n")
            if tag in _ROWS and self._depth == 1:
                self._rows.append(tuple(self._row))
                self._row = []
        elif tag in _TABLES:
            self._depth -= 1
            if self._depth == 0:
                self._close_table()

    def _characters(self, text: str) -> None:
        if self._in_run or self._everything:
            self._pieces.append(text)

    def _close_cell(self) -> None:
        if self._depth != 1:
            self._pieces.append("\t")
            return
        # Inside a row, cells are separated by tabs and their own line ends become spaces.
        cell = " ".join("".join(self._pieces[self._cell_start :]).split())
        self._pieces[self._cell_start :] = [cell, "\t"]
        self._row.append(cell)

    def _close_table(self) -> None:
        if len(self._rows) >= 2 and max(map(len, self._rows)) >= 2:
            self.tables.append(table_of(tuple(self._rows)))
        self._rows = []


def _refuse_entity(*_declaration: object) -> None:
    """Office formats declare no entities; the billion-laughs bomb does."""
    raise PostsError("The XML of an office file declares entities", reason="bomb")
