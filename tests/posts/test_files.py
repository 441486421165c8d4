from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from shared import MAIL, needs

from groupaudit.model.post import Document, Part, PartKind
from groupaudit.posts.files import PLAIN_BYTES, documents
from groupaudit.posts.reading import Reading

EML = b"From: a@hopital.example\nSubject: x\nMessage-ID: <m@h.example>\n\ncorps\n"
Zip = Callable[[Mapping[str, str | bytes]], bytes]


def read(path: Path) -> list[Document]:
    return list(documents([path]))


def all_text(document: Document) -> str:
    return " ".join(part.text for part in document.parts)


def test_every_line_is_a_document_when_jsonl(tmp_path: Path) -> None:
    lines = ['{"id": "d1", "text": "un", "subject": "s", "from": "f"}', "{broken", "",
             '{"id": "d3", "text": 3}', '{"text": "quatre"}', "[]"]  # fmt: skip
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    found = read(tmp_path / "a.jsonl")
    assert [(document.id, document.error) for document in found] == [
        ("d1", None), ("a-2", "malformed-line"), ("a-4", "malformed-line"), ("a-5", None),
        ("a-6", "malformed-line"),
    ]  # fmt: skip
    assert (found[0].subject, found[0].sender, all_text(found[0])) == ("s", "f", "un")
    assert found[1].path.endswith("a.jsonl#2")


def test_folder_is_read_in_the_order_of_names(tmp_path: Path, docx: bytes, pdf: bytes) -> None:
    (tmp_path / "sub").mkdir()
    for name, data in {
        "b.pdf": pdf, "a.docx": docx, "c.txt": "Zoé".encode("cp1252"), "d.html": b"<p>page",
        "sub/e.csv": b"nom;ipp\nFictive;42\n", "sub/f": EML, ".hidden": b"x",
        "g.bin": bytes(range(256)),
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
    found = read(tmp_path)
    assert [(document.id, document.error) for document in found] == [
        ("a", None), ("b", None), ("c", None), ("d", None), ("g", "unsupported-format"),
        ("e", None), ("m@h.example", None),
    ]  # fmt: skip
    assert list(found[5].parts[0].tables[0].rows()) == [("nom", "ipp"), ("Fictive", "42")]


def test_mailbox_is_told_by_its_content_when_named_otherwise(tmp_path: Path) -> None:
    line = b"From a@h.example Mon Mar  3 10:00:00 2025\n"
    (tmp_path / "sujets").write_bytes(line + EML + b"\n" + line + b"Subject: y\n\ndeux\n")
    found = read(tmp_path)
    assert [document.id for document in found] == ["m@h.example", "sujets-2"]
    assert found[1].path.endswith("sujets#2")


def test_zip_gives_a_document_for_each_member(tmp_path: Path, zip_of: Zip, docx: bytes) -> None:
    inner = zip_of({"t.csv": "a;b\n1;2\n"})
    data = zip_of({"d/m.eml": EML, "cr.docx": docx, "i.zip": inner, "bad.pdf": b"%PDF-1.4 x"})
    (tmp_path / "a.zip").write_bytes(data)
    found = read(tmp_path)
    assert [(document.path.partition("a.zip")[2], document.error) for document in found] == [
        ("#bad.pdf", "corrupt"), ("#cr.docx", None), ("#d/m.eml", None), ("#i.zip#t.csv", None),
    ]  # fmt: skip
    # Rows can still be read after the temporary files are gone.
    assert list(found[3].parts[0].tables[0].rows()) == [("a", "b"), ("1", "2")]


def test_zip_is_an_error_when_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 damaged")
    assert [document.error for document in read(tmp_path)] == ["corrupt-zip"]


def test_missing_file_is_a_document_with_an_error(tmp_path: Path) -> None:
    (document,) = read(tmp_path / "nothing.pdf")
    assert (document.id, document.error) == ("nothing", "unreadable-file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file_is_a_document_with_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "a.txt").chmod(0)
    assert [document.error for document in read(tmp_path)] == ["unreadable-file"]


def test_pipe_does_not_block_when_in_a_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read(tmp_path) == []


@needs(MAIL)
def test_words_of_the_reference_are_found_when_reading_the_development_set() -> None:
    lines = (MAIL / "text.jsonl").read_text("utf-8").splitlines()
    wanted = {record["id"]: record["text"] for record in map(json.loads, lines)}
    total = found = 0
    for path in sorted((MAIL / "messages").glob("*.eml")):
        (document,) = read(path)
        rows = [row for part in document.parts for table in part.tables for row in table.rows()]
        seen = f"{document.sender} {document.subject} {all_text(document)} {rows}"
        words = wanted[path.stem].partition("\n\n")[2].split()  # after From, To, Subject
        total += len(words)
        found += sum(word in seen for word in words)
        assert document.error is None
    assert found / total > 0.95  # the rest is words in pictures and separators of tables


@pytest.mark.parametrize("held", [0, 1 << 20])
def test_rows_of_a_table_in_a_zip_can_be_read_twice_after_it_is_wiped(
    held: int, tmp_path: Path, zip_of: Zip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groupaudit.posts.files.HELD_BYTES", held)
    (tmp_path / "a.zip").write_bytes(zip_of({"t.csv": "nom;ipp\n" + "Fictive;42\n" * 9000}))
    (document,) = read(tmp_path)
    table = document.parts[0].tables[0]
    one, other = table.rows(), table.rows()
    assert next(one) == next(other) == ("nom", "ipp")  # two passes at a time
    assert len(list(one)) == len(list(other)) == 9000


@pytest.mark.parametrize(
    ("line", "table"),
    [("Fictive\tZoé\t00042\tCRP\n", True), ("Bonjour, voici la suite, à demain.\n", False)],
)
def test_large_text_is_a_table_only_when_it_has_columns(
    line: str, *, table: bool, tmp_path: Path
) -> None:
    (tmp_path / "export.txt").write_text(line * 5000, encoding="cp1252")
    (document,) = read(tmp_path)
    assert bool(document.parts[0].tables) is table
    assert bool(document.parts[0].text) is not table


@pytest.mark.parametrize(
    ("data", "apart"),
    [
        (b"suivie", False),
        (b"suivie " * (PLAIN_BYTES // 7 + 1), True),
        (b"<p>suivie", True),
        (b"{\\rtf1 suivie}", True),
    ],
)
def test_only_small_plain_texts_are_read_without_a_process(
    tmp_path: Path, data: bytes, apart: bool
) -> None:
    asked = []

    def extract(name: str, content_type: str, data: bytes) -> tuple[Part, ...]:
        asked.append(name)
        return (Part(PartKind.ATTACHMENT, name, content_type, text=data.decode()),)

    name = "a.html" if data.startswith(b"<") else "a.txt"
    (tmp_path / name).write_bytes(data)
    (document,) = documents([tmp_path / name], Reading(extract=extract))
    assert "suivie" in all_text(document)
    assert bool(asked) is apart
