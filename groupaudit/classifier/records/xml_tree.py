"""Small trees of XML that nobody vouches for, read with expat.

No entity is expanded and no outside file is opened: a document that declares an entity is refused,
as in ``posts.extract.office``. Elements and depth are bounded. Names lose their namespace prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_CHARS = 16 * 1024 * 1024
MAX_ELEMENTS = 500_000
MAX_DEPTH = 200
#: Characters in which the element that tells a standard stands, whatever envelope is around it.
_HEAD = 65536


@dataclass(slots=True)
class Element:
    """One element: local name, attributes by local name, children, and its own text in pieces."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict, repr=False)
    children: list[Element] = field(default_factory=list, repr=False)
    pieces: list[str] = field(default_factory=list, repr=False)

    def all(self, name: str) -> list[Element]:
        """The children called ``name``."""
        return [child for child in self.children if child.name == name]

    def first(self, *path: str) -> Element | None:
        """The first child at each step of ``path``; None when a step is missing."""
        found: Element | None = self
        for name in path:
            found = next((c for c in found.children if c.name == name), None) if found else None
        return found

    def get(self, attribute: str) -> str:
        """The value of an attribute without outer spaces, ``""`` when it is missing."""
        return self.attributes.get(attribute, "").strip()

    def walk(self, until: str = "") -> Iterator[Element]:
        """This element and all below it, in document order; nothing below those called ``until``.

        Whoever looks at each of some nested elements must stop at the next of them: the time would
        be quadratic otherwise.
        """
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            if element is self or element.name != until:
                waiting += reversed(element.children)

    def own_text(self) -> str:
        """The character data in the element itself, words separated by single spaces."""
        return " ".join(" ".join(self.pieces).split())

    def text(self, until: str = "") -> str:
        """All character data in and below the element, words separated by single spaces."""
        pieces = (piece for element in self.walk(until) for piece in element.pieces)
        return " ".join(" ".join(pieces).split())


def start_tag(names: str) -> re.Pattern[str]:
    """What the start of an element looks like whose local name matches ``names``."""
    return re.compile(rf"<(?:[\w.\-]{{1,40}}:)?(?:{names})[\s/>]")


def announced(text: str, tag: re.Pattern[str]) -> Element | None:
    """The root of ``text`` when ``tag`` matches near its start; None otherwise, or when no XML."""
    told = "<" in text[:64] and tag.search(text, 0, _HEAD)
    return parsed(text) if told else None


def parsed(text: str) -> Element | None:
    """The root element of ``text``; None when it is not XML or breaks a limit."""
    if len(text) > MAX_CHARS:
        return None
    parser, builder = expat.ParserCreate(), _Builder()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n"), True)  # noqa: FBT003 -- expat's own "is final"
    except (expat.ExpatError, UnicodeEncodeError):  # the last: lone surrogates
        return None
    return builder.root


class _Builder:
    """Builds the tree from expat's events."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise expat.ExpatError("more elements, or deeper, than are read")
        local = {name.rpartition(":")[2]: value for name, value in attributes.items()}
        element = Element(tag.rpartition(":")[2], local)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].pieces.append(text)


def _refuse_entity(*_declaration: object) -> None:
    raise expat.ExpatError("entities are refused")
