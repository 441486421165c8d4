"""Zip, gzip, bzip2 and xz files, unpacked in memory under an account of size, ratio and count.

Runs in the separate process only. Opens members; what they are is for ``dispatch`` to tell. A
member that cannot be read costs that member, not its neighbours.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator

from groupaudit.errors import PostsError
from groupaudit.posts.extract.limits import (
    MAX_DICTIONARY_BYTES,
    MAX_UNPACKED_BYTES,
    Account,
    check_ratio,
)

ANY = re.compile("")
_CHUNK = 256 * 1024
_ENCRYPTED = 0x1
# The decoder takes some kilobytes beside the dictionary.
_XZ_MEMORY_BYTES = MAX_DICTIONARY_BYTES + 1024 * 1024
#: How ``lzma`` says that its limit is reached: it has no exception for that.
_TOO_MUCH_MEMORY = "Memory usage limit"


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The zip in ``data``. Raises PostsError(``corrupt``)."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise PostsError("A zip cannot be opened", reason="corrupt") from error


def members(
    archive: zipfile.ZipFile, account: Account, wanted: re.Pattern[str] = ANY
) -> Iterator[zipfile.ZipInfo]:
    """The files of ``archive`` that are ``wanted``, in the order of their names, each paid for."""
    for info in sorted(archive.infolist(), key=lambda info: info.filename):
        if not info.is_dir() and wanted.match(info.filename):
            account.open_file()
            yield info


def read(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    account: Account,
    most: int = MAX_UNPACKED_BYTES,
) -> bytes:
    """The bytes of a member, of which about ``most`` if it has more.

    Raises PostsError(``password-protected``, ``corrupt``, ``unsupported-format`` or ``bomb``).
    """
    if info.flag_bits & _ENCRYPTED:
        raise PostsError("A member of a zip is encrypted", reason="password-protected")
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as stream:
            while size < most and (chunk := stream.read(_CHUNK)):
                size += len(chunk)
                account.unpack(len(chunk))
                check_ratio(size, info.compress_size)
                pieces.append(chunk)
    except (NotImplementedError, RuntimeError) as error:
        raise PostsError("A zip uses an unknown method", reason="unsupported-format") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise PostsError("A member of a zip is damaged", reason="corrupt") from error
    return b"".join(pieces)


def gunzip(data: bytes, account: Account) -> tuple[bytes, bool]:
    """What a gzip file holds, all its members one after the other; whether that is all of it.

    Raises PostsError(``corrupt``) when nothing can be read, ``bomb``.
    """
    return _unpacked(_chunks_of(gzip.GzipFile(fileobj=io.BytesIO(data))), len(data), account)


def bunzip(data: bytes, account: Account) -> tuple[bytes, bool]:
    """The same of a bzip2 file."""
    return _unpacked(_chunks_of(bz2.BZ2File(io.BytesIO(data))), len(data), account)


def unxz(data: bytes, account: Account) -> tuple[bytes, bool]:
    """The same of an xz file. Raises PostsError(``too-large``) when it asks for too much memory."""
    return _unpacked(_xz_chunks(data), len(data), account)


def _chunks_of(stream: io.BufferedIOBase) -> Iterator[bytes]:
    while chunk := stream.read1(_CHUNK):  # what there is, before the damage that may follow
        yield chunk


def _xz_chunks(data: bytes) -> Iterator[bytes]:
    """As ``lzma.LZMAFile`` reads, which takes no limit for the memory of a dictionary."""
    while data:
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)
        chunk = stream.decompress(data, _CHUNK)
        while not stream.eof:
            yield chunk
            if stream.needs_input:
                raise EOFError("An xz file ends too early")
            chunk = stream.decompress(b"", _CHUNK)
        yield chunk
        data = stream.unused_data.lstrip(b"\0")  # padding between streams


def _unpacked(chunks: Iterator[bytes], compressed: int, account: Account) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            size += len(chunk)
            account.unpack(len(chunk))
            check_ratio(size, compressed)
            pieces.append(chunk)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        if _TOO_MUCH_MEMORY in str(error):
            raise PostsError("A file asks for a huge dictionary", reason="too-large") from error
        if not any(pieces):
            raise PostsError("A compressed file is damaged", reason="corrupt") from error
        return b"".join(pieces), False
    return b"".join(pieces), True
