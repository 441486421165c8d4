"""The words in a picture of a page, recognised by tesseract, within an allowance.

Runs in the separate process only, and needs the extra ``ocr``. Takes bare grey pixels: what a
picture file holds is decoded by ``pictures`` and ``pdf``. Words that tesseract itself doubts are
left out, since guessed names would make patients of nobody.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind
from groupaudit.posts.extract.limits import Account

try:
    import tesserocr
except ImportError:  # the extra is not installed: pictures are counted as unreadable
    tesserocr = None

#: Tesseract's confidence (0 to 100) in a line: noise and photographs stay below 40 in our trials,
#: good print is above 80, a page that lies upside down about 55.
_TRUSTED_LINE = 50
_TRUSTED_PAGE = 65
#: Lines whose centres differ by less than this share of their height stand beside each other.
_SAME_ROW = 0.5
_MOST_REMEMBERED = 256
_WORD = re.compile(r"\w{3}")


@dataclass(frozen=True, slots=True)
class Page:
    """A grey picture, one byte a pixel, row after row without gaps; ``dpi`` is how fine it is."""

    width: int
    height: int
    pixels: bytes = field(repr=False)
    dpi: int = 200

    def turned(self) -> Page:
        """The same upside down."""
        return Page(self.width, self.height, self.pixels[::-1], self.dpi)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str = field(repr=False)
    confidence: float
    left: int
    top: int
    right: int
    bottom: int

    @property
    def upright(self) -> bool:
        return self.right - self.left >= self.bottom - self.top

    def beside(self, other: _Line) -> bool:
        """Whether both stand in one row, as the cells of a table do."""
        apart = abs((self.top + self.bottom) - (other.top + other.bottom)) / 2
        return apart < _SAME_ROW * min(self.bottom - self.top, other.bottom - other.top)


class Engine:
    """Tesseract with its models loaded. Remembers the last pages: a logo comes in each message."""

    def __init__(self, folder: str, languages: Iterable[str]) -> None:
        """Load the data of ``languages`` from ``folder``. RuntimeError: it is damaged."""
        self._api = tesserocr.PyTessBaseAPI(path=folder, lang="+".join(languages))
        # Its messages go to the standard error: the file that it would open for the first of them
        # cannot be opened any more, and it crashes over that.
        self._api.SetVariable("debug_file", "")
        self._remembered: OrderedDict[bytes, str] = OrderedDict()

    def known(self, page: Page) -> str | None:
        """The words of a page that was read before."""
        return self._remembered.get(_digest(page))

    def text(self, page: Page, seconds: float) -> str:
        """The words of ``page``, a line for each row; ``""`` when it shows none.

        Raises PostsError(``ocr-budget``) when that takes longer than ``seconds``.
        """
        deadline = time.monotonic() + seconds
        lines = self._lines(page, deadline)
        if lines and _confidence(lines) < _TRUSTED_PAGE:
            turned = self._lines(page.turned(), deadline)
            lines = max(lines, turned, key=_confidence)
        text = _rows([line for line in lines if line.confidence >= _TRUSTED_LINE])
        text = text if _WORD.search(text) else ""  # edges and textures look like single letters
        self._remembered[_digest(page)] = text
        if len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return text

    def _lines(self, page: Page, deadline: float) -> list[_Line]:
        left_ms = int((deadline - time.monotonic()) * 1000)
        self._api.SetImageBytes(page.pixels, page.width, page.height, 1, page.width)
        self._api.SetSourceResolution(page.dpi)
        try:
            if left_ms <= 0 or not self._api.Recognize(left_ms):
                raise PostsError("A page takes too long to recognise", reason="ocr-budget")
            return list(_found(self._api.GetIterator()))
        finally:
            self._api.Clear()


def _found(position: tesserocr.PyResultIterator) -> Iterator[_Line]:
    level = tesserocr.RIL.TEXTLINE
    for line in tesserocr.iterate_level(position, level):
        if line.Empty(level):
            continue
        text = " ".join(line.GetUTF8Text(level).split())
        if text:
            yield _Line(text, line.Confidence(level), *line.BoundingBox(level))


def _confidence(lines: list[_Line]) -> float:
    """Mean over letters, so that a speck counts less than a sentence."""
    letters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / letters if letters else 0.0


def _rows(lines: list[_Line]) -> str:
    """Lines beside each other as one: tesseract reads a table's columns one after the other."""
    if sum(line.upright for line in lines) * 2 < len(lines):  # the page lies on its side
        return "\n".join(line.text for line in lines)
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom, line.left)):
        if rows and line.beside(rows[-1][-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return "\n".join(
        "\t".join(line.text for line in sorted(row, key=lambda line: line.left)) for row in rows
    )


def _digest(page: Page) -> bytes:
    size = f"{page.width}x{page.height}".encode()
    return hashlib.blake2b(page.pixels, digest_size=16, person=size[:16]).digest()


class Reader:
    """Reads the pictures in one file, and all that is nested in it, within one allowance.

    ``spent`` is what it took so far, in seconds by the clock.
    """

    def __init__(self, engine: Engine, account: Account, pages: int, seconds: float) -> None:
        self.spent = 0.0
        self._engine = engine
        self._account = account
        self._pages = pages
        self._seconds = seconds

    def parts(self, name: str, media_type: str, pages: Iterable[Page]) -> Iterator[Part]:
        """One part with the words of ``pages``, then one for each reason why some gave none.

        ``image-only`` are pages without words; ``ocr-budget`` when the allowance is used up.
        """
        texts: list[str] = []
        reasons: set[str] = set()
        try:
            for page in pages:
                text = self._text(page)
                if text:
                    texts.append(text)
                else:
                    reasons.add("image-only")
        except PostsError as error:
            reasons.add(error.reason)
        if texts:
            yield Part(PartKind.ATTACHMENT, name, media_type, "\n\n".join(texts), recognised=True)
        for reason in sorted(reasons):
            yield Part(PartKind.ATTACHMENT, name, media_type, error=reason)

    def _text(self, page: Page) -> str:
        text = self._engine.known(page)
        if text is None:
            text = self._recognised(page)
        if not self._account.write(len(text)):
            raise PostsError("A file holds more text than the limit", reason="too-large")
        return text

    def _recognised(self, page: Page) -> str:
        if self._pages <= 0:
            raise PostsError("No more pages of this file are recognised", reason="ocr-budget")
        self._pages -= 1
        started = time.monotonic()
        try:
            return self._engine.text(page, self._seconds - self.spent)
        finally:
            self.spent += time.monotonic() - started
