"""HPRIM XML: acts, PMSI, stays and states of patients as French hospital software exchanges them.

Reads whose event it is (``patient``) and which of the elements listed in ``codes.toml`` state a
fact about that patient. Professionals, the insured person and the envelope are no patients. What is
in no list is counted as unread, so that an event without a known fact is read as text too; phrases
in what is unread always are. Names of elements follow messages of versions 1.0 to 2.4, of which
older ones bear no namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from groupaudit.classifier.records import coded
from groupaudit.classifier.records.record import (
    Dossier,
    Fact,
    Number,
    Patient,
    Record,
    day_of,
    year_of,
)
from groupaudit.classifier.records.xml_tree import Element, announced, start_tag

_NAMESPACE = "http://www.hprim.org/hprimXML"
_REPLY = "acquittement"
_MESSAGES = rf"(?:evenement|{_REPLY})s?[A-Z]\w{{2,40}}"
_MESSAGE, _TAG = re.compile(_MESSAGES), start_tag(_MESSAGES)
_HEADERS = ("enteteMessage", "enteteMessageAcquittement")
#: An INS has 13 figures or more: what is shorter in its place is a filler.
_SHORTEST_INS = 13
#: What tells a way to reach the patient, alone or several together.
_CONTACTS = {"adresse": "address", "telephone": "phone", "email": "email"}


@dataclass(slots=True)
class _Event:
    """What is told of the patients of one event; of nobody, when it names none."""

    patients: tuple[Patient, ...] = ()
    facts: list[Fact] = field(default_factory=list, repr=False)


def read(text: str) -> Record | None:
    """The HPRIM XML messages in ``text``; None when there are none or it is not well formed."""
    root = announced(text, _TAG)
    if root is None or (message := next(filter(_is_message, root.walk()), None)) is None:
        return None
    events, unread = _events(root)
    dossiers = tuple(_dossiers(events, _year(message)))
    size = max(1, sum(1 for event in events if event.patients))
    replies = size if message.name.startswith(_REPLY) and not dossiers else 0
    phrases = "\n".join(words for words in unread if " " in words)
    return Record(
        "hprim-xml", "HPRIM XML", "event", size, dossiers, phrases,
        unread=len(unread), replies=replies,
    )  # fmt: skip


def _is_message(element: Element) -> bool:
    if not _MESSAGE.fullmatch(element.name):
        return False
    headed = any(element.first(header) for header in _HEADERS)
    return headed or _NAMESPACE in element.attributes.values()


def _year(message: Element) -> int | None:
    made = (_text(message, header, "dateHeureProduction") for header in _HEADERS)
    return year_of(next(filter(None, made), ""))


def _events(root: Element) -> tuple[list[_Event], list[str]]:
    """What is told of nobody and in each event with a patient; the texts that are in no list."""
    categories = coded.category_of("hprim_xml", "facts")
    skipped = coded.listed("hprim_xml", "elements", "skipped")
    events, unread = [_Event()], list[str]()
    waiting = [(root, "", events[0])]
    while waiting:
        element, beside, event = waiting.pop()
        if patients := element.all("patient"):
            stay = element.first("venue")
            event = _Event(tuple(_patient(each, stay) for each in patients))
            events.append(event)
        told = [child for child in element.children if child.name not in skipped]
        words = _text(element, "libelle")
        if element.name not in categories:
            unread += filter(None, [element.own_text()])
        elif element.own_text() or any(map(_says, told)):
            event.facts += _facts(element, words or beside, categories[element.name])
        waiting += ((child, words, event) for child in reversed(told))
    return events, unread


def _says(element: Element) -> bool:
    """Whether an element is more than an empty place."""
    return bool(element.children or element.attributes or element.own_text())


def _facts(element: Element, label: str, category: str) -> tuple[Fact, ...]:
    """What a telling element states; ``label`` is in it or beside its code."""
    if category == "diagnosis":
        return coded.diagnosis([element.own_text()], label)
    return (Fact(category, label),)


def _dossiers(events: list[_Event], year: int | None) -> Iterator[Dossier]:
    for event in events:
        facts = tuple(event.facts)
        for patient in event.patients:
            yield Dossier(patient, facts, year=year)
        if facts and not event.patients:
            yield Dossier(None, facts)


def _patient(patient: Element, stay: Element | None) -> Patient:
    """Who ``patient`` is; ``stay`` has the number of the episode."""
    person = patient.first("personnePhysique") or patient.first("personne") or patient
    names = (_text(person, name) for name in ("nomUsuel", "nomNaissance", "nom"))
    birth = _text(person, "dateNaissance", "date") or _text(person, "dateNaissance")
    episodes = _issued(stay.first("identifiant")) if stay is not None else []
    return Patient(
        numbers=tuple(_numbers(patient.first("identifiant"))),
        episode=episodes[0] if episodes else "",
        family=next(filter(None, names), ""),
        given=_text(person, "prenoms", "prenom") or _text(person, "prenom"),
        birth=day_of(birth),
        contacts=frozenset(_contacts(person)),
    )


def _contacts(person: Element) -> Iterator[str]:
    for name, kind in _CONTACTS.items():
        several = person.first(f"{name}s")
        if any(each.text() for each in (*person.all(name), *(several.children if several else ()))):
            yield kind


def _numbers(identifier: Element | None) -> Iterator[Number]:
    """The numbers of hospitals, the one that a sender calls the reference first; then the INS."""
    if identifier is None:
        return
    yield from (Number(value) for value in _issued(identifier))
    several = identifier.first("numeroIdentifiantPatients")
    for each in several.children if several is not None else ():
        authority = _text(each, "autorite", "OID") or _text(each, "autorite", "nom")
        if value := _text(each, "identifiant"):
            yield Number(value, authority)
    for path in (("identifiant",), ("insC", "valeur"), ("insA",)):
        value = _text(identifier, "numeroIdentifiantSante", *path)
        if len(value) >= _SHORTEST_INS:
            yield Number(value, "INS")


def _issued(identifier: Element | None) -> list[str]:
    """What sender and receiver call it, the reference first; both write a number in two ways."""
    if identifier is None:
        return []
    parts = [*identifier.all("emetteur"), *identifier.all("recepteur")]
    parts.sort(key=lambda part: part.get("referent") != "oui")
    values = (_text(part, "valeur") or part.own_text() for part in parts)
    return [value for value in (*values, identifier.own_text()) if value]


def _text(element: Element, *path: str) -> str:
    """The text at the end of ``path``, ``""`` when there is none."""
    found = element.first(*path)
    return found.own_text() if found is not None else ""
