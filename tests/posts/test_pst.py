from __future__ import annotations

import contextlib
import importlib.util
import io
import struct
import sys
from pathlib import Path

import pst_items as made
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import CORPORA, needs

from groupaudit.errors import PostsError
from groupaudit.model.group import Group
from groupaudit.model.post import Document
from groupaudit.posts import mime, pst
from groupaudit.posts.archive import ArchivePosts
from groupaudit.posts.extract import pst as reader
from groupaudit.posts.extract.heap import AttachedMessage
from groupaudit.posts.extract.pst import Frame
from groupaudit.posts.files import documents
from groupaudit.posts.reading import Reading

REAL = CORPORA / "fixtures" / "mail" / "tika" / "testPST.pst"
GROUP = Group("urgences@hopital.example")
BARE = Reading(attachments=False)

needs_library = pytest.mark.skipif(
    importlib.util.find_spec("pypff") is None, reason="the extra pst is not installed"
)
needs_file = needs(REAL)


def frames(root: made.Folder, first: int = 0) -> list[tuple[Frame, bytes]]:
    return list(reader._frames(made.File(root), io.BytesIO(), first))


def message(subject: str, *files: made.Item, **more: made.Value) -> made.Item:
    tags = {"body": 0x1000, "transport": 0x007D, "html": 0x1013}
    extra = {tags[name]: value for name, value in more.items()}
    return made.Item({0x0037: made.text(subject), **extra}, list(files))


def read(item: made.Item) -> Document:
    _count, (kind, mail), _end = frames(made.Folder([item]))
    assert kind is Frame.MESSAGE
    return mime.document(mail, Reading())


def test_messages_of_all_folders_come_in_order_when_asked_from_any_number() -> None:
    below = made.Folder([message("c")], [made.Folder([message("d")])])
    root = made.Folder([message("a"), message("b")], [below])
    whole = frames(root)
    assert whole[0] == (Frame.COUNT, struct.pack("<Q", 4))
    assert [mime.document(mail, BARE).subject for _kind, mail in whole[1:-1]] == list("abcd")
    for first in range(5):
        assert frames(root, first)[1:] == whole[1 + first :]


def test_message_is_mail_when_it_has_headers_of_its_journey() -> None:
    transport = (
        "References: <r@h.example>\r\nList-ID: <x.googlegroups.com>\r\nMessage-ID: <m@h>\r\n"
    )
    document = read(
        message("\x01\x05Re: Zoé", transport=made.text(transport), body=made.text("Bonjour"))
    )
    assert (document.id, document.subject) == ("m@h", "Re: Zoé")
    assert document.consumer_lists == ("x@googlegroups.com",)
    assert [part.text.strip() for part in document.parts] == ["Bonjour"]


def test_html_is_read_when_it_is_kept_as_bytes() -> None:
    document = read(message("a", html=(made.BINARY, "<p>Zoé Fictive".encode())))
    assert document.parts[0].text.strip() == "Zoé Fictive"


def test_attachments_come_with_their_names() -> None:
    file = made.Item({0x3707: made.text("t.csv"), 0x3701: (made.BINARY, None)}, [], b"a;b\nc;d\n")
    document = read(message("a", file))
    assert document.parts[-1].name == "t.csv"
    assert list(document.parts[-1].tables[0].rows()) == [("a", "b"), ("c", "d")]


@pytest.mark.parametrize(
    "properties",
    [
        {0x3707: made.text("lien.pdf")},
        {0x3707: made.text("objet"), 0x3701: (made.OBJECT, b""), 0x3705: (made.NUMBER, b"\x06")},
        {0x3707: made.text("m"), 0x3701: (made.OBJECT, b""), 0x3705: (made.NUMBER, b"\x05")},
    ],
)
def test_attachment_is_unread_and_not_empty_when_nothing_reads_it(
    properties: dict[int, made.Value],
) -> None:
    document = read(message("a", made.Item(properties, [], b"\x01\x02")))
    assert [part.error for part in document.parts[1:]] == ["unsupported-format"]


def test_attached_message_is_read_and_what_is_out_of_reach_is_told() -> None:
    inner = made.node([
        (0x0037, made.WIDE, "Compte rendu".encode("utf-16-le")),
        (0x1000, made.WIDE, "Zoé Fictive".encode("utf-16-le")),
        (0x0E1B, 0x000B, 1),  # it has attachments
    ])  # fmt: skip
    properties = {0x3701: (made.OBJECT, b""), 0x3705: (made.NUMBER, b"\x05\0\0\0")}
    document = read(message("a", made.Item(properties, [], inner)))
    assert any("Compte rendu" in part.text for part in document.parts)
    assert any("Zoé Fictive" in part.text for part in document.parts)
    assert [part.error for part in document.parts if part.error] == ["unsupported-format"]


