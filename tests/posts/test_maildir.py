"""Maildir folders: as an archive of a group, in a zip, and as files to classify."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from groupaudit.model.group import Group
from groupaudit.posts import files
from groupaudit.posts.archive import ArchivePosts
from groupaudit.posts.reading import Reading

ADDRESS = "urgences@h.example"
MEMBERS = {
    "cur/1690000000.M1P2.host:2,S": b"From: a@h.example\nSubject: lu\n\na\n",
    "new/1690000001.M1P2.host": b"From: a@h.example\nSubject: neuf\n\nb\n",
    ".Archives/cur/1690000002.M3.host:2,": b"From: a@h.example\nSubject: rang\xc3\xa9\n\nc\n",
    "tmp/1690000003.M4.host": b"From: a@h.example\nSubject: en route\n\nd\n",
    "dovecot.index": b"\x00\x01",
    "cur/.lock": b"",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in MEMBERS.items():
        path = tmp_path / ADDRESS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def subjects(folder: Path) -> list[str]:
    with ArchivePosts(folder, Reading()).open(Group(ADDRESS)) as posts:
        return sorted(posts.read(ref).subject for ref in posts.frame().refs)


def test_delivered_messages_are_read_when_the_archive_is_a_maildir(folder: Path) -> None:
    assert subjects(folder) == ["lu", "neuf", "rangé"]


def test_delivered_messages_are_read_when_the_maildir_is_in_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / f"{ADDRESS}.zip", "w") as archive:
        for name, content in MEMBERS.items():
            archive.writestr(f"Maildir/{name}", content)
    assert subjects(tmp_path) == ["lu", "neuf", "rangé"]


def test_messages_are_classified_as_mail_when_their_names_tell_nothing(folder: Path) -> None:
    found = {each.subject for each in files.documents([folder / ADDRESS / "cur"])}
    assert "lu" in found
