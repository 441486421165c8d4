# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Text as the detectors read it: folded to one byte a character, so that offsets stay true.

Also says which lines never decide: signatures, disclaimers, list footers. Decodes nothing (that is
the work of ``posts``), judges nothing.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import re2

from groupaudit.model.post import Document, Part, PartKind

T = TypeVar("T")

#: Typography that is not in the folding of letters: one character for one character.
_TYPOGRAPHY = {
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‑": "-", "−": "-", "‐": "-", "…": ".", "•": "-", "·": "-",
    "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\u200b": " ", "\ufeff": " ",
    "\u00ad": " ", "\u200e": " ", "\u200f": " ", "\u2060": " ",
    "œ": "e", "Œ": "E", "æ": "e", "Æ": "E", "ß": "s", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "µ": "u", "μ": "u", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "þ": "t", "°": " ", "º": " ", "ª": " ", "²": "2",
    "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n",
}  # fmt: skip


def _folding() -> dict[int, str]:
    """Accented Latin letters to their base letter, plus typography."""
    table = {ord(char): plain for char, plain in _TYPOGRAPHY.items()}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00), *range(0xFF01, 0xFF5F)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii():
            table.setdefault(code, base)
    return table


_FOLDING = _folding()
#: Folds the bytes of Windows-1252, which has the letters and typography of nearly all mail at one byte a
#: character: a table of bytes is twenty times faster than a dictionary of characters.
_WESTERN = bytes(
    ord(_FOLDING.get(ord(char), char if char.isascii() else "?"))
    for char in bytes(range(256)).decode("cp1252", "replace")
)
_LOWER = bytes(range(256)).lower()
_WORDS = bytes(code if chr(code).isalnum() and code < 0x80 else 0x20 for code in _LOWER)
#: Parts the words of a folded text: everything but letters becomes a space.
LETTERS = bytes(code if chr(code).isalpha() and code < 0x80 else 0x20 for code in range(256))


@dataclass(frozen=True, slots=True)
class Folded:
    """One text in three spellings of equal length: unaccented, lower case, words only."""

    plain: bytes = field(repr=False)
    lower: bytes = field(repr=False)
    words: bytes = field(repr=False)


def fold(text: str) -> Folded:
    """Fold ``text`` to ASCII bytes, one for each character; ``?`` where no base letter exists."""
    plain = text.encode("cp1252", _UNWESTERN).translate(_WESTERN)
    return Folded(plain, plain.translate(_LOWER), plain.translate(_WORDS))


def _unwestern(error: UnicodeError) -> tuple[bytes, int]:
    """A run of characters that Windows-1252 lacks, folded one by one."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    run = error.object[error.start : error.end]
    return "".join([_FOLDING.get(ord(char), "?") for char in run]).encode("ascii"), error.end


_UNWESTERN = "groupaudit-unwestern"
codecs.register_error(_UNWESTERN, _unwestern)


#: Kinds of passages that head a post, and with them all that are typed on one line beside a body.
HEADERS = frozenset({"from", "subject"})
LABELS = HEADERS | {"filename"}


@dataclass(frozen=True)
class Passage:
    """One stretch of text of a document and where it comes from.

    ``kind`` is ``from``, ``subject``, ``filename`` or the kind of part. ``part`` is the part's
    index, -1 for headers. ``text`` has line feeds only.
    """

    kind: str
    part: int
    text: str = field(repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def look_once(self, key: Hashable, look: Callable[[Passage], T]) -> T:
        """What ``look`` finds in the passage, kept beside it under ``key``: nothing looks twice.

        A passage is asked about with its document and again with its part.
        """
        if key not in self._kept:
            self._kept[key] = look(self)
        found: T = self._kept[key]
        return found

    @cached_property
    def folded(self) -> Folded:
        """The text as the detectors read it."""
        return fold(self.text)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offsets at which lines start."""
        starts = [0]
        at = self.folded.plain.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.folded.plain.find(b"\n", at + 1)
        return tuple(starts)

    def line_of(self, offset: int) -> int:
        """Number of the line that holds ``offset``, from 0."""
        return bisect_right(self.line_starts, offset) - 1

    def line(self, number: int) -> tuple[int, int]:
        """Start and end offsets of line ``number``, its line end left out."""
        starts = self.line_starts
        end = starts[number + 1] - 1 if number + 1 < len(starts) else len(self.text)
        return starts[number], end

    @cached_property
    def silent(self) -> tuple[tuple[int, int], ...]:
        """Ranges that never decide, by start: disclaimers, list footers, confidentiality notices."""
        return tuple(_silent_ranges(self))

    def is_silent(self, offset: int) -> bool:
        """Whether ``offset`` lies in a range that never decides."""
        after = bisect_right(self.silent, offset, key=lambda silent: silent[0])
        return after > 0 and offset < self.silent[after - 1][1]

    def spoken(self) -> str:
        """The text without the ranges that never decide, which begin and end with lines."""
        starts = (0, *(end for _, end in self.silent))
        ends = (*(start for start, _ in self.silent), len(self.text))
        return "\n".join(self.text[start:end] for start, end in zip(starts, ends, strict=True))


