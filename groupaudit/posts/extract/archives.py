"""Zip, gzip, bzip2 and xz files, unpacked in memory under an account of size, ratio and count.

Runs in the separate process only. Opens members; what they are is for ``dispatch`` to tell. A
member that cannot be read costs that member, not its neighbours.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator

from groupaudit.errors import PostsError
from groupaudit.posts.extract.limits import MAX_UNPACKED_BYTES, Account, check_ratio

_CHUNK = 256 * 1024
#: Memory that the dictionary of an xz file may take, bytes; ``xz -9`` asks for 64 MiB.
_XZ_MEMORY = 128 * 1024 * 1024
_ENCRYPTED = 0x1


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The zip in ``data``. Raises PostsError(``corrupt``)."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise PostsError("A zip cannot be opened", reason="corrupt") from error


def members(archive: zipfile.ZipFile, account: Account) -> Iterator[zipfile.ZipInfo]:
    """The files of ``archive`` in the order of their names, each paid for."""
    for info in sorted(archive.infolist(), key=lambda info: info.filename):
        if not info.is_dir():
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


def gunzip(data: bytes, account: Account) -> bytes:
    """What a gzip file holds (its first member). Raises PostsError(``corrupt``, ``bomb``)."""
    compressed = len(data)
    unpacker = zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    size = 0
    try:
        while data and not unpacker.eof:
            piece = unpacker.decompress(data, _CHUNK)
            data = unpacker.unconsumed_tail
            size += len(piece)
            account.unpack(len(piece))
            check_ratio(size, compressed)
            pieces.append(piece)
    except zlib.error as error:
        raise PostsError("A gzip file is damaged", reason="corrupt") from error
    return b"".join(pieces)


def bunzip(data: bytes, account: Account) -> bytes:
    """What a bzip2 file holds (its first stream). Raises PostsError(``corrupt``, ``bomb``)."""
    return _stream(data, bz2.BZ2Decompressor(), account)


def unxz(data: bytes, account: Account) -> bytes:
    """What an xz file holds (its first stream). Raises PostsError(``corrupt``, ``bomb``)."""
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    return _stream(data, unpacker, account)


def _stream(
    data: bytes, unpacker: bz2.BZ2Decompressor | lzma.LZMADecompressor, account: Account
) -> bytes:
    pieces: list[bytes] = []
    size, compressed = 0, len(data)
    try:
        while not unpacker.eof and (data or not unpacker.needs_input):
            piece = unpacker.decompress(data, _CHUNK)
            data = b""  # the unpacker holds the rest
            size += len(piece)
            account.unpack(len(piece))
            check_ratio(size, compressed)
            pieces.append(piece)
    except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise PostsError("A compressed file is damaged", reason="corrupt") from error
    if not size and not unpacker.eof:
        raise PostsError("A compressed file is cut off", reason="corrupt")
    return b"".join(pieces)
