"""Text of PDF files. Runs in the separate process only; recognises no characters in pictures."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw

from groupaudit.errors import PostsError
from groupaudit.model.post import Part, PartKind
from groupaudit.posts.extract.limits import Account

MAX_PAGES = 5000


def parts(name: str, media_type: str, data: bytes, account: Account) -> Iterator[Part]:
    """The text of all pages; pages that are pictures are told by a part ``image-only``.

    Raises PostsError(``password-protected``, ``corrupt``).
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise PostsError(
            "A PDF cannot be opened", reason="password-protected" if locked else "corrupt"
        ) from error
    pages: list[str] = []
    pictures = 0
    complete = len(document) <= MAX_PAGES
    for number in range(min(len(document), MAX_PAGES)):
        text, picture = _page(document, number)
        complete = complete and account.write(len(text))
        if not complete:
            break
        pages.append(text)
        pictures += picture
    if any(pages):
        yield Part(PartKind.ATTACHMENT, name, media_type, text="\n\n".join(pages))
    if pictures or not any(pages):
        yield Part(PartKind.ATTACHMENT, name, media_type, error="image-only")
    if not complete:
        yield Part(PartKind.ATTACHMENT, name, media_type, error="too-large")


def _page(document: pdfium.PdfDocument, number: int) -> tuple[str, bool]:
    """Text of a page, and whether it is a picture without text."""
    try:
        page = document[number]
        text = page.get_textpage().get_text_range().replace("\r\n", "\n").strip()
        picture = not text and any(
            item.type == pdfium_raw.FPDF_PAGEOBJ_IMAGE for item in page.get_objects(max_depth=2)
        )
    except pdfium.PdfiumError as error:
        raise PostsError("A page of a PDF cannot be read", reason="corrupt") from error
    return text, picture
