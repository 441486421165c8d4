"""HL7 version 2 messages in their XML encoding (v2.xml), alone, in batches or in an envelope.

Turns the elements of segments into the segments that ``hl7v2`` reads, and knows the meaning of
none. Fields are told by their numbers (``PID.5``), components by theirs, whether named after their
type (``XPN.1``, as the standard has it) or their field (``PID.5.1``, as integration engines write
it). The namespace ``urn:hl7-org:v2xml`` is not asked for: those engines leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from groupaudit.classifier.records import hl7v2
from groupaudit.classifier.records.delimited import Segment
from groupaudit.classifier.records.record import Record
from groupaudit.classifier.records.xml_tree import Element, announced, start_tag

_TAG = start_tag("MSH")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
#: No segment of version 2.9 has a hundred fields, no type as many components.
_PLACES = {str(number): number for number in range(1, 100)}
#: Between repetitions, components and their parts: characters that XML cannot contain.
_REPETITION, _COMPONENT, _SUBCOMPONENT = "\1\2\3"
#: Style sheets and schemas, which describe messages.
_DEFINITIONS = frozenset({"stylesheet", "transform", "schema"})


def read(text: str) -> Record | None:
    """The v2.xml messages in ``text``; None when there are none."""
    root = announced(text, _TAG)
    if root is None or root.name in _DEFINITIONS:
        return None
    return hl7v2.gathered(_segments(root))


def _segments(root: Element) -> Iterator[Segment | str]:
    """The segments below ``root``, and the text outside them."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        fields = _fields(element) if _SEGMENT.fullmatch(element.name) else None
        if fields:
            yield Segment(fields, _COMPONENT, _REPETITION, _SUBCOMPONENT)
        else:
            yield element.own_text()
            waiting += reversed(element.children)


def _fields(segment: Element) -> tuple[str, ...]:
    """The fields by their numbers, those of MSH as they count in pipes; none without a field."""
    found: dict[int, list[str]] = {}
    for child in segment.children:
        holder, _, place = child.name.rpartition(".")
        if place in _PLACES and holder == segment.name:
            value = _value(child, _COMPONENT + _SUBCOMPONENT)
            found.setdefault(_PLACES[place], []).append(value)
    if not found:
        return ()
    numbers = range(2 if segment.name == "MSH" else 1, max(found) + 1)
    return (segment.name, *(_REPETITION.join(found.get(number, ())) for number in numbers))


def _value(element: Element, delimiters: str) -> str:
    """A field or a part of it, whose own parts the first of ``delimiters`` separates."""
    parts: dict[int, Element] = {}
    for child in element.children:
        if number := _PLACES.get(child.name.rpartition(".")[2]):
            parts.setdefault(number, child)
    if not parts or not delimiters:
        return element.text()
    numbers = range(1, max(parts) + 1)
    return delimiters[0].join(
        _value(parts[number], delimiters[1:]) if number in parts else "" for number in numbers
    )
