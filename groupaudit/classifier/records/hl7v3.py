"""HL7 version 3 messages of patient registries: queries, answers, new and changed identities.

Only the interactions of the topic "patient" (``PRPA_IN2013..``, as IHE PIXV3 and PDQV3 send them)
are read, as they tell identities and nothing else. What else stands in one is counted as unread;
any other interaction is left to be read as text.
"""

from __future__ import annotations

from collections.abc import Iterator

from groupaudit.classifier.records.hl7v3_patient import patient_of
from groupaudit.classifier.records.record import Dossier, Fact, Record, year_of
from groupaudit.classifier.records.xml_tree import Element, announced, start_tag

_TAG = start_tag(r"PRPA_IN2013\d\dUV\d\d")
#: Elements by which the other parts of version 3 state facts or add words.
_UNREAD = frozenset({"text", "observation", "procedure", "substanceAdministration", "supply"})


def read(text: str) -> Record | None:
    """The registry messages in ``text``; None when none names a patient."""
    root = announced(text, _TAG)
    if root is None:
        return None
    made = next((each for each in root.walk() if each.name == "creationTime"), None)
    year = year_of(made.get("value")) if made is not None else None
    roles = (each for each in root.walk("patient") if each.name == "patient")
    dossiers = tuple(dossier for role in roles for dossier in _dossier(role, year))
    unread = sum(each.name in _UNREAD for each in root.walk())
    size = len(dossiers)
    return Record("hl7v3", "HL7 V3", "patient", size, dossiers, unread=unread) if size else None


def _dossier(role: Element, year: int | None) -> Iterator[Dossier]:
    """That of the patient who plays ``role``; none where no person does."""
    if (person := role.first("patientPerson")) is not None:
        yield Dossier(patient_of(role, person), tuple(_facts(person)), year=year)


def _facts(person: Element) -> Iterator[Fact]:
    dead = person.first("deceasedInd")
    if person.first("deceasedTime") or (dead is not None and dead.get("value") == "true"):
        yield Fact("death")
