"""Zips and Outlook mailboxes on disk, unpacked into a private folder that is wiped afterwards.

Bounded in size, count, ratio and depth; names inside a zip are never used as paths, nor in messages
(people name files after patients). A zip as an attachment is a matter for ``extract``.
"""

from __future__ import annotations

import errno
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from lzma import LZMAError
from pathlib import Path, PurePath, PurePosixPath
from typing import cast

from groupaudit.errors import PostsError
from groupaudit.posts import maildir, mbox, pst
from groupaudit.posts.extract.limits import MAX_DICTIONARY_BYTES, check_ratio
from groupaudit.posts.stored import MailFile

MAX_TOTAL_BYTES = 100 * 1024**3
MAX_ENTRIES = 200_000
MAX_DEPTH = 4
_COPY_BYTES = 1024 * 1024
_LEAST_BYTES = 4096
# What the library and its decompressors raise for damaged files.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, LZMAError, struct.error, EOFError, NotImplementedError,
    ValueError,
)  # fmt: skip
# Bzip2's decompressor gives no number to its errors; no place in a file is negative.
_NOT_THE_DISK = frozenset({None, errno.EINVAL})
# Where a member's own header says how long its name and extra field are; what follows them when it
# is in LZMA: version, size of the properties, and these, the dictionary's size last (APPNOTE 5.8).
_LENGTHS_AT = 26
_LENGTHS = struct.Struct("<HH")
_LZMA_HEAD = struct.Struct("<HHBI")
_MAIL_SUFFIXES = frozenset({".mbox", ".eml", ".zip", *pst.SUFFIXES})


#: Which files of a zip are meant, told by their names there.
Wanted = Callable[[PurePosixPath], bool]


def mail_files(path: Path, folder: Path, wanted: Wanted = lambda _name: True) -> list[MailFile]:
    """The mailboxes and messages in the zip ``path``, nested zips included, put into ``folder``.

    Of the zip itself, only those that are ``wanted``.

    Raises PostsError(``corrupt-zip``, ``password-protected``, ``bomb`` or ``too-deep``), and what
    ``outlook_mailbox`` raises.
    """
    folder.mkdir(mode=0o700)
    return list(_mail_files(_Unpacking(folder), path, MAX_DEPTH, wanted))


def outlook_mailbox(path: Path, target: Path, name: str = "") -> MailFile:
    """The messages of the ``.pst`` at ``path`` as a mailbox, the new file ``target``.

    Raises PostsError as ``pst.items`` does, and ``disk``.
    """
    unread = 0
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as sink:
            for item in pst.items(path):
                unread += item.count if item.error else 0
                sink.write(b"" if item.error else mbox.entry_of(item.mail))
    except OSError as error:
        raise PostsError(
            f"An Outlook mailbox cannot be unpacked ({error.strerror}): may this account read it, "
            "and has the disk room?",
            reason="disk",
        ) from error
    return MailFile(target, mailbox=True, name=name, unread=unread)


def _mail_files(
    unpacking: _Unpacking, path: Path, depth: int, wanted: Wanted = lambda _name: True
) -> Iterator[MailFile]:
    if depth == 0:
        raise PostsError("A zip nests zips too deeply", reason="too-deep")
    for member in unpacking.members(path, lambda name: is_mail(name) and wanted(name)):
        if member.path.suffix == ".zip":
            yield from _mail_files(unpacking, member.path, depth - 1)
            member.path.unlink()
        elif pst.is_pst(member.path):
            yield outlook_mailbox(member.path, member.path.with_suffix(".mbox"), member.name)
            member.path.unlink()
        else:
            with member.path.open("rb") as stream:
                mailbox = member.path.suffix == ".mbox" or mbox.looks_like_mbox(stream.read(4096))
            yield MailFile(member.path, mailbox=mailbox, name=member.name)


def is_mail(name: PurePath) -> bool:
    """Whether a file is a mailbox, a message, or a zip that may hold some, by its name."""
    return name.suffix.lower() in _MAIL_SUFFIXES or maildir.is_message(name)


@dataclass(frozen=True, slots=True)
class Member:
    """A file out of a zip: its name there, and where it lies now."""

    name: str
    path: Path


def members(path: Path, folder: Path) -> Iterator[Member]:
    """All files in the zip ``path``, one after the other, put into ``folder``. Nested zips stay so.

    Raises PostsError as ``mail_files`` does.
    """
    return _Unpacking(folder).members(path)


class _Unpacking:
    """One unpacking with its running totals."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bytes = 0
        self._entries = 0

    def members(self, path: Path, wanted: Wanted = lambda _name: True) -> Iterator[Member]:
        """The files of one zip that are ``wanted`` by their names."""
        try:
            with zipfile.ZipFile(path) as archive:
                for info in sorted(archive.infolist(), key=lambda info: info.filename):
                    name = PurePosixPath(info.filename)
                    if not info.is_dir() and wanted(name):
                        suffix = name.suffix.lower()
                        yield Member(info.filename, self._unpacked(archive, info, suffix))
        except _DAMAGE as error:
            raise _damaged() from error
        except RuntimeError as error:  # how zipfile says that a member is encrypted
            raise PostsError(
                "A zip is protected by a password", reason="password-protected"
            ) from error
        except OSError as error:
            if error.errno in _NOT_THE_DISK:
                raise _damaged() from error
            raise PostsError(
                f"A zip cannot be unpacked ({error.strerror}): is the disk full?",
                reason="disk",
            ) from error

    def _unpacked(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, suffix: str) -> Path:
        self._entries += 1
        plain = suffix if suffix[1:].isalnum() and len(suffix) <= 8 else ""
        target = self._folder / f"{self._entries:06d}{plain}"
        _check_dictionary(archive, info)
        # Only these two methods unpack no more than they are asked for; others whatever comes out
        # of what was read, so that little is read.
        simple = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        with cast("zipfile.ZipExtFile", archive.open(info)) as source:
            blocks = iter(partial(source.read1, _COPY_BYTES if simple else _LEAST_BYTES), b"")
            self._copy(blocks, target, info.compress_size)
        return target

    def _copy(self, blocks: Iterable[bytes], target: Path, compressed: int) -> None:
        written = 0
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as sink:
            for block in blocks:
                written += len(block)
                self._bytes += len(block)
                check_ratio(written, compressed)
                if self._bytes > MAX_TOTAL_BYTES or self._entries > MAX_ENTRIES:
                    raise PostsError("A zip holds more than it should", reason="bomb")
                sink.write(block)


def _damaged() -> PostsError:
    return PostsError(
        "A zip is damaged or of an unknown kind: fetch it again", reason="corrupt-zip"
    )


def _check_dictionary(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Raise PostsError(``bomb``) when a member in LZMA asks for more memory than is sane."""
    if info.compress_type != zipfile.ZIP_LZMA or archive.filename is None:
        return
    with Path(archive.filename).open("rb") as stream:
        stream.seek(info.header_offset + _LENGTHS_AT)
        name, extra = _LENGTHS.unpack(stream.read(_LENGTHS.size))
        stream.seek(name + extra, os.SEEK_CUR)
        *_rest, size = _LZMA_HEAD.unpack(stream.read(_LZMA_HEAD.size))
    if size > MAX_DICTIONARY_BYTES:
        raise PostsError("A zip holds more than it should", reason="bomb")