#: First line of a notice, or of the footer of a list, that runs to the end of its paragraph: below a footer
#: that is quoted, the older messages of the thread go on.
_NOTICE = re2.compile(
    rb"(?im)^[> ]*("
    rb"ce (message|courriel|mail|courrier)[^\n]{0,80}(confidenti|destin|secret)"
    rb"|this (e-?mail|message|communication)[^\n]{0,90}(confidential|intended|privileged|phi\b)"
    rb"|confidentiali?t[ey]\b[^\n]{0,60}"
    rb"|avis de confidentialite|disclaimer|mentions? legales?"
    rb"|(please )?consider the environment|pensez a l'environnement"
    rb"|si vous n'etes pas (le|la) destinataire|if you are not the intended"
    rb"|(les )?(informations|contenu)[^\n]{0,60}(secret medical|secret professionnel|confidentiel)"
    rb"|diese (e-?mail|nachricht)[^\n]{0,60}vertraulich"
    rb")"
)
_FOOTER = re2.compile(
    rb"(?im)^[> ]*(-- ?\n)?[> ]*("
    rb"(you received this message because|vous recevez ce message,? car|vous avez recu ce message,? car)"
    rb"|to unsubscribe from this group|pour vous desabonner|pour se desabonner"
    rb"|to view this discussion|cette discussion peut etre lue|pour (?:afficher|voir) cette discussion"
    rb"|for more options, visit|pour obtenir davantage d'options"
    rb"|_{20,}\n[^\n]{0,60}(mailing list|liste de diffusion)"
    rb")"
)

_PARAGRAPH_END = re2.compile(rb"\n[> \t]*\n")


def _silent_ranges(passage: Passage) -> list[tuple[int, int]]:
    plain = passage.folded.plain
    ranges: list[tuple[int, int]] = []
    begins = [found.start() for each in (_NOTICE, _FOOTER) for found in each.finditer(plain)]
    for start in sorted(begins):
        if ranges and start < ranges[-1][1]:
            continue  # the paragraph is silent already: looking for its end again is quadratic
        end = _PARAGRAPH_END.search(plain, start)
        ranges.append((start, end.start() if end else len(plain)))
    return ranges


#: Signs that are no letters, by the run: more than 30 are cut. Putting the marks of one letter in
#: order takes the square of their number, and no language has more (UAX 15, Stream-Safe Text).
_MARKS = re.compile(r"([^\w\s\x00-\u02ff]{30})[^\w\s\x00-\u02ff]+")


def unify(text: str) -> str:
    """``text`` with line feeds only, composed characters, and ``?`` for lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # lone surrogates, which no reader of text behind this one takes
        text = text.encode("utf-8", "replace").decode("utf-8")
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))


def passages(document: Document) -> tuple[Passage, ...]:
    """The stretches of text of ``document`` in reading order; empty ones are left out."""
    found = [
        Passage("from", -1, unify(document.sender)),
        Passage("subject", -1, unify(document.subject)),
    ]
    for number, part in enumerate(document.parts):
        found += part_passages(number, part)
    return tuple(passage for passage in found if passage.text and not passage.text.isspace())


#: What stands for a space in the names of files, and where the words of one written together begin.
_JOINED = re.compile(
    r"[_+]|(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=\d)(?=[A-Za-zÀ-ÿ]{3})|(?<=[A-Za-zÀ-ÿ]{3})(?=\d)"
)


def spaced(name: str) -> str:
    """The name of a file in words: ``CR_DurandPaul.pdf`` is ``CR Durand Paul.pdf``.

    Hyphens join the parts of a first name, unless nothing else in the name parts its words.
    """
    name = _JOINED.sub(" ", name.replace("%20", " "))
    return name if name.count("-") < 2 or " " in name else name.replace("-", " ")


#: A line that only names a file in brackets, as exports and forwards of mail leave it.
_FILE_NAMED = re.compile(r"(?m)^[> ]*\[([^\[\]\n]{1,120}\.(?=\d?[A-Za-z])\w{2,5})\][^\S\n]*$")


def part_passages(number: int, part: Part) -> list[Passage]:
    """The name and the text of one part; of a body, names of files on lines of their own too."""
    text = unify(part.text)
    if part.kind is PartKind.BODY:
        return list(_with_file_names(number, text))
    named = [Passage("filename", number, spaced(unify(part.name)))] if part.name else []
    return [*named, Passage(part.kind.value, number, text)]


def _with_file_names(number: int, text: str) -> Iterator[Passage]:
    """A body in passages, parted where a line names a file."""
    start, kind = 0, PartKind.BODY.value
    for found in _FILE_NAMED.finditer(text) if "]" in text else ():
        yield Passage(kind, number, text[start : found.start()])
        yield Passage("filename", number, spaced(found[1]))
        start = found.end()
    yield Passage(kind, number, text[start:])
