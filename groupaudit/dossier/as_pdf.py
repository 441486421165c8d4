"""A breach file as PDF, where WeasyPrint is installed; nothing is loaded from anywhere."""

from __future__ import annotations

from typing import Any

from groupaudit.dossier.as_html import as_html
from groupaudit.dossier.layout import Dossier
from groupaudit.errors import UsageError


def available() -> bool:
    """Whether the library can be loaded, with the libraries of the system that it needs."""
    try:
        _library()
    except UsageError:
        return False
    return True


def as_pdf(file: Dossier) -> bytes:
    """``file`` as PDF. Raises UsageError when the library is not there."""
    library = _library()
    fetcher = library.urls.URLFetcher(allowed_protocols=())
    document = library.HTML(string=as_html(file).decode(), url_fetcher=fetcher)
    # A fixed identifier: the same file is the same bytes.
    pdf: bytes = document.write_pdf(pdf_identifier=file.name.encode())
    return pdf


def _library() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - an optional library, slow to load
    except (ImportError, OSError) as error:  # OSError: Pango is missing from the system
        raise UsageError(
            "--format pdf: WeasyPrint cannot be loaded. Run pip install 'groupaudit[pdf]' and"
            " install Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0), or choose docx or html."
        ) from error
    return weasyprint