@pytest.mark.parametrize(
    ("body", "unread"),
    [(b"a\0", 0), (0x1F, 1), (0x8025, 1)],
)
def test_body_is_told_as_lost_when_it_lies_in_another_node(body: bytes | int, unread: int) -> None:
    found = AttachedMessage(made.node([(0x1000, made.WIDE, body)]))
    assert len(list(found.attachments())) == unread
    assert found.value(0x1000, made.WIDE) == (body if isinstance(body, bytes) else None)


@given(st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=8))
def test_attached_message_gives_properties_or_an_error_when_bytes_are_any(
    data: bytes, place: int, damage: bytes
) -> None:
    good = made.node([(0x0037, made.WIDE, b"a\0"), (0x1000, made.WIDE, data)])
    for node in (data, good[:place], good[:place] + damage + good[place + len(damage) :]):
        with contextlib.suppress(PostsError):
            found = AttachedMessage(node)
            found.value(0x1000, made.WIDE)
            found.fixed(0x0E1B)
            assert len(list(found.attachments())) <= 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError("unable to read"), b"corrupt"),
        (MemoryError(), b"too-large"),
        (PostsError("", reason="bomb"), b"bomb"),
    ],
)
def test_a_damaged_message_costs_itself_alone(error: Exception, reason: bytes) -> None:
    found = frames(made.Folder([message("a"), error, message("b")]))
    kinds = [Frame.COUNT, Frame.MESSAGE, Frame.UNREADABLE, Frame.MESSAGE, Frame.END]
    assert [kind for kind, _data in found] == kinds
    assert found[2][1] == reason


def test_file_is_refused_when_its_folders_nest_without_end() -> None:
    loop = made.Folder()
    loop.folders.append(loop)
    assert frames(loop) == [(Frame.REFUSED, b"corrupt")]


# --- the process and its end


def process(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> Path:
    """A file whose reader is ``code`` (``first``, ``say``) in place of the real one."""
    script = folder / "reader"
    script.write_text(
        f"#!{sys.executable}\n"
        "import os, struct, sys, time\n"
        "first = int(sys.argv[-1])\n"
        "def say(kind, data=b''):\n"
        "    os.write(1, struct.pack('<BQ', kind, len(data)) + data)\n" + code
    )
    script.chmod(0o700)
    monkeypatch.setattr(pst.sys, "executable", str(script))
    monkeypatch.setattr(pst.importlib.util, "find_spec", lambda _name: object())
    (folder / "a.pst").write_bytes(b"!BDN")
    return folder / "a.pst"


def told(path: Path, seconds: float = 40.0) -> list[tuple[bytes, str, int]]:
    return [(item.mail, item.error, item.count) for item in pst.items(path, seconds=seconds)]


COUNT_3 = "say(1, struct.pack('<Q', 3))\n"


def test_a_message_that_ends_the_process_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = COUNT_3 + (
        "for number in range(first, 3):\n"
        "    if number == 1: os.abort()\n"
        "    say(2, b'mail %d' % number)\n"
        "say(4)\n"
    )
    path = process(tmp_path, monkeypatch, code)
    assert told(path) == [(b"mail 0", "", 1), (b"", "crashed", 1), (b"mail 2", "", 1)]


def test_all_others_are_counted_when_every_message_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pst, "_MOST_CRASHES", 2)
    path = process(tmp_path, monkeypatch, "say(1, struct.pack('<Q', 9))\nos.abort()\n")
    assert told(path) == [(b"", "crashed", 1), (b"", "crashed", 1), (b"", "crashed", 7)]


def test_lines_tell_which_messages_are_lost_when_several_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pst, "_MOST_CRASHES", 1)
    code = "say(1, struct.pack('<Q', 9))\nsay(2, b'Subject: a\\n\\nBonjour')\nos.abort()\n"
    path = process(tmp_path, monkeypatch, code)
    lines = [(one.path.partition("#")[2], one.error) for one in documents([path], BARE)]
    assert lines == [("1", None), ("2", "crashed"), ("3-9", "crashed")]


def test_message_is_timed_out_when_it_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "say(1, struct.pack('<Q', 1))\nif not first: time.sleep(60)\nsay(4)\n"
    assert told(process(tmp_path, monkeypatch, code), seconds=0.5) == [(b"", "timed-out", 1)]


