from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ole_files import Tree, ole_file
from shared import CORPORA, needs

from groupaudit.errors import PostsError
from groupaudit.model.post import Document, PartKind
from groupaudit.posts.extract import lzfu
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.outlook import as_mail
from groupaudit.posts.extract.sandbox import Sandbox
from groupaudit.posts.files import documents

REAL = CORPORA / "fixtures" / "mail" / "tika"
SENT = 0x01DC000000000000  # July 2025, in ticks since 1601
HEADERS = {
    "0037": "Résultats de Zoé",
    "0C1A": "Alix Fictif",
    "0C1F": "alix@hopital.example",
    "1035": "<m1@hopital.example>",
}

NOTHING: Tree = {}
NO_VALUES: Mapping[int, int] = {}
PLAIN_RTF = struct.pack("<IIII", 26, 14, 0x414C454D, 0) + b"{\\rtf1 Zo\\'e9}"


def fixed(header: int, values: Mapping[int, int] = NO_VALUES) -> bytes:
    return bytes(header) + b"".join(
        struct.pack("<HHIQ", 0x0040, number, 6, value) for number, value in values.items()
    )


def texts(values: Mapping[str, str]) -> dict[str, bytes]:
    return {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in values.items()}


def message(
    values: Mapping[str, str] = HEADERS, streams: Tree = NOTHING, *, header: int = 32
) -> dict[str, bytes | Tree]:
    own = fixed(header, {0x0039: SENT})
    return {"__properties_version1.0": own, **texts(values), **streams}


def attached(number: int, content: Tree | bytes, **values: str) -> dict[str, Tree]:
    kind = "0102" if isinstance(content, bytes) else "000D"
    tags = {"name": "3707", "type": "370E"}
    return {
        f"__attach_version1.0_#{number:08X}": {
            "__properties_version1.0": fixed(8),
            f"__substg1.0_3701{kind}": content,
            **texts({tags[key]: value for key, value in values.items()}),
        }
    }


def read(folder: Path, data: bytes, name: str = "message.msg") -> Document:
    (folder / name).write_bytes(data)
    (document,) = documents([folder / name])
    return document


def test_message_gives_headers_and_body(tmp_path: Path) -> None:
    document = read(tmp_path, ole_file(message({**HEADERS, "1000": "Bonjour Zoé\r\nA. F."})))
    assert (document.id, document.subject) == ("m1@hopital.example", "Résultats de Zoé")
    assert document.sender == '"Alix Fictif" <alix@hopital.example>'
    assert document.date is not None
    assert document.date.year == 2025
    assert [(part.kind, part.text) for part in document.parts] == [
        (PartKind.BODY, "Bonjour Zoé\nA. F.")
    ]


def test_id_is_the_file_stem_when_there_is_no_message_id(tmp_path: Path) -> None:
    assert read(tmp_path, ole_file(message({"0037": "Sujet"}))).id == "message"


@pytest.mark.parametrize(
    ("streams", "text"),
    [
        ({"__substg1.0_1000001E": "Zoé, née".encode("cp1252")}, "Zoé, née"),
        ({"__substg1.0_10130102": "<p>Zoé <b>Fictive</b>".encode()}, "Zoé Fictive"),
        ({"__substg1.0_1013001F": "<p>Zoé".encode("utf-16-le")}, "Zoé"),
        ({"__substg1.0_10090102": PLAIN_RTF}, "Zoé"),
        ({"__substg1.0_10090102": b"", "__substg1.0_1000001E": b"texte"}, "texte"),
    ],
)  # fmt: skip
def test_body_is_read_in_whichever_form_it_is_kept(
    tmp_path: Path, streams: Tree, text: str
) -> None:
    document = read(tmp_path, ole_file(message(streams=streams)))
    assert [part.text.strip() for part in document.parts] == [text]


def test_attachments_are_read_with_their_names(tmp_path: Path, docx: bytes) -> None:
    parts = {**attached(0, docx, name="cr.docx"), **attached(1, b"a;b\nc;d\n", name="t.csv")}
    document = read(tmp_path, ole_file(message({"1000": "Voir"}, parts)))
    assert [part.name for part in document.parts] == ["", "cr.docx", "t.csv"]
    assert "Zoé Fictive" in document.parts[1].text
    assert list(document.parts[2].tables[0].rows()) == [("a", "b"), ("c", "d")]


