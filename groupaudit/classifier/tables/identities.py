"""The distinct persons of a table, each counted once however its rows identify it.

A row's best identifier stands for its person: social security number, else the patient's record
number, else name with birth date, else name, else the number of a stay or request. A person known
by a better identifier in any row is not counted again by a lesser one: the lesser ones of that row
are remembered as its other names. Two numbers are two persons even under one name.

Identifiers are never kept: 64-bit hashes are, keyed (HMAC) for what is counted. Other names are
told apart by Python's own salted hash, which never leaves this process.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from groupaudit.classifier.detectors.nir import has_valid_key
from groupaudit.classifier.persons import keyed
from groupaudit.classifier.tables.values import CIVILITIES, birth, is_nir_shaped
from groupaudit.classifier.text import fold

#: Hashes gathered before duplicates are dropped.
_ENOUGH = 1 << 19
_NOT_IN_NAMES = frozenset(
    word.decode("ascii")
    for word in CIVILITIES
    | set(b"an ans ne nee born inconnu inconnue unknown anonyme neant vide null none xxx".split())
)
#: Words with which a cell says that a bed or an hour is nobody's.
_NOBODY = frozenset({"libre", "vide", "vacant", "vacante", "empty", "annule", "annulee"})
_NOT_IN_NUMBERS = "0abcdefghijklmnopqrstuvwxyz"
_BODY, _WHOLE = 13, 15
#: The rank of names among identifiers.
_NAMES = 3

Cells = Sequence[str]


@dataclass(slots=True)
class _Level:
    """One rank of identifiers: those that stand for a row, and those that only go with a better."""

    others: array[int] = field(default_factory=lambda: array("q"))
    hashes: array[int] = field(default_factory=lambda: array("q"))
    keys: array[int] = field(default_factory=lambda: array("Q"))
    limit: int = _ENOUGH

    def compact(self) -> None:
        """Drop what is there twice, once enough has gathered."""
        if len(self.others) + len(self.hashes) < self.limit:
            return
        self.others = array("q", np.unique(_ints(self.others)).tobytes())
        hashes, first = np.unique(_ints(self.hashes), return_index=True)
        self.keys = array("Q", np.frombuffer(self.keys, np.uint64)[first].tobytes())
        self.hashes = array("q", hashes.tobytes())
        self.limit = 2 * (len(self.others) + len(self.hashes)) + _ENOUGH

    def persons(self) -> list[int]:
        """Keys of the identifiers never seen beside a better one."""
        alone = ~np.isin(_ints(self.hashes), _ints(self.others))
        return [int(key) for key in np.unique(np.frombuffer(self.keys, np.uint64)[alone])]


def _ints(values: array[int]) -> npt.NDArray[np.int64]:
    return np.frombuffer(values, np.int64)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What identifies the persons of some rows, as cells hold it: a column each, all as long."""

    nir: Cells = field(repr=False)
    record: Cells = field(repr=False)
    name: Cells = field(repr=False)
    first_name: Cells = field(repr=False)
    birth_date: Cells = field(repr=False)
    episode: Cells = field(repr=False)

    def ranked(self) -> tuple[list[str], ...]:
        """The identifiers of each row in one spelling, the best kind first."""
        named = list(map(_name, self.name, self.first_name))
        births = [birth(cell) if cell else "" for cell in self.birth_date]
        return (
            [nir_body(cell) if cell else "" for cell in self.nir],
            [_number(cell) if cell else "" for cell in self.record],
            [f"{n}|{b}" if n and b else "" for n, b in zip(named, births, strict=True)],
            named,
            [_number(cell) if cell else "" for cell in self.episode],
        )


class Persons:
    """Those met so far.

    ``met`` are those of the hashes ``sought`` that are of a word of their names.
    """

    def __init__(self, key: bytes, sought: frozenset[int] = frozenset()) -> None:
        self.met: set[int] = set()
        self._key = key
        self._sought = sought
        self._looked_at: set[bytes] = set()
        self._levels = tuple(_Level() for _ in range(5))

    def add(self, rows: Identifiers) -> None:
        """Count the persons of some more rows."""
        known = [""] * len(rows.nir)  # for each row its best identifier so far
        ranked = rows.ranked()
        self.look_for(ranked[_NAMES])
        for level, column in zip(self._levels, ranked, strict=True):
            best = [mine for mine, better in zip(column, known, strict=True) if mine and not better]
            level.hashes.extend(map(hash, best))
            level.keys.extend([keyed(self._key, mine.encode("ascii")) for mine in best])
            level.others.extend(
                [hash(mine) for mine, better in zip(column, known, strict=True) if mine and better]
            )
            known = [better or mine for mine, better in zip(column, known, strict=True)]

    def look_for(self, words: Iterable[str]) -> None:
        """Note which of the hashes sought are of one of these texts' words, whoever it names."""
        if self._sought:
            fresh = set(fold("\n".join(words)).words.split()) - self._looked_at
            self._looked_at |= fresh
            self.met |= self._sought.intersection(keyed(self._key, word) for word in fresh)

    def take(self, others: Persons) -> None:
        """Count those of another table too."""
        for mine, its in zip(self._levels, others._levels, strict=True):
            mine.others.extend(its.others)
            mine.hashes.extend(its.hashes)
            mine.keys.extend(its.keys)
        self.compact()

    def compact(self) -> None:
        """Give back memory that duplicates take; to be called now and then."""
        for level in self._levels:
            level.compact()

    def distinct(self) -> frozenset[int]:
        """Keyed 64-bit hashes, one for each person."""
        return frozenset(key for level in self._levels for key in level.persons())


def nir_body(cell: str) -> str:
    """The 13 characters of a social security number without its key, ``""`` if it is none."""
    if len(cell) == _WHOLE and _plain_digits(cell):  # the commonest, fast
        body, check = divmod(int(cell), 100)
        return cell[:_BODY] if 97 - body % 97 == check else ""
    compact = _compact(cell)
    if len(compact) == _WHOLE:
        return compact[:_BODY] if has_valid_key(compact.encode("ascii")) else ""
    return compact if len(compact) == _BODY and is_nir_shaped(compact) else ""


def _number(cell: str) -> str:
    """A record number in lower case without separators; ``""`` for zeros and words."""
    compact = cell.lower() if cell.isalnum() and cell.isascii() else _compact(cell)
    return compact if compact.strip(_NOT_IN_NUMBERS) else ""


def _plain_digits(cell: str) -> bool:
    return cell.isdigit() and cell.isascii()


def _compact(cell: str) -> str:
    return fold(cell[:60]).words.replace(b" ", b"").decode("ascii")


def _name(name: str, first_name: str) -> str:
    """The words of a name in alphabetical order: "DURAND Luc" is "Luc Durand"."""
    if name.isalpha() and first_name.isalpha():  # the commonest, fast
        one, other = _word(name), _word(first_name)
        if one and other:
            return f"{one} {other}" if one < other else f"{other} {one}"
    parts = fold(f"{name} {first_name}"[:120]).words.decode("ascii").split()
    if parts[:1] and parts[0] in _NOBODY:
        return ""
    return " ".join(sorted(filter(None, map(_word, parts))))


@lru_cache(maxsize=1 << 15)
def _word(word: str) -> str:
    """A word of a name without accents, in lower case; ``""`` for what names nobody."""
    plain = word.lower() if word.isascii() else fold(word[:120]).words.decode("ascii")
    named = len(plain) > 1 and plain.isalpha() and plain not in _NOT_IN_NAMES
    return plain if named else ""
