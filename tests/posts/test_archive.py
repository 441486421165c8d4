from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from groupaudit.errors import PostsError
from groupaudit.model.group import Group
from groupaudit.model.post import Document
from groupaudit.model.sample import Frame
from groupaudit.posts import unpack
from groupaudit.posts.archive import ArchivePosts
from groupaudit.posts.reading import Reading

ADDRESS = "urgences@hopital.example"
GROUP = Group(ADDRESS)
Zip = Callable[[Mapping[str, str | bytes]], bytes]


def post(number: int, extra: str = "") -> bytes:
    return (
        f"From: a@hopital.example\nSubject: Sujet {number}\nMessage-ID: <{number}@h.example>\n"
        f"Date: Mon, 0{number} Mar 2025 10:00:00 +0100\n{extra}\nCorps {number}\n"
    ).encode()


def mailbox(*posts: bytes) -> bytes:
    return b"".join(b"From a@h.example Mon Mar  3 10:00:00 2025\n" + raw + b"\n" for raw in posts)


def contents(folder: Path, group: Group = GROUP) -> tuple[Frame, list[Document]]:
    source = ArchivePosts(folder, Reading(attachments=False))
    assert source.available(group).yes
    with source.open(group) as posts:
        frame = posts.frame()
        return frame, [posts.read(ref) for ref in frame.refs]