@pytest.mark.parametrize(
    ("code", "told_as"),
    [
        ("say(4)\n", "crashed"),
        ("time.sleep(0.6)\nsay(2, b'mail')\ntime.sleep(60)\n", "timed-out"),
    ],
)
def test_the_rest_is_counted_when_it_does_not_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, told_as: str
) -> None:
    monkeypatch.setattr(pst, "_ALWAYS_WAITED_S", 0.5)
    found = told(process(tmp_path, monkeypatch, COUNT_3 + code))
    assert found[-1][1] == told_as
    assert sum(count for _mail, _error, count in found) == 3


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("os.abort()\n", "crashed"),
        ("say(5, b'corrupt')\n", "corrupt"),
        ("say(5, b'Dossier de Zoe Fictive')\n", "corrupt"),
        ("say(77)\n", "crashed"),
        ("say(4)\n", "crashed"),
        ("say(1, b'1')\nwhile True: say(3, b'corrupt')\n", "bomb"),
        (COUNT_3 + "os.write(1, struct.pack('<BQ', 2, 1 << 40))\n", "bomb"),
        (COUNT_3 + "while True: say(2, bytes(1 << 20))\n", "bomb"),
    ],
)
def test_file_is_refused_with_a_reason_when_its_reader_says_nothing_sane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    with pytest.raises(PostsError) as caught:
        told(process(tmp_path, monkeypatch, code))
    assert caught.value.reason == reason
    assert "Zoe" not in str(caught.value)


def test_posts_that_could_not_be_read_are_missing_from_the_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = COUNT_3 + (
        "say(2, b'Subject: a\\n\\nFrom here on\\n')\n"
        "say(3, b'corrupt')\nsay(3, b'too-deep')\nsay(4)\n"
    )
    path = process(tmp_path, monkeypatch, code)
    path.rename(tmp_path / f"{GROUP.email}.pst")
    with ArchivePosts(tmp_path, BARE).open(GROUP) as posts:
        frame = posts.frame()
        (document,) = [posts.read(ref) for ref in frame.refs]
    assert document.parts[0].text.strip() == "From here on"
    assert (frame.missing, frame.note) == (
        2,
        "2 messages of Outlook mailboxes could not be read",
    )


def test_remedy_is_named_when_the_library_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pst.importlib.util, "find_spec", lambda _name: None)
    path = tmp_path / f"{GROUP.email}.pst"
    path.write_bytes(b"!BDN")
    source = ArchivePosts(tmp_path, BARE)
    with pytest.raises(PostsError, match=r"pip install 'groupaudit\[pst\]'") as caught:
        source.open(GROUP).__enter__()
    assert caught.value.reason == "needs-extra"
    assert [document.error for document in documents([path])] == ["needs-extra"]


# --- the real library


@needs_library
@pytest.mark.parametrize("data", [b"", b"!BDN", b"!BDN" + bytes(2000), b"no mailbox at all"])
def test_file_is_corrupt_when_it_is_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.pst"
    path.write_bytes(data)
    assert [document.error for document in documents([path])] == ["corrupt"]


@needs_library
@needs_file
def test_every_message_is_read_when_the_file_is_real() -> None:
    found = list(documents([REAL]))
    assert len(found) == 7
    assert all(document.date and document.subject and not document.error for document in found)
    assert found[-1].parts[-2].text.strip() == "Docx file attached."
    assert found[-1].parts[-1].error == "unsupported-format"


@needs_library
@needs_file
@pytest.mark.parametrize("suffix", [".pst", ".zip"])
def test_archive_reads_it_and_keys_stay_when_the_file_is_real(
    tmp_path: Path, zip_of, suffix: str
) -> None:
    data = REAL.read_bytes()
    packed = data if suffix == ".pst" else zip_of({"Dossier/Zoé.PST": data})
    (tmp_path / f"{GROUP.email}{suffix}").write_bytes(packed)
    keys = []
    for _time in range(2):
        with ArchivePosts(tmp_path, BARE).open(GROUP) as posts:
            refs = posts.frame().refs
            assert all(posts.read(ref).subject for ref in refs)
            keys.append([ref.key for ref in refs])
    assert len(keys[0]) == 7
    assert keys[0] == keys[1]


@needs_library
@needs_file
@pytest.mark.parametrize("damage", ["cut", "zeros", "noise"])
def test_damaged_file_gives_messages_or_reasons_and_never_an_exception(
    tmp_path: Path, damage: str
) -> None:
    data = bytearray(REAL.read_bytes())
    if damage == "cut":
        del data[len(data) // 2 :]
    for place in range(0x400, len(data), 0x3F1):
        data[place : place + 4] = b"\0\0\0\0" if damage == "zeros" else b"\xa5\x5a\xff\x13"
    path = tmp_path / "a.pst"
    path.write_bytes(data)
    found = list(documents([path]))
    assert found
    assert all(document.error or document.parts for document in found)