def test_signed_mail_kept_as_attachment_is_read_as_mail(tmp_path: Path) -> None:
    mail = b"Content-Type: multipart/signed; boundary=b\n\n--b\n\nZoe Fictive\n--b--\n"
    parts = attached(0, mail, name="smime.p7m", type="multipart/signed")
    document = read(tmp_path, ole_file(message(streams=parts)))
    assert any("Zoe Fictive" in part.text for part in document.parts)


def nested(levels: int) -> dict[str, bytes | Tree]:
    tree = message({"0037": "Fond", "1000": "au fond"}, header=24)
    for level in range(levels):
        outer = {"0037": f"Niveau {level}"}
        tree = message(outer, attached(0, tree, name="inclus"), header=24)
    return tree


def test_messages_inside_are_read_to_a_depth(tmp_path: Path) -> None:
    document = read(tmp_path, ole_file(nested(3)))
    assert any(part.text.strip() == "au fond" for part in document.parts)
    assert read(tmp_path, ole_file(nested(30))).error == "too-deep"


def test_message_is_read_when_it_is_attached_to_another_file() -> None:
    box = Sandbox()
    try:
        parts = box.parts("a.msg", "application/vnd.ms-outlook", ole_file(message({"1000": "Zoé"})))
        assert [part.kind for part in parts] == [PartKind.MESSAGE, PartKind.MESSAGE]
        assert parts[1].text == "Zoé"
    finally:
        box.close()


def test_attachment_without_content_is_unread_and_not_empty(tmp_path: Path) -> None:
    parts = {"__attach_version1.0_#00000000": texts({"3707": "lien.pdf"})}
    document = read(tmp_path, ole_file(message(streams=parts)))
    assert [part.error for part in document.parts if part.name] == ["unsupported-format"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (ole_file({"WordDocument": b"x"}), "unsupported-format"),
        (ole_file({"EncryptedPackage": b"x"}), "password-protected"),
        (ole_file(message())[:-512], "corrupt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "unsupported-format"),
        (ole_file({"sous": message()}), "unsupported-format"),
    ],
)
def test_file_is_refused_by_name_when_it_is_no_message(
    tmp_path: Path, data: bytes, error: str
) -> None:
    assert read(tmp_path, data).error == error


def test_mail_in_a_file_called_msg_is_read_as_mail(tmp_path: Path) -> None:
    mail = b"From: a@hopital.example\nSubject: Bonjour\n\nTexte\n"
    assert read(tmp_path, mail).subject == "Bonjour"


def test_header_lines_cannot_be_smuggled_in() -> None:
    mail = as_mail(ole_file(message({"0037": "a\r\nX-Faux: b", "1000": "c"})), Account())
    assert b"\nX-Faux" not in mail


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_messages_are_refused_by_name_only(data: st.DataObject) -> None:
    raw = bytearray(ole_file(message(streams=attached(0, b"x" * 5000, name="a.txt"))))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    reason = "none"
    try:
        as_mail(bytes(raw), Account())
    except PostsError as error:
        reason = error.reason
    assert reason in {"none", "corrupt", "unsupported-format", "too-deep", "bomb"}


def test_compressed_rtf_is_unpacked_as_in_the_specification() -> None:
    packed = bytes.fromhex(  # the first example of MS-OXRTFCP
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af3"
        "2068656c090020627705b06c647d0a800fa0"
    )
    assert lzfu.unpacked(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_compressed_rtf_repeats_what_it_is_writing() -> None:
    packed = bytes.fromhex(  # the second example of MS-OXRTFCP
        "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"
    )
    assert lzfu.unpacked(packed) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@given(st.binary(max_size=300))
def test_compressed_rtf_of_any_bytes_is_bounded(data: bytes) -> None:
    head = struct.pack("<IIII", 0, 2**32 - 1, 0x75465A4C, 0)
    assert len(lzfu.unpacked(head + data)) <= 9 * len(data)


@needs(REAL)
def test_real_messages_are_read() -> None:
    read_ = list(documents(sorted(REAL.glob("*.msg"))))
    assert len(read_) >= 4
    assert all(document.error is None and document.subject for document in read_)
    assert all(document.parts[0].text.strip() for document in read_)
