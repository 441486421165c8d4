"""Outlook's mailbox files (``.pst``, ``.ost``, MS-PST): the process that reads them.

``python -m groupaudit.posts.extract.pst FIRST`` reads the file on its standard input, which it
cannot open otherwise, and answers on its standard output with one frame for each message from
number FIRST on. The library (the extra ``pst``) is C code that parses a hostile file, so this
process is confined like ``worker``; ``posts.pst`` starts it and outlives it. Judges nothing, and
tells no name of a folder.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import struct
import sys
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, BinaryIO

from groupaudit.errors import PostsError
from groupaudit.posts.extract import lzfu, mapi, rtf
from groupaudit.posts.extract.confinement import allow_seconds, confine
from groupaudit.posts.extract.damage import DAMAGE
from groupaudit.posts.extract.heap import AttachedMessage
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.text import load_codecs

_SECONDS = 20
MAX_MESSAGES = 10_000_000
#: Larger posts are not read from a mailbox either (``mbox``).
MAX_MESSAGE_BYTES = 100 * 1024 * 1024
_MAX_FOLDERS = 100_000
_MAX_FOLDER_DEPTH = 64
_MAX_ATTACHMENT_BYTES = 64 * 1024 * 1024
#: How an attachment is kept (MS-OXCMSG 2.2.2.9).
_METHOD, _EMBEDDED_MESSAGE = 0x3705, b"\x05"
#: Before each frame: its kind, and how many bytes follow.
HEAD = struct.Struct("<BQ")


class Frame(IntEnum):
    """What a frame says, and what its bytes are."""

    COUNT = 1  # so many messages are in the file: a number of 8 bytes
    MESSAGE = 2  # a message, as mail
    UNREADABLE = 3  # a message that cannot be read: the reason word
    END = 4  # the file was read to its end
    REFUSED = 5  # the file cannot be read at all: the reason word


_TOO_LARGE = (Frame.UNREADABLE, b"too-large")


def main(first: int) -> None:
    """Read the file and answer; the process may end before, at any point."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints does not disturb the answers
    import pypff  # noqa: PLC0415 - the parent's import of this module must not need the extra

    _warm_up()
    confine()
    allow_seconds(_SECONDS)
    for kind, data in _frames(pypff.file(), sys.stdin.buffer, first):
        answers.write(HEAD.pack(kind, len(data)) + data)
        answers.flush()
        allow_seconds(_SECONDS)


def _frames(file: Any, stream: BinaryIO, first: int) -> Iterator[tuple[Frame, bytes]]:
    try:
        file.open_file_object(stream)
        found = _folders(file.get_root_folder(), _MAX_FOLDER_DEPTH)
        folders = list(itertools.islice(found, _MAX_FOLDERS + 1))
        counts = [folder.get_number_of_sub_messages() for folder in folders]
    except (MemoryError, *DAMAGE):
        yield Frame.REFUSED, b"corrupt"
        return
    if len(folders) > _MAX_FOLDERS or sum(counts) > MAX_MESSAGES:
        yield Frame.REFUSED, b"bomb"
        return
    yield Frame.COUNT, struct.pack("<Q", sum(counts))
    number = 0
    for folder, count in zip(folders, counts, strict=True):
        for place in range(max(0, first - number), count):
            yield _message(folder, place)
        number += count
    yield Frame.END, b""


def _folders(folder: Any, depth: int) -> Iterator[Any]:
    """``folder`` and all below it. Raises ValueError when they nest too deeply."""
    yield folder
    for place in range(folder.get_number_of_sub_folders()):
        if not depth:
            raise ValueError("Folders nest too deeply")
        yield from _folders(folder.get_sub_folder(place), depth - 1)


def _message(folder: Any, place: int) -> tuple[Frame, bytes]:
    try:
        mail = mapi.as_bytes(_Message(folder.get_sub_message(place), Account()))
        return (Frame.MESSAGE, mail) if len(mail) <= MAX_MESSAGE_BYTES else _TOO_LARGE
    except PostsError as error:
        return Frame.UNREADABLE, error.reason.encode()
    except MemoryError:
        return _TOO_LARGE
    except (RecursionError, *DAMAGE):
        return Frame.UNREADABLE, b"corrupt"


class _Properties:
    """What messages and attachments have in common: the properties of one item."""

    def __init__(self, item: Any, account: Account) -> None:
        self._item = item
        self._account = account
        self._entries: dict[int, Any] = {}
        for record_set in item.record_sets:
            for entry in record_set.entries:
                self._entries.setdefault(entry.get_entry_type(), entry)

    def value(self, tag: int, kind: int) -> bytes | None:
        entry = self._entries.get(tag)
        if entry is None or entry.get_value_type() != kind:
            return None
        data: bytes = entry.get_data() or b""
        self._account.unpack(len(data))
        return data

    def fixed(self, tag: int) -> bytes:
        entry = self._entries.get(tag)
        return (entry.get_data() or b"")[:8] if entry is not None else b""


class _Message(_Properties):
    """A message in the file (a ``mapi.Item``)."""

    def attachments(self) -> Iterator[_Attachment]:
        for place in range(self._item.get_number_of_attachments()):
            self._account.open_file()
            yield _Attachment(self._item.get_attachment(place), self._account)

    def message(self) -> None:
        """A message of the file itself is no attachment."""


class _Attachment(_Properties):
    """An attachment (a ``mapi.Item``)."""

    def value(self, tag: int, kind: int) -> bytes | None:
        if tag != mapi.DATA:
            return super().value(tag, kind)
        return self._content() if self._holds(kind) else None

    def attachments(self) -> Iterator[mapi.Item]:
        return iter(())

    def message(self) -> mapi.Item | None:
        """The library does not open messages that are attached: ``heap`` reads what it gives."""
        if not self._holds(mapi.OBJECT) or self.fixed(_METHOD)[:1] != _EMBEDDED_MESSAGE:
            return None
        node = self._content()
        try:
            return None if node is None else AttachedMessage(node)
        except PostsError:
            return None  # then it is an attachment that nothing reads

    def _holds(self, kind: int) -> bool:
        entry = self._entries.get(mapi.DATA)
        return entry is not None and entry.get_value_type() == kind

    def _content(self) -> bytes | None:
        size = self._item.get_size()
        if size > _MAX_ATTACHMENT_BYTES:
            return None  # refused later, as what stands for no file
        self._account.unpack(size)
        data: bytes = self._item.read_buffer(size) if size else b""
        return data


def _warm_up() -> None:
    """Load now what Python loads at first use: afterwards no file can be opened."""
    load_codecs()
    with contextlib.suppress(PostsError):
        rtf.text_of(lzfu.unpacked(b""))
    mapi.as_bytes(_Sample())


class _Sample:
    """A message whose making uses all that the making of any message does."""

    def value(self, tag: int, kind: int) -> bytes | None:
        return "é".encode("utf-16-le") if kind == mapi.WIDE and tag != mapi.DATA else None

    def fixed(self, tag: int) -> bytes:
        return struct.pack("<Q", 0x01DC000000000000) if tag == 0x0039 else b""

    def attachments(self) -> Iterator[_Sample]:
        return iter((_SampleFile(),))

    def message(self) -> _Sample | None:
        return None


class _SampleFile(_Sample):
    """A file attached to it."""

    def value(self, tag: int, kind: int) -> bytes | None:
        return b"a" if tag == mapi.DATA and kind == mapi.BINARY else super().value(tag, kind)


if __name__ == "__main__":
    main(int(sys.argv[1]))
