"""Patients as version 3 of HL7 writes them, in documents (CDA) and in messages of registries alike.

Reads a patient's role and the person who plays it (classes Patient and Person of the reference
information model). Which document or message they stand in is for its reader to know.
"""

from __future__ import annotations

from collections.abc import Iterator

from groupaudit.classifier.records.record import Number, Patient, day_of
from groupaudit.classifier.records.xml_tree import Element


def patient_of(role: Element, person: Element | None) -> Patient:
    """Who a patient's role and the person who plays it say they are."""
    holders = [role] if person is None else [role, *person.all("asOtherIDs")]
    name = person.first("name") if person is not None else None
    birth = person.first("birthTime") if person is not None else None
    return Patient(
        numbers=tuple(
            Number(each.get("extension"), each.get("root"))
            for holder in holders
            for each in holder.all("id")
            if each.get("extension")
        ),
        family=_part(name, "family"),
        given=_part(name, "given"),
        birth=day_of(birth.get("value")) if birth is not None else "",
        contacts=frozenset(kind for each in (role, person) if each for kind in _contacts(each)),
    )


def _part(name: Element | None, part: str) -> str:
    """One part of a name, ``""`` where either is missing."""
    found = name.first(part) if name is not None else None
    return found.text() if found is not None else ""


def _contacts(holder: Element) -> Iterator[str]:
    if any(address.text() for address in holder.all("addr")):
        yield "address"
    for telecom in holder.all("telecom"):
        scheme, _, value = telecom.get("value").partition(":")
        if value:
            yield "email" if scheme.lower() == "mailto" else "phone"
