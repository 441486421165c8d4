"""Posts that lie on disk as mailbox files and single messages: indexed in one pass, read on demand.

Serves every route that ends in such files. Keeps references in memory, never text; a key is a hash
of the message's content, so that it stays the same wherever the file is put.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from fast_mail_parser import ParseError, parse_email_tree

from groupaudit.errors import PostsError
from groupaudit.model.post import Document
from groupaudit.model.sample import Frame, PostRef
from groupaudit.posts import headers, mbox, mime
from groupaudit.posts.reading import Reading
from groupaudit.posts.threads import Threads

_MAX_HEADER_BYTES = 256 * 1024
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file of mail: ``mailbox`` holds many messages, otherwise it is one message.

    ``name`` is what it was called in the archive it came out of; ``""`` if it came out of none.
    """

    path: Path
    mailbox: bool
    name: str = field(default="", repr=False)


class StoredPosts:
    """The posts of one group in ``files`` (implements ``ports.OpenPosts``).

    ``missing`` posts, with the reason in ``note``, are known not to be in the files.
    """

    def __init__(
        self, files: Sequence[MailFile], reading: Reading, *, missing: int = 0, note: str = ""
    ) -> None:
        self._missing = missing
        self._note = note
        self._files = tuple(files)
        self._reading = reading
        self._places = array("q")  # file number, offset, length of each post
        self._index: dict[str, int] = {}
        self._threads = Threads()
        self._frame: Frame | None = None

    def frame(self) -> Frame:
        """The posts in the order of files and of messages in them; copies are left out.

        Raises PostsError when a mailbox file cannot be read.
        """
        if self._frame is None:
            refs: list[PostRef] = []
            unread = 0
            for number, file in enumerate(self._files):
                if file.mailbox:
                    refs.extend(self._mailbox(number, file.path))
                elif (ref := self._single(number, file.path)) is not None:
                    refs.append(ref)
                else:
                    unread += 1
            notes = [self._note, f"{unread} message files could not be read" if unread else ""]
            self._frame = Frame(
                tuple(refs),
                missing=self._missing + unread,
                note="; ".join(filter(None, notes)),
            )
        return self._frame

    def read(self, ref: PostRef) -> Document:
        """The post behind ``ref``. Raises PostsError when it cannot be read any more."""
        self.frame()
        place = self._index.get(ref.key)
        if place is None:
            raise PostsError("A post of the sample is not in the archive", reason="post-gone")
        number, offset, length = self._places[3 * place : 3 * place + 3]
        file = self._files[number]
        if length > mbox.MAX_ENTRY_BYTES:
            raise PostsError("A post is larger than 100 MiB", reason="too-large")
        raw = mbox.message(_slice(file.path, offset, length))
        if _key(raw) != ref.key:
            raise PostsError(
                "A mailbox changed while it was read; run again on a file at rest",
                reason="archive-changed",
            )
        return mime.document(
            raw, self._reading, path=f"{file.path.name}#{place + 1}", fallback_id=ref.key
        )

    def _mailbox(self, number: int, path: Path) -> Iterator[PostRef]:
        try:
            with path.open("rb") as stream:
                for entry in mbox.entries(stream):
                    ref = self._reference(number, entry)
                    if ref is not None:
                        yield ref
        except OSError as error:
            raise PostsError(
                f"A mailbox cannot be read ({error.strerror}): check that its file is whole and "
                "that this account may read it",
                reason="mailbox-unreadable",
            ) from error

    def _single(self, number: int, path: Path) -> PostRef | None:
        try:
            size = path.stat().st_size
            with path.open("rb") as stream:
                data = stream.read(min(size, mbox.MAX_ENTRY_BYTES))
        except OSError:
            return None  # counted by the caller as missing
        return self._reference(number, mbox.Entry(0, size, data, whole=len(data) == size))

    def _reference(self, number: int, entry: mbox.Entry) -> PostRef | None:
        """The reference of one message, None for a copy of one already seen."""
        raw = mbox.message(entry.data)
        key = _key(raw)
        if key in self._index:
            return None
        self._index[key] = len(self._index)
        self._places.extend((number, entry.offset, entry.length))
        fields = header_fields(raw)
        return PostRef(
            key=key,
            date=headers.date_of(fields) or _from_line_date(entry.data),
            size=entry.length,
            thread=self._threads.of(fields, key),
            attachments=b"filename" in raw,
        )


def _slice(path: Path, offset: int, length: int) -> bytes:
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            return stream.read(length)
    except OSError as error:
        raise PostsError(
            f"A mailbox cannot be read ({error.strerror})", reason="mailbox-unreadable"
        ) from error


def _key(raw: bytes) -> str:
    return blake2b(raw, digest_size=12).hexdigest()


def header_fields(raw: bytes) -> headers.Headers:
    """The headers of a message; none when they cannot be parsed."""
    end = _BLANK_LINE.search(raw, 0, _MAX_HEADER_BYTES)
    try:
        head = raw[: end.start() if end else _MAX_HEADER_BYTES] + b"\n\n"
        fields: headers.Headers = parse_email_tree(head, mode="metadata").headers
    except ParseError:
        return {}  # read() will say what is wrong with it
    return fields


def _from_line_date(data: bytes) -> datetime | None:
    if not data.startswith(b"From "):
        return None
    line = data[5 : data.find(b"\n")][:200].decode("latin-1")
    return headers.parse_date(line.partition(" ")[2])
