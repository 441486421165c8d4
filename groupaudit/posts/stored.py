"""Posts that lie on disk as mailbox files and single messages: indexed in one pass, read on demand.

Serves every route that ends in such files. Keeps an index in memory, never text; a key is a hash of
the message's content, so that it stays the same wherever the file is put.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from fast_mail_parser import ParseError, parse_email_tree

from groupaudit.errors import PostsError
from groupaudit.model.post import Document
from groupaudit.model.sample import Frame, PostRef
from groupaudit.posts import headers, mbox, mime
from groupaudit.posts.index import KEY_BYTES, Index, Sighting
from groupaudit.posts.reading import Reading
from groupaudit.posts.threads import kin

_MAX_HEADER_BYTES = 256 * 1024
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file of mail: ``mailbox`` holds many messages, otherwise it is one message.

    ``name`` is what it was called in the archive it came out of; ``""`` if it came out of none.
    ``unread`` messages of that archive could not be put into the file.
    """

    path: Path
    mailbox: bool
    name: str = field(default="", repr=False)
    unread: int = 0


class StoredPosts:
    """The posts of one group in ``files`` (implements ``ports.OpenPosts``).

    ``missing`` posts, with the reason in ``note``, are known not to be in the files. ``partial``:
    there may be more that nobody can count.
    """

    def __init__(
        self,
        files: Sequence[MailFile],
        reading: Reading,
        *,
        missing: int = 0,
        note: str = "",
        partial: bool = False,
    ) -> None:
        self._missing = missing
        self._note = note
        self._partial = partial
        self._files = tuple(files)
        self._reading = reading
        self._index = Index()
        self._frame: Frame | None = None

    def frame(self) -> Frame:
        """The posts in the order of files and of messages in them; copies are left out.

        Raises PostsError when a mailbox file cannot be read.
        """
        if self._frame is None:
            self._index = Index()
            unread = sum(not self._indexed(file) for file in self._files)
            lost = sum(file.unread for file in self._files)
            self._index.join_replies()
            notes = [
                self._note,
                f"{unread} message files could not be read" if unread else "",
                f"{lost} messages of Outlook mailboxes could not be read" if lost else "",
            ]
            self._frame = Frame(
                self._index,
                missing=self._missing + unread + lost,
                note="; ".join(filter(None, notes)),
                partial=self._partial,
            )
        return self._frame

    def read(self, ref: PostRef) -> Document:
        """The post behind ``ref``. Raises PostsError when it cannot be read any more."""
        self.frame()
        place = self._index.place(ref.key)
        if place is None:
            raise PostsError("A post of the sample is not in the archive", reason="post-gone")
        file = self._files[place.file]
        entry = _entry_at(file, place.offset)
        if entry is not None and not entry.whole:
            raise PostsError("A post is larger than 100 MiB", reason="too-large")
        raw = mbox.message(entry.data) if entry else b""
        if _key(raw).hex() != ref.key:
            raise PostsError(
                "A mailbox changed while it was read; run again on a file at rest",
                reason="archive-changed",
            )
        return mime.document(
            raw, self._reading, path=f"{file.path.name}#{place.number + 1}", fallback_id=ref.key
        )

    def _indexed(self, file: MailFile) -> bool:
        """Whether the posts of ``file`` are in the index now; only a single message may be left."""
        self._index.begin_file()
        if file.mailbox:
            self._add_mailbox(file.path)
            return True
        return self._add_single(file.path)

    def _add_mailbox(self, path: Path) -> None:
        try:
            with path.open("rb") as stream:
                for entry in mbox.entries(stream):
                    self._add(entry)
                    del entry  # it may be large, and the next is read before it is replaced
        except OSError as error:
            raise PostsError(
                f"A mailbox cannot be read ({error.strerror}): check that its file is whole and "
                "that this account may read it",
                reason="mailbox-unreadable",
            ) from error

    def _add_single(self, path: Path) -> bool:
        try:
            self._add(_single(path))
        except OSError:
            return False  # counted by the caller as missing
        return True

    def _add(self, entry: mbox.Entry) -> None:
        raw = mbox.view(entry.data)
        key = _key(raw)
        fields = header_fields(bytes(raw[:_MAX_HEADER_BYTES]))
        self._index.add(
            Sighting(
                key,
                entry.offset,
                date=headers.date_of(fields) or _from_line_date(entry.data),
                kin=kin(fields, key.hex()),
                attachments=b"filename" in entry.data,
            )
        )


def _single(path: Path) -> mbox.Entry:
    """The one message in a file. Raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        data = stream.read(min(size, mbox.MAX_ENTRY_BYTES))
    return mbox.Entry(0, size, data, whole=len(data) == size)


def _entry_at(file: MailFile, offset: int) -> mbox.Entry | None:
    """The message that begins at ``offset``; None when the file ends before it."""
    try:
        if not file.mailbox:
            return _single(file.path)
        with file.path.open("rb") as stream:
            stream.seek(offset)
            return next(mbox.entries(stream), None)
    except OSError as error:
        raise PostsError(
            f"A mailbox cannot be read ({error.strerror})", reason="mailbox-unreadable"
        ) from error


def _key(raw: bytes | memoryview) -> bytes:
    return blake2b(raw, digest_size=KEY_BYTES).digest()


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
