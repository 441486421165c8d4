from __future__ import annotations

import gzip
import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaudit.model.post import Part
from groupaudit.posts.extract import html, tables
from groupaudit.posts.extract.recognition import Recognition
from groupaudit.posts.extract.rtf import text_of
from groupaudit.posts.extract.sandbox import Patience, Sandbox
from groupaudit.posts.extract.text import decode
from tests.posts.conftest import pdf_saying

Zip = Callable[[Mapping[str, str | bytes]], bytes]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox()
    yield box
    box.close()


def errors(parts: tuple[Part, ...]) -> list[str | None]:
    return [part.error for part in parts]


def test_docx_gives_body_footnotes_and_table(sandbox: Sandbox, docx: bytes) -> None:
    (part,) = sandbox.parts("cr.docx", "", docx)
    assert "Compte rendu de Zoé Fictive" in part.text
    assert "allergie aux noix" in part.text
    assert [list(table.rows()) for table in part.tables] == [[("Nom", "IPP"), ("Fictive", "00042")]]


def test_odt_gives_text(sandbox: Sandbox, odt: bytes) -> None:
    (part,) = sandbox.parts("a.odt", "", odt)
    assert part.text == "Bonjour Zoé"


def test_xlsx_gives_rows_with_whole_numbers(sandbox: Sandbox, xlsx: bytes) -> None:
    (part,) = sandbox.parts("a.xlsx", "", xlsx)
    assert list(part.tables[0].rows()) == [("Nom", "NIR"), ("Fictive", "284019900100142")]
    assert part.text == "Patients"


def test_cells_of_any_length_come_when_a_page_is_in_a_zip(sandbox: Sandbox, zip_of: Zip) -> None:
    long = "mot " * 60_000 + "fin"
    page = f"<table><tr><td>Nom<td>{long}<tr><td>a\x7fb\nc<td></table>"
    (part,) = sandbox.parts("a.zip", "", zip_of({"a.html": page}))
    assert [list(table.rows()) for table in part.tables] == [[("Nom", long), ("a b c", "")]]


def test_pdf_gives_text(sandbox: Sandbox, pdf: bytes) -> None:
    (part,) = sandbox.parts("a.pdf", "application/pdf", pdf)
    assert part.text == "Dossier de Zoe Fictive"


def test_pdf_is_image_only_when_it_has_no_text(sandbox: Sandbox, pdf_without_text: bytes) -> None:
    assert errors(sandbox.parts("a.pdf", "", pdf_without_text)) == ["image-only"]


def pdf_with_picture(text: str, width: float, height: float) -> bytes:
    """A page that says ``text``, with a picture so many points wide and high."""
    document = pdfium.PdfDocument(pdf_saying(text))
    bitmap = pdfium.PdfBitmap.new_native(400, 400, pdfium_raw.FPDFBitmap_BGR)
    picture = pdfium.PdfImage.new(document)
    picture.set_bitmap(bitmap)
    picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
    page = document[0]
    page.insert_obj(picture)
    page.gen_content()
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("Recu 12/03 p. 1/1", (595, 800), [None, "image-only"]),
        ("Recu 12/03 p. 1/1", (100, 50), [None]),
        ("Compte rendu de la reunion du service. " * 8, (595, 800), [None]),
    ],
)
def test_scan_is_told_when_a_stamp_is_all_the_text_on_it(
    text: str, size: tuple[float, float], expected: list[str | None]
) -> None:
    box = Sandbox(recognition=Recognition(wanted=False))
    assert errors(box.parts("a.pdf", "", pdf_with_picture(text, *size))) == expected
    box.close()


def test_zip_gives_its_members_with_their_names(sandbox: Sandbox, zip_of: Zip, docx: bytes) -> None:
    inner = zip_of({"a.txt": "un texte", "b.csv": "nom;ipp\nFictive;42\n", "cr.docx": docx})
    parts = sandbox.parts("o.zip", "", zip_of({"i.zip": inner}))
    assert [part.name for part in parts] == [
        "o.zip/i.zip/a.txt", "o.zip/i.zip/b.csv", "o.zip/i.zip/cr.docx"]  # fmt: skip
    assert list(parts[1].tables[0].rows()) == [("nom", "ipp"), ("Fictive", "42")]


def test_message_in_a_zip_is_read(sandbox: Sandbox, zip_of: Zip) -> None:
    eml = "From: a@h.example\nSubject: Zoé\n\nvoici\n".encode()
    parts = sandbox.parts("o.zip", "", zip_of({"m.eml": eml}))
    assert "voici" in "".join(part.text for part in parts)


