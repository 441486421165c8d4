"""Text of PDF files. Runs in the separate process only.

Pages that are scans are drawn for ``ocr`` where it is there, also when a fax or a scanner stamped a
line of text on them. Smaller pictures, and those beside more text, are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind
from groupaudit.posts.extract import ocr
from groupaudit.posts.extract.limits import READ_PIXELS, Account

MAX_PAGES = 5000
#: How finely pages are drawn: on our trials 300 dpi read no better and took twice as long.
_DPI = 200
_POINTS_PER_INCH = 72
#: What stamps write on a page; a page with more text was written, or recognised by its scanner.
_STAMP_CHARS = 200
#: Share of a page that the picture of a scan covers at least.
_SCAN_COVERS = 0.5


def parts(
    name: str, media_type: str, data: bytes, account: Account, reader: ocr.Reader | None = None
) -> Iterator[Part]:
    """The text of all pages. Of pages that are pictures the words that ``reader`` recognises.

    What remains of them is told by a part ``image-only`` or ``ocr-budget``. Raises
    PostsError(``password-protected``, ``corrupt``).
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise PostsError(
            "A PDF cannot be opened", reason="password-protected" if locked else "corrupt"
        ) from error
    pages: list[str] = []
    pictures: list[int] = []
    complete = len(document) <= MAX_PAGES
    for number in range(min(len(document), MAX_PAGES)):
        text, picture = _page(document, number)
        complete = complete and account.write(len(text))
        if not complete:
            break
        pages.append(text)
        if picture:
            pictures.append(number)
    if any(pages):
        yield Part(PartKind.ATTACHMENT, name, media_type, text="\n\n".join(pages))
    if not any(pages):  # letters may have been drawn as lines, too
        pictures = list(range(min(len(document), MAX_PAGES)))
    if reader and pictures:
        yield from reader.parts(name, media_type, _drawn(document, pictures))
    elif pictures or not any(pages):
        yield Part(PartKind.ATTACHMENT, name, media_type, error="image-only")
    if not complete:
        yield Part(PartKind.ATTACHMENT, name, media_type, error="too-large")


def _page(document: pdfium.PdfDocument, number: int) -> tuple[str, bool]:
    """Text of a page, and whether it is a picture with hardly any."""
    try:
        page = document[number]
        text = page.get_textpage().get_text_range().replace("\r\n", "\n").strip()
        picture = len(text) <= _STAMP_CHARS and any(
            not text or _covers(item, page)
            for item in page.get_objects(filter=(pdfium_raw.FPDF_PAGEOBJ_IMAGE,), max_depth=2)
        )
    except pdfium.PdfiumError as error:
        raise PostsError("A page of a PDF cannot be read", reason="corrupt") from error
    return text, picture


def _covers(picture: pdfium.PdfObject, page: pdfium.PdfPage) -> bool:
    """Whether ``picture`` fills most of ``page``."""
    left, bottom, right, top = picture.get_bounds()
    width, height = page.get_size()
    return bool((right - left) * (top - bottom) >= _SCAN_COVERS * width * height)


def _drawn(document: pdfium.PdfDocument, numbers: Iterable[int]) -> Iterator[ocr.Page]:
    """Pages as grey pictures, coarser where they are so large that they would not fit."""
    for number in numbers:
        try:
            page = document[number]
            width, height = page.get_size()
            inches = max(1.0, width * height) / _POINTS_PER_INCH**2
            dpi = min(_DPI, int((READ_PIXELS / inches) ** 0.5))
            bitmap = page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True)
            yield _page_of(bitmap, dpi)
        except (pdfium.PdfiumError, ValueError, OverflowError) as error:
            raise PostsError("A page of a PDF cannot be drawn", reason="corrupt") from error


def _page_of(bitmap: pdfium.PdfBitmap, dpi: int) -> ocr.Page:
    """The picture without the gaps that end its rows."""
    held = memoryview(bitmap.buffer).cast("B")
    rows = range(0, bitmap.stride * bitmap.height, bitmap.stride)
    pixels = b"".join(held[row : row + bitmap.width] for row in rows)
    return ocr.Page(bitmap.width, bitmap.height, pixels, dpi)
