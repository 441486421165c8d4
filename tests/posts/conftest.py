"""Small files of each format, made by hand, and emulators: all persons and data are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from groupaudit.emulator.server import Emulator
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis

DOCX_BODY = (
    '<w:document xmlns:w="urn:w"><w:body>'
    "<w:p><w:r><w:t>Compte rendu de </w:t></w:r><w:r><w:t>Zoé Fictive</w:t></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:t>Nom</w:t></w:p></w:tc><w:tc><w:p><w:t>IPP</w:t></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:p><w:t>Fictive</w:t></w:p></w:tc><w:tc><w:p><w:t>00042</w:t></w:p></w:tc></w:tr>"
    "</w:tbl></w:body></w:document>"
)


@pytest.fixture
def running() -> Iterator[ExitStack]:
    """What a test has begun, such as emulators; it ends with the test, the last first."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def mailboxes(tmp_path: Path, running: ExitStack) -> Callable[..., GoogleApis]:
    """The way to the mailboxes of an emulator: to all, or to that of the one person ``alone``."""

    def reached(emulator: Emulator, alone: str = "") -> GoogleApis:
        key = tmp_path / "key.json"
        if alone:
            emulator.write_authorized_user(key, alone)
        else:
            emulator.write_key(key)
        access = Access(
            str(key),
            subject="" if alone else "admin@h.example",
            api_root=emulator.url,
            requests_per_minute=600_000,
        )
        google = GoogleApis(access, most_tries=3, sleep=lambda _seconds: None, draw=lambda: 0.0)
        return running.enter_context(google)

    return reached


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()


@pytest.fixture
def zip_of() -> Callable[[Mapping[str, str | bytes]], bytes]:
    return zipped


@pytest.fixture
def docx() -> bytes:
    footnotes = '<w:footnotes xmlns:w="urn:w"><w:p><w:t>allergie aux noix</w:t></w:p></w:footnotes>'
    return zipped({"word/document.xml": DOCX_BODY, "word/footnotes.xml": footnotes})


@pytest.fixture
def odt() -> bytes:
    content = (
        '<office:document-content xmlns:office="urn:o" xmlns:text="urn:t">'
        "<text:p>Bonjour<text:s/>Zoé</text:p></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


@pytest.fixture
def xlsx() -> bytes:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Nom</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>NIR</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Fictive</t></is></c>'
        '<c r="B2"><v>284019900100142</v></c></row></sheetData></worksheet>'
    )
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/>'
            "</Types>",
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
            f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
            f'2006/main" xmlns:r="{relations}"><sheets><sheet name="Patients" sheetId="1" '
            'r:id="r1"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


@pytest.fixture
def pdf() -> bytes:
    return pdf_saying("Dossier de Zoe Fictive")


_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources "
    b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
)


def pdf_saying(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode() if text else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF" % (table, len(body))
    )


@pytest.fixture
def pdf_without_text() -> bytes:
    return pdf_saying("")