@pytest.mark.parametrize(
    "path",
    [
        f"{ADDRESS}.mbox",
        f"{ADDRESS}/2025.mbox",
        "Takeout/Groups/hopital.example/urgences/topics.mbox",
        "Takeout/Groupes/hopital.example/urgences/temas.mbox",
        "Groups/hopital.example/urgences/sujets.mbox",
        "takeout-20260101T000000Z-001/Takeout/Gruppen/hopital.example/urgences/Themen.mbox",
        "export/Takeout/グループ/hopital.example/urgences/トピック.mbox",
    ],
)
def test_posts_are_found_when_layout_is_known(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_bytes(mailbox(post(1), post(2)))
    frame, documents = contents(tmp_path)
    assert [document.id for document in documents] == ["1@h.example", "2@h.example"]
    assert frame.refs[0].date == datetime(2025, 3, 1, 9, tzinfo=UTC)


def test_posts_are_found_when_they_are_single_messages(tmp_path: Path) -> None:
    for number in (1, 2):
        path = tmp_path / ADDRESS / str(number) / "m.eml"
        path.parent.mkdir(parents=True)
        path.write_bytes(post(number))
    _frame, documents = contents(tmp_path)
    assert len(documents) == 2


def test_posts_are_found_when_zipped(tmp_path: Path, zip_of: Zip) -> None:
    inner = zip_of({"x.mbox": mailbox(post(1))})
    data = zip_of({"a/../../b.mbox": mailbox(post(2)), "n.zip": inner, "report.xml": "<a/>"})
    (tmp_path / f"{ADDRESS}.zip").write_bytes(data)
    _frame, documents = contents(tmp_path)
    assert sorted(document.id for document in documents) == ["1@h.example", "2@h.example"]


TAKEOUT = "Takeout/Grupos/hopital.example"


def test_posts_are_found_when_takeout_is_in_several_zips(tmp_path: Path, zip_of: Zip) -> None:
    first = {f"{TAKEOUT}/urgences/temas.mbox": mailbox(post(1)), "Takeout/index.html": "<p>"}
    other = {f"{TAKEOUT}/autre/temas.mbox": mailbox(post(9))}
    second = {f"{TAKEOUT}/Urgences/temas.mbox": mailbox(post(2))}
    (tmp_path / "takeout-001.zip").write_bytes(zip_of(first | other))
    (tmp_path / "plus").mkdir()
    (tmp_path / "plus" / "takeout-002.zip").write_bytes(zip_of(second))
    _frame, documents = contents(tmp_path)
    assert sorted(document.id for document in documents) == ["1@h.example", "2@h.example"]


@pytest.mark.parametrize(
    "path",
    [
        "urgences/hopital.example/temas.mbox",
        "hopital.example/urgences.mbox",
        "hopital.example/urgences/plus/a.mbox",
        "autre.example/urgences/temas.mbox",
        "hopital.example/urgences/members.csv",
    ],
)
def test_nothing_is_found_when_a_zip_holds_others(tmp_path: Path, zip_of: Zip, path: str) -> None:
    (tmp_path / "takeout.zip").write_bytes(zip_of({path: mailbox(post(1))}))
    found = ArchivePosts(tmp_path, Reading()).available(GROUP)
    assert (found.yes, found.reason) == (False, f"No {ADDRESS}.mbox or folder in the archive")


def test_archive_is_not_the_whole_group_when_one_of_its_zips_cannot_be_opened(
    tmp_path: Path, zip_of: Zip
) -> None:
    data = zip_of({f"{TAKEOUT}/urgences/temas.mbox": mailbox(post(1))})
    (tmp_path / "takeout-001.zip").write_bytes(data)
    (tmp_path / "takeout-002.zip").write_bytes(data[:-9])
    frame, _documents = contents(tmp_path)
    assert (len(frame.refs), frame.partial) == (1, True)
    assert frame.note == "1 zips in the archive cannot be opened and may hold more of its posts"


def test_zips_that_cannot_be_opened_are_told_when_nothing_else_is_there(tmp_path: Path) -> None:
    (tmp_path / "Durand.zip").write_bytes(b"PK no zip")
    found = ArchivePosts(tmp_path, Reading()).available(GROUP)
    assert not found.yes
    assert found.reason.startswith("1 zips in the archive cannot be opened")
    assert "Durand" not in found.reason


def test_posts_are_found_under_an_alias(tmp_path: Path) -> None:
    (tmp_path / "sau@hopital.example.mbox").write_bytes(mailbox(post(1)))
    _frame, documents = contents(tmp_path, Group(ADDRESS, aliases=("sau@hopital.example",)))
    assert len(documents) == 1


def test_copies_count_once_when_a_post_is_there_twice(tmp_path: Path) -> None:
    (tmp_path / f"{ADDRESS}.mbox").write_bytes(mailbox(post(1), post(2), post(1)))
    frame, _documents = contents(tmp_path)
    assert len(frame.refs) == 2


def test_keys_stay_the_same_when_the_file_moves(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b" / ADDRESS
    first.mkdir()
    second.mkdir(parents=True)
    (first / f"{ADDRESS}.mbox").write_bytes(mailbox(post(1), post(2)))
    (second / "x.mbox").write_bytes(mailbox(post(2), post(1)))
    before, _ = contents(first)
    after, _ = contents(tmp_path / "b")
    assert {ref.key for ref in before.refs} == {ref.key for ref in after.refs}


def test_replies_share_a_thread_with_their_root(tmp_path: Path) -> None:
    reply = post(2, "References: <1@h.example> <x@h.example>\n")
    loose = post(3).replace(b"Subject: Sujet 3", b"Subject: RE: Sujet 1")
    (tmp_path / f"{ADDRESS}.mbox").write_bytes(mailbox(post(1), reply, loose, post(4)))
    frame, _ = contents(tmp_path)
    first, second, third, fourth = (ref.thread for ref in frame.refs)
    assert first == second == third != fourth


@pytest.mark.parametrize(
    "address",
    ["../urgences@hopital.example", "a/../../x@hopital.example", "..", "x@..", "/etc/passwd@x",
     "a\0b@h.example", "x@h.example/../.."],
)  # fmt: skip
def test_nothing_outside_is_read_when_address_is_hostile(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "urgences@hopital.example.mbox").write_bytes(mailbox(post(1)))
    source = ArchivePosts(folder, Reading(attachments=False))
    assert not source.available(Group(address)).yes


def test_link_is_not_followed_when_it_leaves_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "secret.mbox").write_bytes(mailbox(post(1)))
    (folder / f"{ADDRESS}.mbox").symlink_to(tmp_path / "secret.mbox")
    assert not ArchivePosts(folder, Reading()).available(GROUP).yes


def test_read_refuses_when_the_file_changed(tmp_path: Path) -> None:
    path = tmp_path / f"{ADDRESS}.mbox"
    path.write_bytes(mailbox(post(1)))
    with ArchivePosts(tmp_path, Reading(attachments=False)).open(GROUP) as posts:
        (ref,) = posts.frame().refs
        path.write_bytes(mailbox(post(2)))
        with pytest.raises(PostsError, match="changed") as caught:
            posts.read(ref)
    assert caught.value.reason == "archive-changed"


def test_open_names_the_remedy_when_zip_is_damaged(tmp_path: Path) -> None:
    (tmp_path / f"{ADDRESS}.zip").write_bytes(b"PK\x03\x04 damaged")
    source = ArchivePosts(tmp_path, Reading())
    with pytest.raises(PostsError, match="fetch it again"), source.open(GROUP):
        pass


def test_no_file_name_is_in_a_message(tmp_path: Path, zip_of: Zip) -> None:
    folder = tmp_path / ADDRESS
    folder.mkdir()
    for data in (b"PK\x03\x04 damaged", zip_of({"a.zip": b"no zip"})):
        (folder / "Dossier Durand Paul.zip").write_bytes(data)
        with pytest.raises(PostsError) as caught, ArchivePosts(tmp_path, Reading()).open(GROUP):
            pass
        assert "Durand" not in str(caught.value)


def test_open_refuses_when_there_is_nothing(tmp_path: Path) -> None:
    source = ArchivePosts(tmp_path, Reading())
    assert "No urgences@hopital.example.mbox" in source.available(GROUP).reason
    with pytest.raises(PostsError), source.open(GROUP):
        pass


def test_open_refuses_when_a_zip_holds_no_mail(tmp_path: Path, zip_of: Zip) -> None:
    (tmp_path / f"{ADDRESS}.zip").write_bytes(zip_of({"members.csv": "a;b"}))
    with pytest.raises(PostsError) as caught, ArchivePosts(tmp_path, Reading()).open(GROUP):
        pass
    assert caught.value.reason == "not-in-archive"


def test_unpacked_files_are_private(tmp_path: Path, zip_of: Zip) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"a.mbox": mailbox(post(1))}))
    (file,) = unpack.mail_files(tmp_path / "a.zip", tmp_path / "out")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@pytest.mark.parametrize("method", METHODS)
