"""Attachments as bytes, built by hand so that the same words always give the same file.

CSV in latin-1 with semicolons, minimal XLSX and DOCX (ECMA-376), text PDF (ISO 32000), a PDF that
is only a picture, plain zips and one that asks for a password. Refuses to be a library for writing
documents.
"""

from __future__ import annotations

import csv
import io
import textwrap
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from xml.sax.saxutils import escape

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: the same bytes every day
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_OFFICE = "http://schemas.openxmlformats.org"
_RELATIONS = f'xmlns="{_OFFICE}/package/2006/relationships"'
_OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: its name, its MIME type, its bytes."""

    name: str
    type: str
    content: bytes = field(repr=False)


def table(
    stem: str, shape: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> Attachment:
    """A table as ``csv``, ``xlsx`` or, as CSV in an archive, ``zip``."""
    everything = [list(header), *map(list, rows)]
    if shape == "xlsx":
        return Attachment(f"{stem}.xlsx", f"{_OFFICE_TYPE}.spreadsheetml.sheet", _xlsx(everything))
    sheet = _csv(everything)
    if shape == "zip":
        return Attachment(f"{stem}.zip", "application/zip", _zip({f"{stem}.csv": sheet}))
    return Attachment(f"{stem}.csv", "text/csv", sheet)


def text(stem: str, shape: str, words: str, rng: Random) -> Attachment:
    """A text as ``docx``, ``pdf``, ``zip`` (of a DOCX), ``locked`` or ``scan`` (no text at all)."""
    if shape == "docx":
        return Attachment(f"{stem}.docx", f"{_OFFICE_TYPE}.wordprocessingml.document", _docx(words))
    if shape == "zip":
        return Attachment(f"{stem}.zip", "application/zip", _zip({f"{stem}.docx": _docx(words)}))
    if shape == "locked":
        return Attachment(f"{stem}.zip", "application/zip", _locked_zip(f"{stem}.dat", rng))
    content = _scan(rng) if shape == "scan" else _pdf(words)
    return Attachment(f"{stem}.pdf", "application/pdf", content)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("latin-1", "replace")


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            archive.writestr(info, content, method)
    return out.getvalue()


def _locked_zip(name: str, rng: Random) -> bytes:
    """A zip whose only file claims to be encrypted: bit 0 of both flag fields (APPNOTE 4.4.4)."""
    content = bytearray(_zip({name: rng.randbytes(600)}, zipfile.ZIP_STORED))
    central = content.rindex(b"PK\x01\x02")
    content[6] |= 1
    content[central + 8] |= 1
    return bytes(content)


def _package(main: str, main_type: str, parts: dict[str, str]) -> bytes:
    """An Open Packaging archive whose main part is ``main``."""
    overrides = f'<Override PartName="/{main}" ContentType="{main_type}.main+xml"/>'
    if main == "xl/workbook.xml":
        overrides += (
            '<Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{_OFFICE_TYPE}.spreadsheetml.worksheet+xml"/>'
        )
    types = (
        f'{_XML}<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    roots = _relationships("officeDocument", main)
    everything = {"[Content_Types].xml": types, "_rels/.rels": roots, **parts}
    return _zip({name: content.encode() for name, content in everything.items()})


def _relationships(kind: str, target: str) -> str:
    return (
        f'{_XML}<Relationships {_RELATIONS}><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
        "</Relationships>"
    )


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    names = f'xmlns="{_OFFICE}/spreadsheetml/2006/main"'
    cells = "".join(
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row)
        + "</row>"
        for number, row in enumerate(rows, 1)
    )
    return _package(
        "xl/workbook.xml",
        f"{_OFFICE_TYPE}.spreadsheetml.sheet",
        {
            "xl/workbook.xml": f"{_XML}<workbook {names} "
            f'xmlns:r="{_OFFICE}/officeDocument/2006/relationships"><sheets>'
            '<sheet name="Feuil1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relationships("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f"{_XML}<worksheet {names}><sheetData>{cells}</sheetData>"
            "</worksheet>",
        },
    )


def _docx(words: str) -> bytes:
    names = f'xmlns:w="{_OFFICE}/wordprocessingml/2006/main"'
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in words.split("\n")
    )
    body = f"{_XML}<w:document {names}><w:body>{paragraphs}</w:body></w:document>"
    return _package(
        "word/document.xml",
        f"{_OFFICE_TYPE}.wordprocessingml.document",
        {"word/document.xml": body},
    )


def _pdf(words: str) -> bytes:
    """One page of Helvetica in the encoding that French Windows programs write."""
    lines = [part for line in words.split("\n") for part in textwrap.wrap(line, 90) or [""]]
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    shown = "".join(f"({line}) Tj T*\n" for line in escaped)
    content = f"BT /F1 11 Tf 14 TL 50 790 Td\n{shown}ET".encode("cp1252", "replace")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    return _pdf_file(b"/Font << /F1 5 0 R >>", _stream(b"", content), font)


def _scan(rng: Random) -> bytes:
    """A page that is only a grey picture, as a copier sends it."""
    pixels = zlib.compress(bytes(200 + rng.randrange(50) for _ in range(40 * 56)))
    picture = _stream(
        b"/Type /XObject /Subtype /Image /Width 40 /Height 56 /ColorSpace /DeviceGray "
        b"/BitsPerComponent 8 /Filter /FlateDecode ",
        pixels,
    )
    show = _stream(b"", b"q 595 0 0 842 0 0 cm /I1 Do Q")
    return _pdf_file(b"/XObject << /I1 5 0 R >>", show, picture)


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def _pdf_file(resources: bytes, content: bytes, resource: bytes) -> bytes:
    """A PDF of one page; object 4 is its content and object 5 the one resource it uses."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << %s >> >>" % resources
    )
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        content,
        resource,
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, item in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
