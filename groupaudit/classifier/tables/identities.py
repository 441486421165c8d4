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
_NOT_IN_NUMBERS = "0abcdefghijklmnopqrstuvwxyz"
_BODY, _WHOLE = 13, 15


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


class Persons:
    """Those met so far."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._levels = tuple(_Level() for _ in range(5))

    def add(self, nir: str, record: str, name: str, birth_date: str, episode: str) -> None:
        """The identifiers of one row, as its cells hold them; ``""`` where it has none."""
        named = _name(name)
        born = birth(birth_date) if named and birth_date else ""
        best = False
        for level, identifier in zip(
            self._levels,
            (
                nir_body(nir) if nir else "",
                _number(record) if record else "",
                f"{named}|{born}" if born else "",
                named,
                _number(episode) if episode else "",
            ),
            strict=True,
        ):
            if not identifier:
                continue
            if best:
                level.others.append(hash(identifier))
            else:
                best = True
                level.hashes.append(hash(identifier))
                level.keys.append(keyed(self._key, identifier.encode("ascii")))

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
        return cell[:_BODY] if 97 - int(cell[:_BODY]) % 97 == int(cell[_BODY:]) else ""
    compact = _compact(cell)
    if len(compact) == _WHOLE:
        return compact[:_BODY] if has_valid_key(compact.encode("ascii")) else ""
    return compact if len(compact) == _BODY and is_nir_shaped(compact) else ""


def _number(cell: str) -> str:
    """A record number in lower case without separators; ``""`` for zeros and words."""
    compact = cell if _plain_digits(cell) else _compact(cell)
    return compact if compact.strip(_NOT_IN_NUMBERS) else ""


def _plain_digits(cell: str) -> bool:
    return cell.isdigit() and cell.isascii()


def _compact(cell: str) -> str:
    return fold(cell[:60]).words.replace(b" ", b"").decode("ascii")


def _name(cell: str) -> str:
    """The words of a name in alphabetical order: "DURAND Luc" is "Luc Durand"."""
    words: list[str] = []
    for word in cell[:120].lower().split():
        if word.isalpha() and word.isascii():
            words.append(word)
        else:
            words += _pieces(word)
    words = [word for word in words if len(word) > 1 and word not in _NOT_IN_NAMES]
    words.sort()
    return " ".join(words)


@lru_cache(maxsize=4096)
def _pieces(word: str) -> tuple[str, ...]:
    """The parts of a word with accents, hyphens or figures; those with figures are left out."""
    parts = fold(word).words.decode("ascii").split()
    return tuple(part for part in parts if part.isalpha())