def test_zip_is_a_bomb_when_it_unpacks_to_far_more(sandbox: Sandbox, zip_of: Zip) -> None:
    assert errors(sandbox.parts("o.zip", "", zip_of({"a.txt": b"\0" * 60_000_000}))) == ["bomb"]


def test_gzip_is_a_bomb_when_it_unpacks_to_far_more(sandbox: Sandbox) -> None:
    assert errors(sandbox.parts("a.gz", "", gzip.compress(b"a" * 60_000_000))) == ["bomb"]


def test_zip_is_too_deep_when_it_nests_without_end(sandbox: Sandbox, zip_of: Zip) -> None:
    data = b"fin"
    for number in range(9):
        data = zip_of({f"{number}.zip": data})
    assert errors(sandbox.parts("o.zip", "", data)) == ["too-deep"]


def test_xml_is_a_bomb_when_it_declares_entities(sandbox: Sandbox, zip_of: Zip) -> None:
    xml = '<!DOCTYPE a [<!ENTITY x "y">]><w:document xmlns:w="w"><w:t>&x;</w:t></w:document>'
    assert errors(sandbox.parts("a.docx", "", zip_of({"word/document.xml": xml}))) == ["bomb"]


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.zip", b"PK\x03\x04rest", "corrupt"),
        ("a.pdf", b"%PDF-1.4\nrest", "corrupt"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         "password-protected"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported-format"),
        ("a.bin", bytes(range(256)) * 8, "unsupported-format"),
        ("a.tar", b"lettre.txt" + bytes(502) + b"lettre" + bytes(1018), "unsupported-format"),
    ],
)  # fmt: skip
def test_refusal_is_named_when_file_cannot_be_read(
    sandbox: Sandbox, name: str, data: bytes, error: str
) -> None:
    (part,) = sandbox.parts(name, "", data)
    assert (part.error, part.name, part.text) == (error, name, "")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("text", ["Fictive;Zoe\nInvente;Luc\n", "Fictive;Zoé\nInventé;Luc\n"])
@pytest.mark.parametrize(
    "announced", ["", "text/plain; charset=utf-8", "text/plain; charset=utf-16le"]
)
def test_text_in_16_bits_is_told_by_its_zeros_whatever_is_announced(
    sandbox: Sandbox, text: str, codec: str, announced: str
) -> None:
    data = text.encode(codec)
    assert sandbox.parts("a.txt", announced, data)[0].text == text
    (table,) = sandbox.parts("a.csv", announced, data)[0].tables
    assert [";".join(row) for row in table.rows()] == text.splitlines()


def test_encrypted_member_is_named_and_its_neighbour_read(sandbox: Sandbox, zip_of: Zip) -> None:
    data = bytearray(zip_of({"a.txt": "secret", "b.txt": "ouvert"}))
    local, central = data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    first, second = sandbox.parts("o.zip", "", bytes(data))
    assert (first.name, first.error) == ("o.zip/a.txt", "password-protected")
    assert (second.name, second.text) == ("o.zip/b.txt", "ouvert")


def test_sandbox_goes_on_when_its_process_crashed(docx: bytes) -> None:
    box = Sandbox()
    assert errors(box.parts("a.docx", "", docx)) == [None]
    assert box._worker is not None
    box._worker._process.kill()
    assert errors(box.parts("a.docx", "", docx)) == ["crashed"]
    assert errors(box.parts("a.docx", "", docx)) == [None]
    box.close()


def test_file_is_timed_out_when_patience_ends(docx: bytes) -> None:
    box = Sandbox(Patience(wall_s=0.0), Recognition(wanted=False))
    assert errors(box.parts("a.docx", "", docx)) == ["timed-out"]
    box.close()


def test_confined_process_can_open_neither_connection_nor_file() -> None:
    code = (
        "import socket\nfrom groupaudit.posts.extract import confinement\nconfinement.confine()\n"
        "for attempt in (socket.socket, lambda: open('/dev/null')):\n"
        "    try:\n        attempt()\n    except OSError as error:\n        print(error.errno)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={}
    )
    assert done.stdout.split() == ["24", "24"]  # EMFILE


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("nom;prenom\nFictive;Zoé\n", ";"),
        ("nom,prenom,ville\nFictive,Zoé,Ici\n", ","),
        ("a\tb\n1\t2\n", "\t"),
        ("Poids;Valeur\n62,5;1,2\n70,1;3,4\n", ";"),
        ('nom;note\nFictive;"un; deux"\nAutre;"trois\nlignes"\n', ";"),
        ("Bonjour, comment allez-vous ?\nBien.\n", ""),
    ],
)
def test_delimiter_is_found_when_columns_are_even(sample: str, delimiter: str) -> None:
    assert tables.sniffed(sample) == delimiter


