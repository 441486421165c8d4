"""HTML to text and tables.

Blocks become lines, cells are separated by tabs, what is quoted keeps a ``>`` before each line.
Scripts and styles are dropped; text that a style hides is kept, since it was sent. Nothing is
fetched: images and links stay unread.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from groupaudit.errors import PostsError
from groupaudit.model.post import Table
from groupaudit.posts.extract.text import decode

MAX_HTML_BYTES = 16 * 1024 * 1024
MAX_TABLES = 500
MAX_DEPTH = 2000
#: Beyond so many tags only the text between them is read: a tree of them takes seconds, and more
#: memory than a process should.
MAX_TAGS = 400_000
#: The parser compares each option of a form with all before it.
MAX_OPTIONS = 8000
# Formatting that nobody closed is repeated in every block that follows: so many elements at most.
_MAX_REPEATED = 4_000_000

_DROPPED = ("script", "style", "noscript", "template", "svg")
_BREAKS = "br,hr"
_BLOCKS = (
    "p,div,tr,li,ul,ol,dl,dt,dd,table,h1,h2,h3,h4,h5,h6,section,article,header,footer,"
    "address,pre,form,option,title,caption"
)
# Private-use characters stand for breaks while the white space of the source is folded.
_LINE, _CELL, _QUOTE_ON, _QUOTE_OFF = "\ue000", "\ue001", "\ue002", "\ue003"
# Tags whose end is not implied by the next: unclosed, they nest. The first are formatting.
_NESTING_TAG = re.compile(
    r"<(/?)(?:(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)"
    r"|(div|blockquote|span|table|ul|ol|dl|center|section|article|header|footer|address|main|aside"
    r"|nav|details|form|svg|math|pre))\b",
    re.IGNORECASE,
)
_OPTION = re.compile(r"<option\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([-\w]{1,40})", re.IGNORECASE)
_SPACES = "\t\n\r\f\u200b"
_QUOTE_MARKS = re.compile(f"([{_QUOTE_ON}{_QUOTE_OFF}])")


def decoded(raw: bytes, declared: str = "") -> str:
    """The source of a page: by the announced charset, else by the one that it names itself."""
    if not declared and (named := _META_CHARSET.search(raw, 0, 4096)):
        declared = named[1].decode("ascii")
    return decode(raw, declared)


def text_and_tables(html: str) -> tuple[str, tuple[Table, ...]]:
    """The readable text, which includes that of tables, and apart the tables that hold data.

    A data table has two rows and two columns at least and holds no other table: mail programs use
    the rest for layout. Raises PostsError(``too-large``).
    """
    if len(html) > MAX_HTML_BYTES:
        raise PostsError("An HTML page is larger than the limit", reason="too-large")
    if _costs_too_much(html):
        return _crude_text(html), ()
    tree = LexborHTMLParser(html)
    tables = tuple(_tables(tree)) if "<t" in html or "<T" in html else ()
    return _text(tree, len(html)), tables


def _costs_too_much(html: str) -> bool:
    """Whether a tree of ``html`` would be far larger than what people write."""
    tags = html.count("<")
    if tags <= MAX_DEPTH:
        return False
    if tags > MAX_TAGS or (tags > MAX_OPTIONS and len(_OPTION.findall(html)) > MAX_OPTIONS):
        return True
    open_tags: Counter[str] = Counter()
    depth = formatting = 0  # of what is open now
    for tag in _NESTING_TAG.finditer(html):
        closes, style, block = tag.groups()
        name = (style or block).lower()
        if closes and not open_tags[name]:
            continue
        step = -1 if closes else 1
        open_tags[name] += step
        depth += step
        formatting += step if style else 0
        if depth > MAX_DEPTH or formatting * tags > _MAX_REPEATED:
            return True
    return False


def _crude_text(html: str) -> str:
    """The text between tags, without a tree."""
    return _tidied(_folded(unescape(_TAG.sub(_LINE, html))).replace(_LINE, "\n")).strip()


def _tables(tree: LexborHTMLParser) -> Iterator[Table]:
    for table in tree.css("table")[:MAX_TABLES]:
        if table.css_first("table table") is not None or len(table.css("table")) > 1:
            continue
        rows = tuple(tuple(_cell(cell) for cell in row.css("td,th")) for row in table.css("tr"))
        if len(rows) >= 2 and max(map(len, rows)) >= 2:
            yield table_of(rows)


def table_of(rows: tuple[tuple[str, ...], ...]) -> Table:
    """A table that is held in memory."""
    return Table(rows=lambda: iter(rows))


def _cell(cell: LexborNode) -> str:
    return _folded(cell.text(separator=" ")).strip()


def _text(tree: LexborHTMLParser, size: int) -> str:
    """The text of ``tree``, which was parsed from so many characters."""
    root = tree.root
    if root is None:
        return ""
    tree.strip_tags(list(_DROPPED), recursive=True)
    for node in tree.css("pre"):
        text = node.text()
        size -= len(text)
        if size < 0:
            break  # they stand in each other: this one was a part of one before
        node.replace_with(_LINE + text.replace("\n", _LINE) + _LINE)
    for node in tree.css("td,th"):
        node.insert_after(_CELL)
    for node in tree.css("blockquote"):
        node.insert_before(_QUOTE_ON)
        node.insert_after(_QUOTE_OFF)
    for node in tree.css(_BREAKS):
        node.insert_before(_LINE)
    for node in tree.css(_BLOCKS):
        node.insert_before(_LINE)
        node.insert_after(_LINE)
    folded = _folded(root.text(separator=""))
    return _lines(folded.replace(_CELL, "\t").replace(_LINE, "\n")).strip("\n ")


def _folded(text: str) -> str:
    """``text`` with any run of white space as one space; half the time of a pattern."""
    for mark in _SPACES:
        text = text.replace(mark, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _tidied(text: str) -> str:
    """The lines of ``text`` that hold something, without the spaces around them."""
    return "\n".join(filter(None, [line.strip(" ") for line in text.split("\n")]))


def _lines(text: str) -> str:
    if _QUOTE_ON not in text:
        return _tidied(text)
    depth = 0
    pieces: list[str] = []
    for piece in _QUOTE_MARKS.split(text):
        if piece == _QUOTE_ON:
            depth += 1
        elif piece == _QUOTE_OFF:
            depth = max(0, depth - 1)
        elif lines := _tidied(piece):
            pieces.append("> " + lines.replace("\n", "\n> ") if depth else lines)
    return "\n".join(pieces)
