"""Stand-alone files and folders to documents, for the ``classify`` command.

One document a message, a line of ``.jsonl``, or any other file; a zip's members are documents of
their own. An unreadable file is a document with an error, never an exception. Files are told by
their content where the name says nothing.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath
from typing import IO, Any

from groupaudit.errors import PostsError
from groupaudit.model.post import Document, Part, PartKind
from groupaudit.posts import maildir, mbox, mime, pst, scratch, unpack
from groupaudit.posts.extract import tables
from groupaudit.posts.extract.dispatch import Dispatch
from groupaudit.posts.extract.kinds import Kind, is_outlook, kind_of, misnamed
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.held import HeldFile
from groupaudit.posts.reading import Reading

#: Files of one document are read whole; delimited tables and mailboxes of any size stream.
MAX_FILE_BYTES = 256 * 1024 * 1024
#: Tables out of a zip that are larger stay on disk.
HELD_BYTES = 4 * 1024 * 1024
MAX_JSON_LINE = 32 * 1024 * 1024
#: Plain texts up to this size are read here, like the bodies of messages: no format is opened, and
#: a process of their own would take longer to start than they to be judged.
PLAIN_BYTES = 1024 * 1024

_EVERYTHING = Reading()
_HEAD_BYTES = 4096
_LARGE_TEXT = 64 * 1024
_MAYBE_MAIL = ("", ".txt", ".msg")
_HEADER_NAMES = (b"from:", b"to:", b"subject:", b"date:", b"received:", b"return-path:",
                 b"message-id:", b"mime-version:", b"delivered-to:", b"x-")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is shown (``label``, ``name``) and where it lies; ``depth`` zips around it."""

    path: Path
    name: str
    label: str
    depth: int = 0

    @property
    def stem(self) -> str:
        return PurePath(self.name).stem

    @property
    def suffix(self) -> str:
        return PurePath(self.name).suffix.lower()


def documents(paths: Iterable[Path], reading: Reading = _EVERYTHING) -> Iterator[Document]:
    """The documents in ``paths``; folders recursively, in the order of names.

    ``reading`` applies to the attachments of messages. Never raises for what a file holds or for a
    file that cannot be opened.
    """
    for path in paths:
        for file in listed(path):
            yield from _guarded(_File(file, file.name, str(file)), reading)


def listed(path: Path) -> Iterator[Path]:
    """The files that ``documents`` reads for ``path``, in its order."""
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in entry.relative_to(path).parts)
        # What is no regular file (a pipe, a device) could block for ever.
        if entry.is_file() and not hidden:
            yield entry


def _guarded(file: _File, reading: Reading) -> Iterator[Document]:
    try:
        yield from _read(file, reading)
    except OSError:
        yield Document(file.stem, file.label, error="unreadable-file")
    except PostsError as error:
        yield Document(file.stem, file.label, error=error.reason)


def _read(file: _File, reading: Reading) -> Iterator[Document]:
    with file.path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    kind = kind_of(file.name, "", head)
    if file.suffix == ".jsonl":
        yield from _json_lines(file)
    elif _is_mailbox(file, head):
        yield from _mailbox(file, reading)
    elif file.suffix == ".eml" or (_may_be_mail(file) and _looks_like_message(head)):
        yield mime.document(_bytes(file), reading, path=file.label, fallback_id=file.stem)
    elif head.startswith(pst.MAGIC) or file.suffix in pst.SUFFIXES:
        yield from _outlook_mailbox(file, reading)
    elif file.suffix == ".zip" and kind is Kind.ZIP:
        yield from _zip(file, reading)
    elif kind is Kind.TABLE or (kind is Kind.TEXT and _is_large_table(file)):
        yield _table(file)
    else:
        yield _whole(file, kind, reading)


def _may_be_mail(file: _File) -> bool:
    return file.suffix in _MAYBE_MAIL or (not file.depth and maildir.is_message(file.path))


