"""HPRIM santé: the French variant of ASTM E1238 in which laboratories send results.

A line ``H`` with the delimiters, then ``P`` for the patient, ``OBR`` and ``OBX`` for requests and
results (version 2), as in ASTM ``O`` and ``R``. Field numbers follow ASTM E1238-91, which HPRIM
keeps for these lines. HPRIM XML is another format (``hprim_xml``).
"""

from __future__ import annotations

import re

from groupaudit.classifier.records.delimited import Segment, segments
from groupaudit.classifier.records.record import (
    Dossier,
    Draft,
    Fact,
    Number,
    Patient,
    Record,
    day_of,
    year_of,
)

_HEADER = re.compile(r"H(\|)([^\w\s]{3,5})\|")
_ANNOUNCED = re.compile(r"(?m)^[> \t\ufeff]*H\|[^\w\s]{3,5}\|")
#: Place of the date in the line ``H``.
_DATE = 13
#: Line -> place of what was asked or found, as code, words.
_RESULTS = {"OBR": 4, "OBX": 3, "O": 4, "R": 2}
#: Lines of acts done and billed, which tell care by themselves.
_ACTS = frozenset({"ACT", "FAC", "AC"})


def read(text: str) -> Record | None:
    """The HPRIM messages in ``text``; None when there are none, or none that names a patient."""
    if "H|" not in text or not _ANNOUNCED.search(text):
        return None
    dossiers: list[Dossier] = []
    outside: list[str] = []
    messages, now = 0, Draft()
    for line in segments(text, _HEADER):
        if isinstance(line, str):
            outside.append(line)
        elif line.name in ("H", "P"):
            dossiers += [now.dossier()] if now.patient else []
            now = _begun(line, now)
            messages += line.name == "H"
        else:
            _add(line, now)
    dossiers += [now.dossier()] if now.patient else []
    if not dossiers:
        return None
    text_around = "\n".join(outside).strip()
    return Record("hprim-sante", "HPRIM", "message", messages, tuple(dossiers), text_around)


def _begun(segment: Segment, before: Draft) -> Draft:
    """A message or a patient begins."""
    if segment.name == "H":
        return Draft(year=year_of(segment.at(_DATE)))
    return Draft(_patient(segment), year=before.year)


def _add(segment: Segment, now: Draft) -> None:
    place = _RESULTS.get(segment.name)
    if place is not None and segment.at(place):
        now.facts.append(Fact("lab", " ".join(segment.components(place)[:2])))
    elif segment.name in _ACTS and segment.filled_from(2):
        now.facts.append(Fact("procedure"))
    elif segment.name == "C":
        now.notes.append(segment.at(3))


def _patient(segment: Segment) -> Patient:
    name = segment.components(5)
    contacts = {"address": segment.at(10), "phone": segment.at(12)}
    numbers = (next(iter(segment.components(place)), "") for place in (2, 3, 4))
    return Patient(
        numbers=tuple(Number(value) for value in numbers if value),
        family=name[0] if name else "",
        given=name[1] if len(name) > 1 else "",
        birth=day_of(segment.at(7)),
        contacts=frozenset(kind for kind, value in contacts.items() if value),
    )
