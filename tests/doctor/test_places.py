"""What the disk must allow; and that a check makes nothing that an audit should make."""

import sqlite3
from datetime import UTC, datetime

import pytest
from factories import group

from groupaudit.doctor import packages, places
from groupaudit.doctor.outcome import State
from groupaudit.history.lock import locked
from groupaudit.history.store import SqliteHistory
from groupaudit.posts.archive import ArchivePosts
from groupaudit.posts.extract.recognition import Installed
from groupaudit.posts.reading import Reading

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _files(folder):
    return sorted(str(path) for path in folder.rglob("*"))


def test_nothing_is_made_when_nothing_exists_yet(tmp_path):
    database = tmp_path / "state" / "groupaudit.sqlite3"

    states = [
        places.database(database).state,
        places.unlocked(database).state,
        places.folder("report-dir", "reports", tmp_path / "reports", "").state,
    ]

    assert states == [State.OK] * 3
    assert _files(tmp_path) == []


def test_database_is_usable_when_an_audit_made_it(tmp_path):
    database = tmp_path / "groupaudit.sqlite3"
    SqliteHistory(database, clock=lambda: NOW).close()
    before = database.read_bytes()

    found = places.database(database)

    assert (found.state, database.read_bytes()) == (State.OK, before)
    assert "0 runs" in found.found


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda path: path.write_bytes(b"no database at all, but long enough to be one" * 50), ""),
        (
            lambda path: _execute(path, "INSERT INTO migration VALUES ('0999-later', '2030')"),
            "newer",
        ),
        (lambda path: _key(path, b"short"), "32 bytes"),
    ],
    ids=["garbage", "newer", "broken-key"],
)
def test_database_fails_when_no_audit_could_use_it(tmp_path, spoil, word):
    database = tmp_path / "groupaudit.sqlite3"
    SqliteHistory(database, clock=lambda: NOW).close()
    spoil(database)

    found = places.database(database)

    assert found.state is State.FAILED
    assert word in found.remedy
    assert found.breaks


def _execute(path, statement):
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def _key(path, content):
    key = path.with_name(f"{path.name}.key")
    key.write_bytes(content)
    key.chmod(0o600)


def test_lock_is_reported_when_an_audit_holds_it(tmp_path):
    database = tmp_path / "groupaudit.sqlite3"
    with locked(tmp_path / "groupaudit.sqlite3.lock"):
        held = places.unlocked(database)
    free = places.unlocked(database)

    assert (held.state, free.state) == (State.OPTIONAL, State.OK)
    assert "process" in held.found


def test_folder_fails_when_a_file_stands_in_its_place(tmp_path):
    (tmp_path / "reports").write_text("a file")

    found = places.folder("report-dir", "reports", tmp_path / "reports", "No report.")

    assert (found.state, found.breaks) == (State.FAILED, "No report.")


def test_archive_says_which_groups_it_covers(tmp_path):
    groups = [group("urgences@h.example"), group("menus@h.example")]
    (tmp_path / "urgences@h.example.mbox").write_text("From x\n\nsecret post")

    found = places.archive(tmp_path, ArchivePosts(tmp_path, Reading()), groups)

    assert found.state is State.OK
    assert (found.covered, found.uncovered) == (("urgences@h.example",), ("menus@h.example",))
    assert "1 of 2" in found.found


@pytest.mark.parametrize(
    ("make", "state"), [(True, State.OPTIONAL), (False, State.CONFIG)], ids=["empty", "missing"]
)
def test_archive_is_a_defect_when_it_holds_nothing(tmp_path, make, state):
    folder = tmp_path / "archive"
    if make:
        folder.mkdir()

    found = places.archive(folder, ArchivePosts(folder, Reading()), [group("a@h.example")])

    assert found.state is state
    assert found.remedy


def test_libraries_are_told_when_one_is_missing(monkeypatch):
    monkeypatch.setattr(
        packages.metadata,
        "requires",
        lambda _name: [
            "rich>=13",
            "no-such-library-xyz>=1; extra == 'ocr'",
            "torch; extra == 'dev'",
        ],
    )
    optional = packages.installed()
    monkeypatch.setattr(packages.metadata, "requires", lambda _name: ["no-such-library-xyz>=1"])
    needed = packages.installed()

    assert (optional.state, needed.state) == (State.OK, State.FAILED)
    assert "no-such-library-xyz" in optional.found
    assert "torch" not in optional.found
    assert needed.remedy == "pip install no-such-library-xyz"


def test_every_declared_library_is_there():
    assert packages.installed().state is State.OK


HALF = Installed("/data", ("eng",), ("fra",))
NONE = Installed("", (), ("fra", "eng"), ("tesserocr",))


@pytest.mark.parametrize(
    ("asked", "there", "state", "told"),
    [
        (False, HALF, State.SKIPPED, "posts.ocr is false"),
        ("auto", NONE, State.SKIPPED, "apt-get install tesseract-ocr-fra tesseract-ocr-eng"),
        ("auto", HALF, State.OK, "tesseract reads eng; for more languages: apt-get install"),
        (True, HALF, State.OK, "tesseract-ocr-fra"),
        (True, Installed("/data", ("fra", "eng")), State.OK, "tesseract reads fra eng"),
        (True, NONE, State.CONFIG, "pip install 'groupaudit[ocr]'"),
    ],
)
def test_words_in_pictures_are_a_defect_only_where_they_are_asked_for(asked, there, state, told):
    found = packages.recognition(asked, there)

    assert found.state is state
    assert told in f"{found.found} {found.remedy}"