def is_mailbox(path: Path) -> bool:
    """Whether the file at ``path`` is read as a mailbox; False when it cannot be opened."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError:
        return False
    return _is_mailbox(_File(path, path.name, str(path)), head)


def _is_mailbox(file: _File, head: bytes) -> bool:
    return file.suffix == ".mbox" or (file.suffix != ".jsonl" and mbox.looks_like_mbox(head))


def _whole(file: _File, kind: Kind, reading: Reading) -> Document:
    """A file of one document: an Outlook message, or whatever its content says."""
    data = _bytes(file)
    if kind is Kind.OLE and is_outlook(data):
        mail = reading.outlook(data)
        return mime.document(mail, reading, path=file.label, fallback_id=file.stem)
    plain = kind is Kind.TEXT and len(data) <= PLAIN_BYTES
    extract = Dispatch(Account()).parts if plain else reading.extract
    document = _of_parts(file, extract(file.name, "", data))
    return replace(document, error="corrupt") if misnamed(file.name, kind) else document


def _looks_like_message(head: bytes) -> bool:
    """Whether a file without a telling name begins with two mail headers at least."""
    lines = head.split(b"\n\n", 1)[0].lower().replace(b"\r", b"").split(b"\n")
    names = [line.split(b" ", 1)[0] for line in lines if not line.startswith((b" ", b"\t"))]
    return sum(name.startswith(_HEADER_NAMES) and b":" in name for name in names) >= 2


def _mailbox(file: _File, reading: Reading) -> Iterator[Document]:
    with file.path.open("rb") as stream:
        yield from messages(mbox.entries(stream), file.label, file.stem, reading)


def messages(
    entries: Iterable[mbox.Entry], label: str, stem: str, reading: Reading, *, first: int = 1
) -> Iterator[Document]:
    """The messages of a mailbox shown as ``label``, of which the first is number ``first``."""
    for number, entry in enumerate(entries, first):
        place, name = f"{label}#{number}", f"{stem}-{number}"
        if entry.whole:
            raw = mbox.message(entry.data)
            yield mime.document(raw, reading, path=place, fallback_id=name)
        else:
            yield Document(name, place, error="too-large")


def _outlook_mailbox(file: _File, reading: Reading) -> Iterator[Document]:
    number = 0
    for item in pst.items(file.path):
        number += 1
        place, name = f"{file.label}#{number}", f"{file.stem}-{number}"
        if item.error:
            number += item.count - 1
            end = f"-{number}" if item.count > 1 else ""
            yield Document(name, f"{place}{end}", error=item.error)
        else:
            yield mime.document(item.mail, reading, path=place, fallback_id=name)


def _bytes(file: _File) -> bytes:
    if file.path.stat().st_size > MAX_FILE_BYTES:
        raise PostsError(f"{file.name} is larger than 256 MiB", reason="too-large")
    return file.path.read_bytes()


def _is_large_table(file: _File) -> bool:
    """Whether a text without a telling name is an export: too large for a text, and in columns."""
    if file.path.stat().st_size < _LARGE_TEXT:
        return False
    with file.path.open("rb") as stream:
        return tables.is_export(stream.read(_LARGE_TEXT))


def _table(file: _File) -> Document:
    table = tables.delimited(_opener(file), certain=True)
    part = Part(PartKind.ATTACHMENT, file.name, "text/csv", tables=(table,) if table else ())
    return _of_parts(file, (part,))


def _opener(file: _File) -> Callable[[], IO[bytes]]:
    """What starts a pass over a file, even if it was in a zip and is wiped by then."""
    if not file.depth:
        return lambda: file.path.open("rb")
    if file.path.stat().st_size > HELD_BYTES:  # the fewer files are held open, the better
        return HeldFile(file.path).open
    data = file.path.read_bytes()
    return lambda: io.BytesIO(data)


def _of_parts(file: _File, parts: tuple[Part, ...]) -> Document:
    """A document of ``parts``, with an error when none of them could be read."""
    errors = [part.error for part in parts if part.error]
    unread = bool(errors) and len(errors) == len(parts)
    return Document(file.stem, file.label, parts=parts, error=errors[0] if unread else None)


def _zip(file: _File, reading: Reading) -> Iterator[Document]:
    if file.depth >= unpack.MAX_DEPTH:
        raise PostsError(f"{file.name} nests zips too deeply", reason="too-deep")
    with scratch.private_folder() as folder:
        for member in unpack.members(file.path, folder):
            label = f"{file.label}#{member.name}"
            name = PurePosixPath(member.name).name
            yield from _guarded(_File(member.path, name, label, file.depth + 1), reading)
            member.path.unlink()


def _json_lines(file: _File) -> Iterator[Document]:
    with file.path.open("rb") as stream:
        number = 0
        while line := stream.readline(MAX_JSON_LINE):
            number += 1
            if line.strip():
                yield _json_line(line, f"{file.stem}-{number}", f"{file.label}#{number}")


def _json_line(line: bytes, fallback_id: str, path: str) -> Document:
    try:
        record: Any = json.loads(line)
        text = record["text"]
        if not isinstance(text, str):
            return Document(fallback_id, path, error="malformed-line")
    except (ValueError, KeyError, TypeError, RecursionError):
        return Document(fallback_id, path, error="malformed-line")
    return Document(
        id=str(record.get("id", fallback_id)),
        path=path,
        sender=str(record.get("from") or ""),
        subject=str(record.get("subject") or ""),
        parts=(Part(PartKind.BODY, text=text),),
    )
