"""The verdict on a table, from what its columns hold and what was counted in them.

Reads the rows once. What a table amounts to is decided here and nowhere else in this package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from groupaudit.classifier.lexicon import Lexicon
from groupaudit.classifier.tables import values
from groupaudit.classifier.tables.columns import (
    CONTACT,
    NUMBERS,
    Layout,
    Row,
    layout,
    upright,
)
from groupaudit.classifier.tables.headings import HEALTH
from groupaudit.classifier.tables.identities import Persons
from groupaudit.classifier.tables.tally import Tally
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Table

#: Rows and characters from which the columns are told.
SAMPLE_ROWS, SAMPLE_CHARS = 2000, 8_000_000
#: Rows counted together: few enough that the longest rows fit in memory.
_BLOCK = 256

#: Kinds of columns that show a patient's stay or visit.
_CARE = frozenset({"service", "specialty", "room", "stay", "appointment"})
#: Name under which a kind of column is reported, where it is another. None: not reported.
_REPORTED = {
    "first_name": None, "patient": "name", "episode": "record_number", "professional": None,
    "relative": None, "job": None, "birthplace": None, "insurance": None, "service": None,
    "stay": None, "appointment": None, "specialty": None, "sex_or_age": None, "comment": None,
    "count": None, "case": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableFinding:
    """What a table holds.

    ``rows`` is without title, head and empty rows; ``persons`` are keyed hashes; ``categories``
    counts filled cells by kind, and for comments the cells that hold a term of the category.
    ``met`` are those hashes of persons told of elsewhere by which one of the table is known.
    ``counted`` tells whether a person of another table is one of these by a better identifier.
    """

    verdict: Verdict
    rows: int
    persons: frozenset[int] = field(repr=False)
    categories: dict[str, int]
    met: frozenset[int] = field(default=frozenset(), repr=False)
    counted: Persons | None = field(default=None, repr=False, compare=False)


def judge(
    table: Table, lexicon: Lexicon, key: bytes, sought: frozenset[int] = frozenset()
) -> TableFinding:
    """Verdict on ``table`` and the persons in it, hashed under ``key``; its rows are read once.

    ``sought`` are hashes by which persons are known who are told of elsewhere in the document.
    """
    rows: Iterator[Row] = (row for row in table.rows() if any(row))
    head = _sample(rows)
    turned = upright(head)
    if turned is not None:
        head, rows = turned, iter(())
    columns = layout(head, lexicon)
    tally = Tally(columns, lexicon, key, sought)
    # A small table stands in a text too, where any word of it may have been taken for a name.
    tally.persons.look_for(chain.from_iterable(head[:_BLOCK]))
    body = chain(head[columns.skipped :], rows)
    while block := list(islice(body, _BLOCK)):
        tally.add(block)
    categories, persons = _categories(columns, tally), tally.persons.distinct()
    verdict = _verdict(columns, tally, anybody=bool(persons))
    met = frozenset(tally.persons.met)
    return TableFinding(verdict, tally.rows, persons, categories, met, tally.persons)


def together(findings: Sequence[TableFinding], key: bytes) -> frozenset[int]:
    """The persons of several tables, without those whom another of them knows by more."""
    counted = Persons(key)
    for finding in findings:
        if finding.counted is not None:
            counted.take(finding.counted)
    return counted.distinct()


def _sample(rows: Iterator[Row]) -> list[Row]:
    taken: list[Row] = []
    chars = 0
    for row in islice(rows, SAMPLE_ROWS):
        taken.append(row)
        chars += sum(map(len, row))
        if chars > SAMPLE_CHARS:
            break
    return taken


def _categories(columns: Layout, tally: Tally) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for column, filled in zip(columns.columns, tally.filled, strict=True):
        name = _REPORTED.get(column.kind, column.kind)
        if name and filled:
            counts[name] += filled
    for found in (*_telling(columns, tally), tally.narrower):
        counts.update(found)
    counts.update(columns.titled)
    return dict(counts)


def _telling(columns: Layout, tally: Tally) -> Iterator[Counter[str]]:
    """Of the searched columns that tell something: cells by category."""
    for number, (cells, found) in tally.told.items():
        filled = tally.filled[number]
        # A specialty recurs as it should; of a word that recurs in comments other rules hold.
        by_specialty = columns.columns[number].kind == "specialty" and cells > 0
        if by_specialty or values.telling(cells, len(found), filled):
            yield found


def _verdict(columns: Layout, tally: Tally, *, anybody: bool) -> Verdict:
    """What columns of these kinds amount to; empty columns do not count, but in an empty form."""
    every = {column.kind for column in columns.columns}
    if not tally.rows:
        return Verdict.HEALTH_GENERIC if every & HEALTH else Verdict.ORDINARY
    kinds = {
        column.kind for column, filled in zip(columns.columns, tally.filled, strict=True) if filled
    }
    headed = bool(kinds & (NUMBERS | {"name", "patient"})) or {"first_name", "dob"} <= kinds
    named = headed and anybody  # cases A to F of an audit are nobody
    by_column = bool(kinds & HEALTH or columns.titled) or _shows_a_stay(kinds)
    if named and (by_column or any(_telling(columns, tally))):
        return Verdict.IDENTIFIABLE_HEALTH
    if kinds & HEALTH and kinds & {"dob", "room", "patient", "case", "record_number", "episode"}:
        return Verdict.HEALTH_PERSON
    if kinds & HEALTH:  # comments alone may speak of machines: "écran opéré"
        return Verdict.HEALTH_GENERIC
    return Verdict.IDENTITY_ONLY if named or len(kinds & CONTACT) > 1 else Verdict.ORDINARY


def _shows_a_stay(kinds: set[str]) -> bool:
    """Whether patients stand beside a ward, a room or dates: being treated is health data."""
    return bool(kinds & {"patient", "record_number"}) and bool(kinds & _CARE)