def test_zip_is_read_whichever_method_it_uses(tmp_path: Path, method: int) -> None:
    data = mailbox(post(1), post(2)) * 3000
    with zipfile.ZipFile(tmp_path / f"{ADDRESS}.zip", "w", method) as archive:
        archive.writestr("a.mbox", data)
    frame, _documents = contents(tmp_path)
    assert len(frame.refs) == 2


@pytest.mark.parametrize("method", METHODS[1:])
def test_zip_is_a_bomb_when_it_unpacks_to_far_more(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a.mbox", b"\0" * 30_000_000)
    with pytest.raises(PostsError) as caught:
        unpack.mail_files(tmp_path / "a.zip", tmp_path / "out")
    assert caught.value.reason == "bomb"


def test_zip_is_a_bomb_when_it_asks_for_a_huge_dictionary(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.mbox", mailbox(post(1)))
    data = bytearray((tmp_path / "a.zip").read_bytes())
    size_at = 30 + len("a.mbox") + 5
    data[size_at : size_at + 4] = (1 << 30).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(PostsError) as caught:
        unpack.mail_files(tmp_path / "a.zip", tmp_path / "out")
    assert caught.value.reason == "bomb"


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize("place", [40, 45, 60, 80, 200])
def test_zip_is_damaged_when_bytes_of_a_member_are(tmp_path: Path, method: int, place: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a.mbox", mailbox(*[post(number) for number in range(1, 10)]))
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[place : place + 8] = b"\xff\x7f" * 4
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(PostsError) as caught:
        unpack.mail_files(tmp_path / "a.zip", tmp_path / "out")
    assert caught.value.reason in {"corrupt-zip", "bomb"}