_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8)


@given(st.lists(st.lists(_CELL, min_size=3, max_size=3), min_size=3, max_size=8),
       st.sampled_from(";,\t|"))  # fmt: skip
@settings(deadline=None)
def test_rows_come_back_when_written_as_csv(rows: list[list[str]], delimiter: str) -> None:
    quoted = "\n".join(
        delimiter.join('"' + c.replace('"', '""') + '"' for c in row) for row in rows
    )
    table = tables.delimited_bytes(("h1" + delimiter + "h2" + delimiter + "h3\n" + quoted).encode())
    assert table is not None
    assert list(table.rows())[1:] == [tuple(row) for row in rows]


def test_content_is_kept_when_a_quote_is_never_closed() -> None:
    lines = "".join(f"{number};Fictive;texte assez long pour compter\n" for number in range(9000))
    table = tables.delimited_bytes(('a;b;c\n"' + lines).encode(), certain=True)
    assert table is not None
    words = [cell for row in table.rows() for cell in row]
    assert sum("Fictive" in word for word in words) == 9000


def test_latin1_bytes_are_kept_when_they_come_late() -> None:
    data = b"a;b\n" * 40_000 + "Zoé;né\n".encode("cp1252")
    table = tables.delimited_bytes(data)
    assert table is not None
    assert list(table.rows())[-1] == ("Zoé", "né")


@given(st.binary(max_size=500), st.text(max_size=30))
def test_decode_never_raises(raw: bytes, charset: str) -> None:
    assert isinstance(decode(raw, charset), str)


@given(st.binary(max_size=500))
def test_rtf_never_raises(data: bytes) -> None:
    assert isinstance(text_of(b"{\\rtf1" + data), str)


def test_rtf_gives_text_with_accents() -> None:
    data = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}Zo\'e9 \u233? n\'e9e\par le 3\cell}"
    assert text_of(data) == "Zoé é née\nle 3"


@given(st.text(max_size=300))
@settings(deadline=None)
def test_html_never_raises(source: str) -> None:
    text, found = html.text_and_tables("<table><td>" + source)
    assert isinstance(text, str)
    assert isinstance(found, tuple)


def test_html_quotes_are_marked_and_pre_keeps_its_lines() -> None:
    text, _ = html.text_and_tables(
        "<p>Oui<b>!</b></p><blockquote><div>il va</div>mieux</blockquote><pre>Na  140\nK  4</pre>"
    )
    assert text.split("\n") == ["Oui!", "> il va", "> mieux", "Na 140", "K 4"]


def test_html_is_read_when_it_nests_deeply() -> None:
    text, _ = html.text_and_tables("<div>" * 200_000 + "fond")
    assert text == "fond"


def test_no_worker_is_started_when_nothing_opens_a_file() -> None:
    box = Sandbox()
    assert errors(box.parts("a.bin", "", b"\0\1\2\3" * 99)) == ["unsupported-format"]
    assert box._worker is None


@pytest.mark.parametrize(
    ("name", "data"), [("a.txt", b"a"), ("a.html", b"<p>a"), ("a.csv", b"a;b")]
)
def test_simple_formats_are_read_in_the_separate_process_too(name: str, data: bytes) -> None:
    box = Sandbox()
    assert errors(box.parts(name, "", data)) == [None]
    assert box._worker is not None
    box.close()


def test_process_ends_at_once_when_who_asked_is_gone() -> None:
    command = [sys.executable, "-I", "-m", "groupaudit.posts.extract.worker"]
    # A zip that takes seconds to read; nobody waits for what it holds.
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            archive.writestr(f"{number}.html", "<p>a" * 400_000 + str(number))
    head = json.dumps({"name": "a.zip", "type": "", "ocr": [0, 0]}).encode()
    sizes = struct.pack("<IIQ", 60, len(head), len(sink.getvalue()))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(sizes + head + sink.getvalue())
        process.stdin.close()
        assert process.wait(20) == 1
