"""One pass over the rows of a table: filled cells by column, health terms in comments, persons.

Works on blocks of rows turned into columns, which is what makes half a million rows a matter of
seconds. Decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from groupaudit.classifier.lexicon import Lexicon
from groupaudit.classifier.tables import values
from groupaudit.classifier.tables.columns import Layout, Row
from groupaudit.classifier.tables.identities import Identifiers, Persons, nir_body

Columns = Sequence[Sequence[str]]

#: Columns about health whose words may tell more than their heads, and what they may tell. The
#: most sensitive categories have stricter lists (``classifier.sensitive``).
_WORDED = frozenset({"diagnosis", "procedure", "drug", "sick_leave", "disability"})
_NARROWER = frozenset({"addiction", "cancer", "pregnancy"})
#: Cells whose categories are remembered: exports repeat the same few hundred.
_MOST_KNOWN = 1 << 14


class Tally:
    """What has been counted so far in a table of a known layout."""

    def __init__(
        self, layout: Layout, lexicon: Lexicon, key: bytes, sought: frozenset[int] = frozenset()
    ) -> None:
        self.rows = 0
        self.filled = [0] * len(layout.columns)
        #: For each searched column: cells with a health term, and cells by category.
        self.told: dict[int, tuple[int, Counter[str]]] = {
            number: (0, Counter()) for number, each in enumerate(layout.columns) if each.searched
        }
        #: Cells of columns about health, by the narrower category that their words tell.
        self.narrower: Counter[str] = Counter()
        self.persons = Persons(key, sought)
        self._lexicon = lexicon
        kinds = [column.kind for column in layout.columns]
        self._places = {kind: [i for i, k in enumerate(kinds) if k == kind] for kind in set(kinds)}
        self._worded = [number for number, kind in enumerate(kinds) if kind in _WORDED]
        self._specialties = frozenset(self._places.get("specialty", ()))
        self._known: dict[str, frozenset[str]] = {}
        self._counted = [
            i for i, column in enumerate(layout.columns) if column.kind or column.searched
        ]

    def add(self, block: Sequence[Row]) -> None:
        """Count some more rows."""
        columns = _turned(block, len(self.filled))
        self.rows += len(block)
        for number in self._counted:
            column = columns[number]
            self.filled[number] += len(column) - column.count("")
        for number, (cells, found) in self.told.items():
            find = values.conditions if number in self._specialties else values.categories
            here, categories = values.told(filter(None, columns[number]), self._lexicon, find)
            self.told[number] = (cells + here, found + categories)
        for number in self._worded:
            self._add_narrower(columns[number])
        self._add_persons(columns, len(block))

    def _add_narrower(self, column: Sequence[str]) -> None:
        times = Counter(column)
        fresh = [cell for cell in times if cell not in self._known]
        if len(self._known) + len(fresh) > _MOST_KNOWN:
            self._known, fresh = {}, list(times)
        self._known |= values.categories(fresh, self._lexicon)
        for cell, often in times.items():
            for category in self._known[cell] & _NARROWER:
                self.narrower[category] += often

    def _add_persons(self, columns: Columns, rows: int) -> None:
        nothing = ("",) * rows
        names = self._first(columns, ("patient", "name"), values.holds_a_word)
        self.persons.add(
            Identifiers(
                nir=self._first(columns, ("nir",), nir_body) or nothing,
                record=self._first(columns, ("record_number",), values.holds_a_digit) or nothing,
                name=names or nothing,
                first_name=self._first(columns, ("first_name",), values.holds_a_word) or nothing,
                birth_date=self._births(columns) or nothing,
                episode=self._first(columns, ("episode",), values.holds_a_digit) or nothing,
            )
        )
        self.persons.compact()

    def _births(self, columns: Columns) -> Sequence[str]:
        """The birth date of each row, put together where day, month and year have columns."""
        chosen = [columns[number] for number in self._places.get("dob", ())]
        if len(chosen) < 2:
            return chosen[0] if chosen else ()
        return list(map(values.joined_birth, zip(*chosen, strict=True)))

    def _first(
        self, columns: Columns, kinds: Sequence[str], holds: Callable[[str], object]
    ) -> Sequence[str]:
        """For each row the first cell under heads of ``kinds`` that ``holds`` what tells persons.

        A number under "agent" is no name, and a number without its key no social security number.
        """
        chosen = [columns[number] for kind in kinds for number in self._places.get(kind, ())]
        if len(chosen) < 2:
            return chosen[0] if chosen else ()
        return [next(filter(holds, cells), "") for cells in zip(*chosen, strict=True)]


def _turned(block: Sequence[Row], width: int) -> Columns:
    """The rows as ``width`` columns; short rows are filled up, long ones cut."""
    if set(map(len, block)) != {width}:
        padding = ("",) * width
        block = [(*row, *padding)[:width] for row in block]
    return list(zip(*block, strict=True))
