"""Parts of outcomes that are equal, kept in memory once: settings, reasons, weaknesses, advice.

Tens of thousands of groups have a few hundred settings and sentences between them, but each record
is read by itself. Values are frozen, so nobody can tell one from an equal one. Refuses to share
what is a group's own (addresses, dates, samples): looking would cost more than it saves.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TypeVar

from groupaudit.model.group import Exposure
from groupaudit.model.report import Assessment

T = TypeVar("T", bound=Hashable)


class Shared:
    """Knows the parts that it met, for as long as it lives."""

    def __init__(self) -> None:
        self._met: dict[Hashable, Hashable] = {}

    def outcome(self, read: Assessment) -> Assessment:
        """An assessment equal to ``read``, made of parts met before where there are equal ones."""
        exposure = read.exposure and self._exposure(read.exposure)
        return replace(read, exposure=exposure, advice=self._all(read.advice))

    def _exposure(self, read: Exposure) -> Exposure:
        return replace(
            read,
            reasons=self._all(read.reasons),
            settings=self._all(read.settings),
            notes=self._all(read.notes),
            weaknesses=self._all(read.weaknesses),
        )

    def _all(self, values: tuple[T, ...]) -> tuple[T, ...]:
        """``values`` as a whole if they were met so, else each of them."""
        known = self._met.get(values)
        return known if known is not None else self._one(tuple(map(self._one, values)))  # type: ignore[return-value]

    def _one(self, value: T) -> T:
        return self._met.setdefault(value, value)  # type: ignore[return-value] # equal: of its type
