"""What each column of a table holds, by its head and by the cells of the first rows.

Says nothing about the table as a whole. A table without a head is told by its cells alone, and one
that stands on its side (heads down the first column) is turned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat, zip_longest

from groupaudit.classifier.lexicon import Lexicon
from groupaudit.classifier.tables import titles, values
from groupaudit.classifier.tables.headings import HEALTH, Heading, heading

Row = Sequence[str]

#: Columns beyond these are not looked at: no export of persons has so many.
MOST_COLUMNS = 1000
#: Lines of title above the head of a table, at most.
_TITLES = 10
#: Rows of a table on its side, at most: a form, not a list.
_FORM_ROWS = 80
#: Cells of a column whose form is looked at, and characters of each.
_LOOKED_AT, WIDEST_CELL = 400, 4000

#: Distinct surnames of a column at least, and first names that go with each at most, on average.
_LEAST_NAMES, _NAMESAKES = 3, 1.5

CONTACT = frozenset({"phone", "email", "address"})
NUMBERS = frozenset({"nir", "record_number", "episode"})
#: Kinds of free text: only what is written in the cells tells.
_FREE = frozenset({"", "comment"})
_NAMES = frozenset({"name", "patient", "first_name"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its kind, ``""`` if unknown; whether its cells are searched for health terms."""

    kind: str = ""
    searched: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table; ``skipped`` rows of title and head stand above the data.

    ``titled`` are the categories of what the title says that all those listed have.
    """

    skipped: int
    columns: tuple[Column, ...]
    titled: frozenset[str] = frozenset()


def upright(head: list[Row]) -> list[Row] | None:
    """The rows of a form turned into a table of one row each, None when it is a list already."""
    width = max(map(len, head), default=0)
    if not 2 <= width <= 3 or len(head) > _FORM_ROWS or all(_kinds(head[0][:2])):
        return None
    kinds = set(_kinds(row[0] for row in head)) - _FREE
    if len(kinds) < 3 or not kinds & (NUMBERS | _NAMES):
        return None
    return list(zip_longest(*head, fillvalue=""))


def _kinds(cells: Iterable[str]) -> list[str]:
    return [heading(cell).kind for cell in cells]


def layout(head: Sequence[Row], lexicon: Lexicon) -> Layout:
    """The columns of the table that begins with the rows ``head``."""
    at = head_row(head)
    names: Row = () if at is None else head[at]
    body = head if at is None else head[at + 1 :]
    width = min(MOST_COLUMNS, max(map(len, (names, *body)), default=0))
    columns = []
    turned = chain(zip_longest(*body, fillvalue=""), repeat(()))
    for number, column in zip(range(width), turned, strict=False):  # the last without end
        cells = [cell[:WIDEST_CELL] for cell in column if cell]
        named = heading(names[number]) if number < len(names) else Heading()
        columns.append(_column(named, cells, lexicon, headed=at is not None))
    above = () if at is None else head[:at]
    settled = _reconsidered(columns, of_staff=titles.are_of_staff(above))
    if at is None:
        settled = _with_surnames(settled, body[:_LOOKED_AT])
    jobs = any(column.kind == "job" for column in settled)
    titled = frozenset[str]() if jobs else titles.told(above, lexicon)
    return Layout(len(head) - len(body), tuple(settled), titled)


def _with_surnames(columns: list[Column], rows: Sequence[Row]) -> list[Column]:
    """``columns`` without a head, where one of surnames stands beside one of first names."""
    found = list(columns)
    for number, column in enumerate(columns):
        beside = (number - 1, number + 1) if column.kind == "first_name" else ()
        for other in beside:
            unknown = 0 <= other < len(columns) and found[other] == Column()
            if unknown and _are_surnames([_at(row, other) for row in rows], number, rows):
                found[other] = Column("name")
                break
    return found


def head_row(rows: Sequence[Row]) -> int | None:
    """The number of the row that names the columns, None without one."""
    for number, row in enumerate(rows[:_TITLES]):
        filled = [cell for cell in row if cell.strip()]
        known = sum(bool(heading(cell).kind) for cell in filled)
        # A lone "Service de cardiologie" is a title, unless one column is all there is.
        title = len(filled) < 2 and max(map(len, rows)) > 1
        named = known >= 2 or (known and known * 4 >= len(filled))
        if named and not title and not any(map(_is_data, filled)):
            return number
    return 0 if _only_head_is_words(rows) else None


def _only_head_is_words(rows: Sequence[Row]) -> bool:
    """Whether a first row without a figure stands above columns of figures."""
    if len(rows) < 4 or any(c.isdigit() for cell in rows[0] for c in cell):
        return False
    return any(
        values.share([row[i] for row in rows[1:50] if i < len(row) and row[i]], values.is_number)
        >= 0.9
        for i in range(min(len(rows[0]), MOST_COLUMNS))
    )


def _is_data(cell: str) -> bool:
    """Whether a cell can be no heading: a number, a date, an address, a number of a person."""
    return (
        values.is_number(cell)
        or values.is_email(cell)
        or values.is_nir(cell)
        or values.is_date(cell)
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A column as first told, before its neighbours are asked."""

    column: Column
    named: Heading
    telling: bool = False
    numeric: bool = False
    personal: bool = False
    varied: bool = False
    visits: bool = False


