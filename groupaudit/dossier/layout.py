"""A breach file as a value: titled sections of blocks, in one language, without any format.

It holds finished sentences only, each on one line and without unseen characters, whatever they
were made of; it knows neither groups nor files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from groupaudit.reporter.phrases import one_line

#: Letters of a block at most. Names and notes in it were cut shorter before.
LONGEST = 2000


class Shape(StrEnum):
    """How a block stands on the page."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of text; ``label`` says of a fact what it tells, and is empty elsewhere."""

    shape: Shape
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the file."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A breach file.

    ``name`` is the stem of its files, ``marker`` what stands before everything that the officer
    must fill in, ``stamp`` the moment that files carry as theirs: that of the run, never the clock.
    """

    name: str
    language: str
    title: str
    preface: tuple[str, ...]
    sections: tuple[Section, ...]
    letter: Section
    marker: str
    stamp: datetime

    @property
    def pages(self) -> tuple[Section, ...]:
        """All sections, the letter last."""
        return (*self.sections, self.letter)


def paragraph(text: str) -> Block:
    """A paragraph."""
    return Block(Shape.PARAGRAPH, one_line(text, LONGEST))


def item(text: str) -> Block:
    """An item of a list."""
    return Block(Shape.ITEM, one_line(text, LONGEST))


def fact(label: str, text: str) -> Block:
    """A row of a table of two columns."""
    return Block(Shape.FACT, one_line(text, LONGEST), one_line(label, LONGEST))


def alike(blocks: Iterable[Block]) -> list[tuple[Shape, list[Block]]]:
    """``blocks`` in their order, neighbours of one shape together: a table, a list."""
    return [(shape, list(group)) for shape, group in groupby(blocks, lambda block: block.shape)]


def marked(text: str, marker: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is the marker; no piece is empty."""
    pieces: list[tuple[str, bool]] = []
    for number, piece in enumerate(text.split(marker)):
        pieces += [(marker, True)] if number else []
        pieces += [(piece, False)] if piece else []
    return pieces
