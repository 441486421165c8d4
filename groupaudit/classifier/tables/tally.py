"""One pass over the rows of a table: filled cells by column, health terms in comments, persons.

Works on blocks of rows turned into columns, which is what makes half a million rows a matter of
seconds. Decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from groupaudit.classifier.lexicon import Lexicon
from groupaudit.classifier.tables import values
from groupaudit.classifier.tables.columns import Layout, Row
from groupaudit.classifier.tables.identities import Identifiers, Persons, nir_body

Columns = Sequence[Sequence[str]]


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
        self.persons = Persons(key, sought)
        self._lexicon = lexicon
        kinds = [column.kind for column in layout.columns]
        self._places = {kind: [i for i, k in enumerate(kinds) if k == kind] for kind in set(kinds)}
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
            here, categories = values.told(filter(None, columns[number]), self._lexicon)
            self.told[number] = (cells + here, found + categories)
        self._add_persons(columns, len(block))

    def _add_persons(self, columns: Columns, rows: int) -> None:
        nothing = ("",) * rows
        names = self._first_filled(columns, "patient") or self._first_filled(columns, "name")
        self.persons.add(
            Identifiers(
                nir=self._nirs(columns) or nothing,
                record=self._first_filled(columns, "record_number") or nothing,
                name=names or nothing,
                first_name=self._first_filled(columns, "first_name") or nothing,
                birth_date=self._first_filled(columns, "dob") or nothing,
                episode=self._first_filled(columns, "episode") or nothing,
            )
        )
        self.persons.compact()

    def _nirs(self, columns: Columns) -> Sequence[str]:
        """The social security number of each row: of several the first that bears its key."""
        chosen = [columns[number] for number in self._places.get("nir", ())]
        if len(chosen) < 2:
            return chosen[0] if chosen else ()
        return [next(filter(nir_body, cells), "") for cells in zip(*chosen, strict=True)]

    def _first_filled(self, columns: Columns, kind: str) -> Sequence[str]:
        """For each row the first filled cell of that kind."""
        filled: Sequence[str] = ()
        for number in self._places.get(kind, ()):
            more = columns[number]
            if filled:
                filled = [one or other for one, other in zip(filled, more, strict=True)]
            else:
                filled = more
        return filled


def _turned(block: Sequence[Row], width: int) -> Columns:
    """The rows as ``width`` columns; short rows are filled up, long ones cut."""
    if set(map(len, block)) != {width}:
        padding = ("",) * width
        block = [(*row, *padding)[:width] for row in block]
    return list(zip(*block, strict=True))
