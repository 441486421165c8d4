"""``winmail.dat``: built by hand after MS-OXTNEF, since no mail of anybody may stand here."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaudit.errors import PostsError
from groupaudit.posts.extract import kinds, tnef
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.sandbox import Sandbox
from groupaudit.posts.mime import document
from groupaudit.posts.reading import Reading

HEAD = kinds.TNEF + b"\x01\x00"


def attribute(kind: int, value: bytes, level: int = 1) -> bytes:
    return (
        struct.pack("<BII", level, kind, len(value))
        + value
        + struct.pack("<H", sum(value) & 0xFFFF)
    )


def padded(value: bytes) -> bytes:
    return value + b"\0" * (-len(value) % 4)


def variable(form: int, number: int, value: bytes) -> bytes:
    return struct.pack("<HHII", form, number, 1, len(value)) + padded(value)


def properties(*rows: bytes) -> bytes:
    return struct.pack("<I", len(rows)) + b"".join(rows)


LONG_NAME = variable(0x1F, 0x3707, "Résultats Zoé Fictive.txt\0".encode("utf-16-le"))
NUMBER = struct.pack("<HHI", 3, 0x0E07, 1)
SHORT = struct.pack("<HHI", 2, 0x0E08, 7)
NAMED = struct.pack("<HH16sIII", 3, 0x8001, b"g" * 16, 0, 5, 9)
NAMED_BY_STRING = (
    struct.pack("<HH16sII", 3, 0x8002, b"g" * 16, 1, 6) + padded(b"a\0b\0\0\0") + b"\1\0\0\0"
)
MANY = (
    struct.pack("<HHI", 0x101E, 0x5000, 2)
    + struct.pack("<I", 2)
    + padded(b"a\0")
    + struct.pack("<I", 1)
    + padded(b"\0")
)

WHOLE = (
    HEAD
    + attribute(0x00069007, struct.pack("<II", 1252, 0))
    + attribute(0x00018004, b"Compte rendu\0")
    + attribute(
        0x00069003,
        properties(
            NUMBER, SHORT, NAMED, NAMED_BY_STRING, MANY,
            variable(0x1E, 0x1000, "Zoé Fictive, née le 3 mars\0".encode("cp1252")),
        ),
    )
    + attribute(0x00069002, b"\0" * 14, 2)
    + attribute(0x00018010, b"RESULT~1.TXT\0", 2)
    + attribute(0x0006800F, b"Glycemie 1,2 g/l", 2)
    + attribute(0x00069005, properties(LONG_NAME), 2)
)  # fmt: skip


PLAIN_RTF = struct.pack("<IIII", 22, 10, 0x414C454D, 0) + rb"{\rtf1 mot}"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox()
    yield box
    box.close()


def test_body_and_files_are_read_when_the_stream_is_whole() -> None:
    found = tnef.read(WHOLE, Account())
    assert found.texts == ["Compte rendu", "Zoé Fictive, née le 3 mars"]
    assert [(file.name, file.data) for file in found.attachments] == [
        ("Résultats Zoé Fictive.txt", b"Glycemie 1,2 g/l")
    ]
    assert found.error is None
    assert "Fictive" not in repr(found)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (variable(0x0102, 0x1013, b"<p>un <b>mot</b></p>"), "un mot"),
        (variable(0x0102, 0x1009, PLAIN_RTF), "mot"),
    ],
)  # fmt: skip
def test_html_or_rich_body_is_read_when_there_is_no_plain_one(body: bytes, expected: str) -> None:
    found = tnef.read(HEAD + attribute(0x00069003, properties(body)), Account())
    assert [text.strip() for text in found.texts] == [expected]


def test_files_are_read_when_the_body_is_damaged() -> None:
    body = attribute(0x00069003, properties(variable(0x0102, 0x1009, b"short")))
    file = attribute(0x00069002, b"") + attribute(0x0006800F, b"texte")
    found = tnef.read(HEAD + body + file, Account())
    assert found.error == "corrupt"
    assert [each.data for each in found.attachments] == [b"texte"]


@pytest.mark.parametrize("data", [b"", HEAD + b"\1\2\3", b"PK" + WHOLE])
def test_nothing_readable_is_an_error(data: bytes) -> None:
    with pytest.raises(PostsError) as caught:
        tnef.read(data, Account())
    assert caught.value.reason == "corrupt"


def test_too_many_files_are_a_bomb() -> None:
    with pytest.raises(PostsError) as caught:
        tnef.read(HEAD + attribute(0x00069002, b"") * 3, Account(files=2))
    assert caught.value.reason == "bomb"


def test_parts_come_out_of_the_separate_process(sandbox: Sandbox) -> None:
    parts = sandbox.parts("winmail.dat", "application/ms-tnef", WHOLE)
    assert [part.error for part in parts] == [None, None]
    assert "née le 3 mars" in parts[0].text
    assert (parts[1].name, parts[1].text) == ("Résultats Zoé Fictive.txt", "Glycemie 1,2 g/l")


def test_a_message_that_carries_one_shows_its_text(sandbox: Sandbox) -> None:
    raw = b"Subject: a\nContent-Type: application/ms-tnef; name=winmail.dat\n"
    raw += b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(WHOLE)
    found = document(raw, Reading(extract=sandbox.parts))
    assert any("Zoé Fictive" in part.text for part in found.parts)


def test_a_message_attached_to_a_message_is_read(sandbox: Sandbox) -> None:
    inner = bytes.fromhex("0703020000000000c000000000000046") + WHOLE
    held = properties(variable(0x0D, 0x3701, inner))
    outer = HEAD + attribute(0x00069002, b"") + attribute(0x00069005, held)
    parts = sandbox.parts("winmail.dat", "", outer)
    assert any("Glycemie" in part.text for part in parts)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WHOLE)), st.integers(0, 255), st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(place: int, byte: int, tail: bytes) -> None:
    data = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :] + tail
    assert refusal(data) in {None, "corrupt", "bomb"}


def refusal(data: bytes) -> str | None:
    try:
        tnef.read(data, Account())
    except PostsError as error:
        return error.reason
    return None
