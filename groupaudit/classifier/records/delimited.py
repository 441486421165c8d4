"""Lines of segments with delimiters of their own (HL7 v2 ER7, HPRIM santé, ASTM).

A header line announces the delimiters of the lines after it. Tells segments from the lines around
them and knows the meaning of none. One pass, in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Line ends, and the framing that the transport protocol MLLP puts around messages.
_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x1c]")
_QUOTED = "> \t\ufeff"
_NAME_LENGTH = 3
#: Repetitions of one field that are looked at: nobody has more names or numbers than this.
_MOST_REPEATS = 32


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of a message: ``fields[0]`` is its name, the standard's field n is ``fields[n]``."""

    fields: tuple[str, ...] = field(repr=False)
    component: str
    repetition: str
    subcomponent: str = "&"

    @property
    def name(self) -> str:
        """The segment's type, such as ``PID``."""
        return self.fields[0]

    def at(self, number: int) -> str:
        """A field without outer spaces; ``""`` when it is missing or an explicit null."""
        value = self.fields[number].strip() if number < len(self.fields) else ""
        return "" if value == '""' else value

    def words(self, number: int) -> str:
        """A field as it is read, its delimiters blanks."""
        value = self.at(number)
        for delimiter in (self.repetition, self.component, self.subcomponent):
            value = value.replace(delimiter, " ")
        return value

    def repeats(self, number: int) -> tuple[tuple[str, ...], ...]:
        """The components of each repetition of a field."""
        found = self.at(number).split(self.repetition, _MOST_REPEATS)[:_MOST_REPEATS]
        return tuple(tuple(map(str.strip, each.split(self.component))) for each in found if each)

    def components(self, number: int) -> tuple[str, ...]:
        """The components of the first repetition of a field."""
        return next(iter(self.repeats(number)), ())

    def filled_from(self, number: int) -> bool:
        """Whether any field from ``number`` on holds something."""
        return any(self.at(place) for place in range(number, len(self.fields)))


def segments(text: str, header: re.Pattern[str]) -> Iterator[Segment | str]:
    """The segments of ``text``, and the lines outside them as they stand.

    ``header`` matches at the start of a header line; its first group is the field separator, its
    second the other delimiters: components, repetitions, the escape, parts of components.
    """
    separator, component, repetition, subcomponent = "", "", "", ""
    for line in _LINE_END.split(text):
        bare = line.lstrip(_QUOTED)
        announced = header.match(bare)
        if announced:
            separator, others = announced[1], announced[2]
            component, repetition = others[0], others[1:2] or "~"
            subcomponent = others[3:4] or "&"
        if separator and _is_segment(bare, separator):
            yield Segment(tuple(bare.split(separator)), component, repetition, subcomponent)
        else:
            yield line


def _is_segment(line: str, separator: str) -> bool:
    name = line[: _NAME_LENGTH + 1].partition(separator)[0]
    return 0 < len(name) <= _NAME_LENGTH and name.isalnum() and name.isupper()
