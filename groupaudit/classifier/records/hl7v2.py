"""HL7 version 2 messages: who is meant and what is told, in pipes (ER7), batches, or inside a mail.

Reads who the PID segment names and which segments after it state a fact. Field numbers follow HL7
v2.5.1 and the French profile IHE PAM. What is embedded in a message (a PDF, a CDA) is counted as a
document and not opened. Other encodings give their segments to ``gathered``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from groupaudit.classifier.records import coded
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

_HEADER = re.compile(r"MSH([^\w\s])([^\w\s]{1,5})\1")
#: Values of PV1-2 (patient class) that say that there is no care: not applicable, unknown.
_NO_CARE = frozenset({"", "N", "U"})


@dataclass(slots=True)
class _Open(Draft):
    """The dossier that is being read, in its message: the event, the service last asked."""

    event: str = ""
    service: str = ""


def read(text: str) -> Record | None:
    """The HL7 v2 messages in ``text``; None when there are none."""
    return gathered(segments(text, _HEADER)) if "MSH" in text else None


def gathered(lines: Iterable[Segment | str]) -> Record | None:
    """The messages that ``lines`` make, text being what stands around them; None without one.

    As in pipes, MSH-2 is the first of the fields of MSH, whose MSH-1 is the separator itself.
    """
    dossiers: list[Dossier] = []
    outside: list[str] = []
    messages, replies, now = 0, 0, _Open()
    for line in lines:
        if isinstance(line, str):
            outside.append(line)
        elif line.name in ("MSH", "PID"):
            if now.patient or now.facts:
                dossiers.append(now.dossier())
            now = _begun(line, now)
            messages += line.name == "MSH"
            replies += line.name == "MSH" and "ACK" in line.components(8)[:1]
        else:
            _add(line, now)
    if not messages:
        return None
    last = (now.dossier(),) if now.patient or now.facts else ()
    return Record(
        "hl7v2", "HL7 V2", "message", messages, (*dossiers, *last), "\n".join(outside).strip(),
        replies=replies,
    )  # fmt: skip


def _begun(segment: Segment, before: _Open) -> _Open:
    """A message or a patient begins."""
    if segment.name == "MSH":  # MSH-1 is the separator itself: its fields count one more
        event = next(iter(segment.components(8)[1:2]), "")
        return _Open(event=event, year=year_of(segment.at(6)))
    opened = _Open(_patient(segment), event=before.event, year=before.year)
    if before.event in coded.listed("hl7v2", "care_events"):
        opened.facts.append(Fact("care_setting"))
    if segment.at(29) or segment.at(30) == "Y":
        opened.facts.append(Fact("death"))
    return opened


def _add(segment: Segment, now: _Open) -> None:
    """Take the facts of one segment."""
    if segment.name == "NTE":
        now.notes.append(segment.words(3))
    elif segment.name in _READERS:
        now.facts += _READERS[segment.name](segment, now)
    elif segment.name in (plain := coded.codes()["hl7v2"]["segments"]):
        category, place = plain[segment.name]
        if segment.filled_from(place):
            now.facts.append(Fact(category, " ".join(segment.components(place)[:2])))


def _visit(segment: Segment, _now: _Open) -> tuple[Fact, ...]:
    given = segment.at(2).upper() not in _NO_CARE or bool(segment.at(3) or segment.at(10))
    return (Fact("care_setting", segment.words(10)),) if given else ()


def _movement(segment: Segment, _now: _Open) -> tuple[Fact, ...]:
    """ZBE of IHE PAM France: field 7 is the ward that answers for the patient."""
    return (Fact("care_setting"),) if segment.at(7) else ()


def _diagnosis(segment: Segment, _now: _Open) -> tuple[Fact, ...]:
    code = segment.components(3)
    if not code and not segment.at(4):
        return ()
    return coded.diagnosis(code[:1], " ".join((*code[1:2], segment.words(4))))


def _order(segment: Segment, now: _Open) -> tuple[Fact, ...]:
    now.service = segment.at(24).upper()
    asked = segment.components(4)
    if not any(asked):
        return ()
    pictures = now.service in coded.listed("hl7v2", "imaging")
    return (Fact("imaging" if pictures else "lab", " ".join(asked[:2])),)


def _observation(segment: Segment, now: _Open) -> tuple[Fact, ...]:
    observed = segment.components(3)
    if not any(observed) and not segment.at(5):
        return ()
    if segment.at(2) in ("ED", "RP"):
        category = "care_setting"
    elif now.service in coded.listed("hl7v2", "imaging"):
        category = "imaging"
    else:
        vital = observed[:1] and observed[0] in coded.listed("vital_signs")
        category = "vital_signs" if vital else "lab"
    return (Fact(category, " ".join(observed[:2])),)


_READERS: Mapping[str, Callable[[Segment, _Open], tuple[Fact, ...]]] = {
    "PV1": _visit, "ZBE": _movement, "DG1": _diagnosis, "PRB": _diagnosis, "OBR": _order,
    "OBX": _observation,
}  # fmt: skip


def _patient(segment: Segment) -> Patient:
    name = segment.components(5)
    contacts = {"address": segment.at(11), "phone": segment.at(13) or segment.at(14)}
    kept = {kind for kind, value in contacts.items() if any(c.isalnum() for c in value)}
    if "@" in segment.at(13):
        kept.add("email")
    return Patient(
        numbers=tuple(_numbers(segment)),
        episode=next(iter(segment.components(18)), ""),
        family=name[0].split(segment.subcomponent)[0] if name else "",
        given=name[1] if len(name) > 1 else "",
        birth=day_of(segment.at(7)),
        contacts=frozenset(kept),
    )


def _numbers(segment: Segment) -> list[Number]:
    """Identifiers of PID-2, 3, 4 and 19; an authority is known by its OID, else by its name."""
    found = []
    for place in (3, 2, 4, 19):
        for each in segment.repeats(place):
            authority = each[3].split(segment.subcomponent) if len(each) > 3 else [""]
            oid = authority[1] if len(authority) > 1 else ""
            found.append(Number(each[0], oid or authority[0]))
    return [number for number in found if number.value]