def _column(named: Heading, cells: list[str], lexicon: Lexicon, *, headed: bool) -> _Told:
    every, cells = cells, cells[:_LOOKED_AT]
    if named.kind == "nir":  # "INSEE" may head codes of communes
        return _Told(Column("nir" if _mostly_nir(cells) or not cells else ""), named)
    if named.kind in _FREE | _NAMES and values.share(cells, values.is_doctor) >= values.MOST:
        return _Told(Column("professional"), named)
    if named.kind in _FREE:
        kind = _by_values(cells, headed=headed)
        if kind:
            return _Told(Column(kind), named, personal=True)
    cells_told, found = values.told(every, lexicon) if _asked(named) else (0, {})
    telling = values.telling(cells_told, len(found), len(every))
    if named.kind == "sick_leave":  # most absences are no illness: some that are suffice
        telling = cells_told >= values.TELLING * len(every) > 0
    searched = named.kind == "comment" or (named.kind == "" and telling)
    return _Told(
        Column(named.kind, searched),
        named,
        telling,
        values.share(cells, values.is_number) >= values.MOST,
        named.kind in _NAMES and _personal(cells, goods=cells_told >= values.MOST * len(every)),
        named.kind in _NAMES and _varied_surnames(cells),
        named.kind == "appointment" and values.share(cells, values.is_appointment) >= values.MOST,
    )


def _asked(named: Heading) -> bool:
    """Whether the terms in the cells matter: for unknown columns, doubtful heads and names."""
    return named.weak or named.kind in _FREE or named.kind in ("name", "patient")


def _mostly_nir(cells: list[str]) -> bool:
    return values.share(cells, values.is_nir_shaped) >= 0.3


def _by_values(cells: list[str], *, headed: bool) -> str:
    """The kind of identifier that a column without a telling head holds.

    First names alone are believed where no head says something else: AMBER and VIOLET are colours.
    """
    if values.share(cells, values.is_nir) >= values.MOST:
        return "nir"
    for kind, test in (
        ("bank", values.is_bank_account),
        ("email", values.is_email),
        ("phone", values.is_phone),
        ("name", values.is_full_name),
        ("first_name", values.is_first_name),
    ):
        if kind == "first_name" and (headed or len(set(cells)) < 3):
            continue
        if len(cells) >= 2 and values.share(cells, test) >= 0.6:
            return kind
    return "dob" if len(cells) >= 4 and values.are_births(cells) else ""


def _personal(cells: list[str], *, goods: bool) -> bool:
    """Whether the cells of a column of names are written as persons' names are.

    ``goods``: most name a drug, an illness or an examination, which stand in capitals too.
    """
    if values.share(cells, values.is_full_name) >= 0.2:
        return True
    capitals = values.share(cells, lambda cell: cell.isupper() and values.is_surname(cell))
    return capitals >= values.MOST and not goods


def _are_surnames(cells: Sequence[str], number: int, rows: Sequence[Row]) -> bool:
    """Whether ``cells`` may be the surnames of those whose first names are in column ``number``.

    Each goes with few first names, as a ward or a town does not.
    """
    pairs = {(cell, _at(row, number)) for cell, row in zip(cells, rows, strict=True) if cell}
    names = {cell for cell, _ in pairs}
    few = len(names) >= _LEAST_NAMES and len(pairs) <= _NAMESAKES * len(names)
    return few and values.share([cell for cell in cells if cell], values.is_surname) >= 0.8


def _at(row: Row, number: int) -> str:
    return row[number] if number < len(row) else ""


def _varied_surnames(cells: list[str]) -> bool:
    """Whether the cells may be surnames, hardly two alike; machines and wards recur."""
    return len(set(cells)) >= 0.7 * len(cells) and values.share(cells, values.is_surname) >= 0.8


def _reconsidered(told: list[_Told], *, of_staff: bool) -> list[Column]:
    """The columns once each has heard the others; ``of_staff`` if a title says whom they list."""
    kinds = {one.column.kind for one in told if not one.named.weak}
    jobs = "job" in kinds  # a list of staff: their wards and offices are where they work
    tests = "lab" in kinds or any(
        one.named.weak and one.telling and one.named.kind in HEALTH for one in told
    )
    visits = any(one.visits for one in told) and not jobs and not of_staff
    others = bool(kinds & (CONTACT | NUMBERS | {"first_name", "dob", "room", "patient"}))
    health = bool(kinds & HEALTH) or (
        visits and any(one.named.kind == "service" and one.named.weak for one in told)
    )
    return [
        _settled(
            one, jobs=jobs, tests=tests, visits=visits, confirmed=others or (health and one.varied)
        )
        for one in told
    ]


def _settled(one: _Told, *, jobs: bool, tests: bool, visits: bool, confirmed: bool) -> Column:
    kind = one.column.kind
    if one.named.weak:
        return _believed(one, tests=tests, visits=visits)
    if kind in ("name", "patient") and one.telling and not one.personal:
        return Column("", searched=True)  # NOM of a drug, PATIENT above remarks
    if kind == "patient" and one.numeric:
        return Column("case")  # case 1, case 2: nobody
    if kind == "name" and not (one.personal or confirmed):
        return Column()  # NOM of a machine, of a ward
    if kind == "" and one.column.searched and jobs:
        return replace(one.column, searched=False)
    return one.column


def _believed(one: _Told, *, tests: bool, visits: bool) -> Column:
    """A column under a word with other uses: of a specialty, of those who come or who practise."""
    if one.column.kind == "service":
        return Column("specialty", searched=True) if visits else Column("service")
    believed = one.telling or (one.column.kind == "lab" and tests and one.numeric)
    return one.column if believed else Column()
