"""What a file is, told by its first bytes before its name, and by its announced type last.

A name or type may be wrong or absent; the first bytes decide what opens a file. Reads nothing else
of it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePath

from groupaudit.posts.extract import cms, pgp
from groupaudit.posts.extract.text import wide_codec


class Kind(StrEnum):
    """What opens a file. ``ZIP`` covers office formats too, told apart once it is open."""

    PDF = "pdf"
    ZIP = "zip"
    GZIP = "gzip"
    BZIP = "bzip"
    XZ = "xz"
    SEVENZIP = "7z"
    TNEF = "tnef"
    DICOM = "dicom"
    OLE = "ole"
    RTF = "rtf"
    IMAGE = "image"
    MESSAGE = "message"
    HTML = "html"
    TABLE = "table"
    TEXT = "text"
    ENCRYPTED = "encrypted"
    OTHER = "other"


#: What nothing opens: it is refused as it is.
UNOPENED = frozenset({Kind.ENCRYPTED, Kind.OTHER})

#: What files of Outlook and of Office before 2007 begin with, and a ``winmail.dat``.
OLE, TNEF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x78\x9f\x3e\x22"
_MAGIC = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\x1f\x8b\x08", Kind.GZIP),
    (b"BZh", Kind.BZIP),
    (b"\xfd7zXZ\x00", Kind.XZ),
    (b"7z\xbc\xaf\x27\x1c", Kind.SEVENZIP),
    (TNEF, Kind.TNEF),
    (OLE, Kind.OLE),
    (b"{\\rtf", Kind.RTF),
    (b"\x89PNG\r\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF8", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"BM", Kind.IMAGE),
)
#: Kinds whose first bytes are letters, with which a text may begin too.
_LETTERS = frozenset({Kind.IMAGE, Kind.BZIP})
#: Names of formats that begin with bytes of their own. ``.doc``, ``.xls``, ``.rtf`` are left out:
#: programs that write plain text or a page of HTML call it so every day.
_BINARY_SUFFIXES = frozenset(
    {
        ".7z", ".bmp", ".bz2", ".docm", ".docx", ".gif", ".gz", ".jpeg", ".jpg", ".msg", ".odp",
        ".ods", ".odt", ".pdf", ".png", ".pptm", ".pptx", ".tif", ".tiff", ".webp", ".xlsb",
        ".xlsm", ".xlsx", ".xz", ".zip",
    }
)  # fmt: skip
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab"})
_TABLE_TYPES = frozenset(
    {"text/csv", "text/tab-separated-values", "application/csv", "application/vnd.ms-excel"}
)
# A stream that every message of Outlook has, as its name stands in an OLE file's directory.
_OUTLOOK_STREAM = "__properties_version1.0".encode("utf-16-le")
_HTML_HEAD = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype html|html|head|body|table)\b", re.IGNORECASE
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def kind_of(name: str, media_type: str, data: bytes) -> Kind:
    """The kind of the file ``data``, of which the first few kilobytes are looked at."""
    head = data[:4096]
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (kind not in _LETTERS or _binary(head)):
            return kind
    if cms.is_encrypted(head):
        return Kind.ENCRYPTED
    if head[128:132] == b"DICM":
        return Kind.DICOM
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    if webp or (media_type.startswith("image/") and _binary(head)):
        return Kind.IMAGE
    return _textual_kind(PurePath(name).suffix.lower(), media_type, head)


def misnamed(name: str, kind: Kind) -> bool:
    """Whether a file of ``kind`` is a mere text under the name of another format.

    What its name promises was cut off, replaced or never there: its text is no proof that nothing
    else was in it.
    """
    return kind in {Kind.TEXT, Kind.HTML} and PurePath(name).suffix.lower() in _BINARY_SUFFIXES


def is_outlook(data: bytes) -> bool:
    """Whether the OLE file ``data`` is a message of Outlook; all of it is looked at."""
    return _OUTLOOK_STREAM in data


def _textual_kind(suffix: str, media_type: str, head: bytes) -> Kind:
    if suffix in (".eml", ".mht", ".mhtml") or media_type.startswith("message/rfc822"):
        return Kind.MESSAGE
    if suffix in (".html", ".htm", ".xhtml") or media_type == "text/html" or _HTML_HEAD.match(head):
        return Kind.HTML
    if _binary(head):
        return Kind.ENCRYPTED if pgp.is_encrypted(head) else Kind.OTHER
    if suffix in _TABLE_SUFFIXES or media_type in _TABLE_TYPES:
        return Kind.TABLE
    return Kind.TEXT


def _binary(head: bytes) -> bool:
    """Whether ``head`` holds control characters that no text has, UTF-16 apart."""
    if b"\0" in head:
        if not wide_codec(head):
            return True
        head = head.replace(b"\0", b"")
    return len(_CONTROL.findall(head)) * 50 > len(head)
