"""Tables that are typed into a text: lines of a mail cut into columns by signs or spaces.

Only lines under one that names two columns at least are taken for a table: what merely stands in
columns (a rota, a patch, a list of prices) is text to the other readers, which see the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from groupaudit.classifier.tables.headings import heading
from groupaudit.model.post import Table

#: Lines under the head and columns at least, characters of a line and of a head at most.
_LEAST_LINES, _LEAST_COLUMNS, _LONGEST_LINE, _LONGEST_HEAD = 2, 3, 400, 30
_LEAST_CUTS = _LEAST_LINES * (_LEAST_COLUMNS - 1)
_QUOTE = re.compile(r"[> ]*")
_CUTS = tuple(re.compile(cut) for cut in (r"\t", r" ?\| ?", r" ?; ?", r" {2,}|\t", r",(?! )"))
#: Commas that part cells, not the parts of a sentence.
_COMMAS = re.compile(r",\S[^,]*,\S")
#: A line of a box drawn around a table.
_RULE = re.compile(r"[> ]*\+[+=-]{2,}\s*")
#: What stands in no head: sentences, assignments, blanks to be filled in, numbers.
_NO_HEAD = re.compile(r"[.,:?!] |=|__|\.\.|\d{3}|\w{4}\.\Z")


def typed(text: str) -> Iterator[Table]:
    """The tables typed into ``text``, heads included."""
    if _cuts(text) < _LEAST_CUTS:
        return  # nearly all mail: its lines need not be looked at
    for may_be, lines in groupby(text.split("\n"), _may_be_cut):
        if may_be:
            yield from _first_table([line[:_LONGEST_LINE] for line in lines])


def _cuts(text: str) -> int:
    """How often the commonest of the signs that part cells stands in ``text``."""
    commas = text.count(",") - text.count(", ") - text.count(",\n")
    return max(commas, *(text.count(cut) for cut in ("\t", "|", ";", "  ")))


def _may_be_cut(line: str) -> bool:
    cut = "\t" in line or "|" in line or ";" in line or "  " in line
    return cut or bool(_RULE.fullmatch(line) or _COMMAS.search(line))


def _first_table(lines: Sequence[str]) -> Iterator[Table]:
    """The table that the first way of cutting ``lines`` gives which names columns; perhaps none."""
    for cut in _CUTS:
        rows = [tuple(cut.split(_QUOTE.sub("", line, count=1).strip("| \r"))) for line in lines]
        for number, row in enumerate(rows[:-_LEAST_LINES]):
            if len(row) >= _LEAST_COLUMNS and _names_columns(row):
                yield _table([each for each in rows[number:] if _is_row(each)])
                return


def _is_row(row: tuple[str, ...]) -> bool:
    """Whether it has columns, and is more than the rule under a head."""
    return len(row) > 1 and any(c.isalnum() for cell in row for c in cell)


def _names_columns(row: tuple[str, ...]) -> bool:
    if any(len(cell) > _LONGEST_HEAD or _NO_HEAD.search(cell) for cell in row):
        return False
    return sum(bool(heading(cell).kind) for cell in row) >= 2


def _table(rows: list[tuple[str, ...]]) -> Table:
    return Table(rows=lambda: iter(rows))
