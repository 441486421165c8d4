"""The breach file as PDF, read back (`make test-pdf`).

Skipped with its reason where WeasyPrint or Pango is missing.
"""

from __future__ import annotations

import re
import socket
from contextlib import closing

import pypdfium2 as pdfium
import pytest

from groupaudit.dossier import as_pdf
from groupaudit.errors import UsageError

A4 = (595, 842)  # points

needs_pdf = pytest.mark.skipif(
    not as_pdf.available(), reason="needs the extra [pdf], and Pango from the system"
)


def _squeezed(text: str) -> str:
    """``text`` without blanks, and without what marks the end of a line or an item."""
    return re.sub(r"[\s\u2022\ufffe-]", "", text)


def _texts(file) -> list[str]:
    blocks = [block for section in file.pages for block in section.blocks]
    told = [*file.preface, *(section.title for section in file.pages)]
    return [file.title, *told, *(text for block in blocks for text in (block.label, block.text))]


@pytest.fixture
def opened(written):
    """Opens the file in a language as PDF."""
    documents = []

    def _opened(code: str) -> pdfium.PdfDocument:
        documents.append(pdfium.PdfDocument(as_pdf.as_pdf(written(code))))
        return documents[-1]

    yield _opened
    for document in documents:
        document.close()


@needs_pdf
@pytest.mark.parametrize("code", ["fr", "en"])
def test_pdf_read_back_holds_the_whole_file(written, opened, code):
    file = written(code)
    shown = _squeezed("".join(page.get_textpage().get_text_range() for page in opened(code)))

    assert [text for text in _texts(file) if _squeezed(text) not in shown] == []
    assert shown.count(_squeezed(file.marker)) == sum(
        text.count(file.marker) for text in _texts(file)
    )


@needs_pdf
def test_pdf_is_a4_and_nothing_leaves_its_pages(opened):
    for page in opened("fr"):
        text = page.get_textpage()
        boxes = [text.get_charbox(place) for place in range(text.count_chars())]

        assert tuple(map(round, page.get_size())) == A4
        assert min(left for left, *_ in boxes) > 0
        assert max(right for _, _, right, _ in boxes) < A4[0]


@needs_pdf
def test_pdf_is_made_again_the_same(written):
    assert as_pdf.as_pdf(written()) == as_pdf.as_pdf(written())


@needs_pdf
def test_pdf_loads_nothing_even_if_it_is_asked_to(written, monkeypatch):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        picture = f"<img src='http://127.0.0.1:{server.getsockname()[1]}/x'>".encode()
        monkeypatch.setattr(as_pdf, "as_html", lambda file: picture)
        assert as_pdf.as_pdf(written()).startswith(b"%PDF-")
        server.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has knocked
            server.accept()


def test_pdf_without_its_library_says_what_to_install(written, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)

    assert not as_pdf.available()
    with pytest.raises(UsageError, match=re.escape("groupaudit[pdf]")):
        as_pdf.as_pdf(written())
