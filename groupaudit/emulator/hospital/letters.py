"""What a post says: a template of the phrase bank filled with persons and drawn words.

Placeholders with a digit and a person's field stand for that person: M civility and surname,
N SURNAME First, F First Surname, S surname, U SURNAME, P first name, I initials, A age, B birth
date, NIR, IPP, T phone, MAIL, and the agreements e, il, Il, ne, parent. Every other placeholder is
drawn: from the pool of that name, or a date, an hour, a room, a number. The same placeholder has
the same value throughout one post. Refuses to know about mail formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from groupaudit.emulator.hospital import documents
from groupaudit.emulator.hospital.draw import bank
from groupaudit.emulator.hospital.identities import Person

_PERSON = r"(M|N|F|S|U|P|I|A|B|NIR|IPP|T|MAIL|e|il|Il|ne|parent)([1-9])"
_PERSON_KEY = re.compile(_PERSON + r"\Z")
_PERSON_USED = re.compile(r"\{" + _PERSON + r"\}")

_GENERIC = frozenset({"protocol", "newsletter", "supply", "figures", "english_generic"})
_IDENTITY = frozenset({"contacts", "parkinglist", "jobs"})


def verdict_of(kind: str) -> str:
    """The verdict that posts of ``kind`` carry (a value of the contract)."""
    if kind in bank("patients"):
        return "identifiable_health"
    if kind == "case":
        return "health_person"
    if kind in _GENERIC:
        return "health_generic"
    return "identity_only" if kind in _IDENTITY else "ordinary"


@dataclass(frozen=True, slots=True)
class Template:
    """One entry of the phrase bank; ``persons`` is how many different ones it names."""

    subject: str
    body: str
    persons: int
    rows: int = 0
    table: str = ""
    document: str = ""
    file: str = ""
    formats: tuple[str, ...] = ()

    @property
    def subject_names_someone(self) -> bool:
        """Whether the subject alone tells of a person, so that every reply does too."""
        return _PERSON_USED.search(self.subject) is not None


@dataclass(frozen=True, slots=True)
class Letter:
    """A post before it becomes mail."""

    subject: str
    body: str
    attachments: tuple[documents.Attachment, ...] = ()


@cache
def templates(kind: str) -> tuple[Template, ...]:
    """The entries of one kind."""
    source = bank("patients").get(kind) or bank("others")[kind]
    return tuple(_template(raw) for raw in source)


def _template(raw: dict[str, Any]) -> Template:
    text = bank("documents")["texts"].get(raw.get("document", ""), "")
    everything = " ".join((raw["subject"], raw["body"], raw.get("file", ""), text))
    named = {int(match[2]) for match in _PERSON_USED.finditer(everything)}
    columns = bank("documents")["tables"].get(raw.get("table", ""), {}).get("row", ())
    about_people = any(_PERSON_USED.search(column) for column in columns)
    return Template(
        subject=raw["subject"],
        body=raw["body"].strip(),
        persons=raw["rows"] if about_people else max(named, default=0),
        rows=raw.get("rows", 0),
        table=raw.get("table", ""),
        document=raw.get("document", ""),
        file=raw.get("file", ""),
        formats=tuple(raw.get("formats", ())),
    )


def compose(template: Template, people: Sequence[Person], when: datetime, rng: Random) -> Letter:
    """``template`` filled for a post written at ``when``; ``people`` are its persons in order."""
    words = _Words(people, when, rng)
    subject = template.subject.format_map(words)
    body = template.body.format_map(words)
    attached = (_attachment(template, people, when, words, rng),) if template.formats else ()
    return Letter(subject, body, attached)


def _attachment(
    template: Template, people: Sequence[Person], when: datetime, words: _Words, rng: Random
) -> documents.Attachment:
    name = template.file.format_map(words)
    shape = rng.choice(template.formats)
    if template.table:
        spec = bank("documents")["tables"][template.table]
        rows = [
            [cell.format_map(_Words((who,), when, rng)) for cell in spec["row"]]
            for who in _row_people(template, people)
        ]
        return documents.table(name, shape, spec["header"], rows)
    text = bank("documents")["texts"].get(template.document, "")
    return documents.text(name, shape, text.strip().format_map(words), rng)


def _row_people(template: Template, people: Sequence[Person]) -> Sequence[Person | None]:
    """One person a row, or as many empty seats for a table that is not about people."""
    return people or (None,) * template.rows


class _Words(dict[str, str]):
    """Values of placeholders, drawn when first asked for."""

    def __init__(self, people: Sequence[Person | None], when: datetime, rng: Random) -> None:
        super().__init__()
        self._people, self._when, self._rng = people, when, rng

    def __missing__(self, key: str) -> str:
        match = _PERSON_KEY.match(key)
        if match:
            who = self._people[int(match[2]) - 1]
            value = "" if who is None else _FIELDS[match[1]](who, self._when)
        else:
            value = self._drawn(key.rstrip("0123456789"))
        self[key] = value
        return value

    def _drawn(self, pool: str) -> str:
        special = _DRAWN.get(pool)
        if special:
            return special(self._rng, self._when)
        choice: str = self._rng.choice(bank("words")[pool])
        return choice


def _age(who: Person, when: datetime) -> int:
    past = (when.month, when.day) >= (who.birth.month, who.birth.day)
    return when.year - who.birth.year - (0 if past else 1)


_FIELDS: dict[str, Callable[[Person, datetime], str]] = {
    "M": lambda who, _: f"{'Mme' if who.female else 'M.'} {who.last}",
    "N": lambda who, _: f"{who.last.upper()} {who.first}",
    "F": lambda who, _: f"{who.first} {who.last}",
    "S": lambda who, _: who.last,
    "U": lambda who, _: who.last.upper(),
    "P": lambda who, _: who.first,
    "I": lambda who, _: f"{who.first[0]}.{who.last[0]}.",
    "A": lambda who, when: str(_age(who, when)),
    "B": lambda who, _: f"{who.birth:%d/%m/%Y}",
    "NIR": lambda who, _: _spaced(who.nir),
    "IPP": lambda who, _: who.ipp,
    "T": lambda who, _: who.phone,
    "MAIL": lambda who, _: who.mail,
    "e": lambda who, _: "e" if who.female else "",
    "il": lambda who, _: "elle" if who.female else "il",
    "Il": lambda who, _: "Elle" if who.female else "Il",
    "parent": lambda who, _: "mère" if who.female else "père",
    "ne": lambda who, _: "née" if who.female else "né",
}


def _spaced(nir: str) -> str:
    return " ".join((nir[0], nir[1:3], nir[3:5], nir[5:7], nir[7:10], nir[10:13], nir[13:]))


_DRAWN: dict[str, Callable[[Random, datetime], str]] = {
    "date": lambda rng, when: f"{when + timedelta(days=rng.randint(0, 21)):%d/%m}",
    "stamp": lambda _, when: f"{when:%Y%m%d}",
    "hour": lambda rng, _: f"{rng.randint(6, 22)}h{rng.choice(('00', '15', '30', '45'))}",
    "room": lambda rng, _: str(100 * rng.randint(1, 4) + rng.randint(1, 28)),
    "age": lambda rng, _: str(rng.randint(24, 91)),
    "n": lambda rng, _: str(rng.randint(2, 48)),
    "ext": lambda rng, _: str(rng.randint(4_000, 6_999)),
}
