"""7z files, unpacked in memory under an account of size, ratio and count.

Runs in the separate process only, and needs the extra ``7z``. What the members are is for
``dispatch`` to tell.
"""

from __future__ import annotations

import io
import lzma
import zlib

from groupaudit.errors import PostsError
from groupaudit.posts.extract.damage import DAMAGE
from groupaudit.posts.extract.limits import Account, check_ratio

try:
    import py7zr
    from py7zr.io import Py7zIO, WriterFactory
except ImportError:  # the extra is not installed: such files are counted as unreadable
    py7zr = None  # type: ignore[assignment]
    Py7zIO = WriterFactory = object  # type: ignore[assignment,misc]


def members(data: bytes, account: Account) -> list[tuple[str, bytes]]:
    """Name and bytes of each file in the 7z ``data``, in the order of names.

    Raises PostsError(``unsupported-format``) without the extra or for a method that is not known,
    ``password-protected``, ``corrupt`` or ``bomb``.
    """
    if py7zr is None:
        raise PostsError("A 7z file needs the extra groupaudit[7z]", reason="unsupported-format")
    shelf = _Shelf(account, len(data))
    try:
        with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
            if archive.needs_password():
                raise PostsError("A 7z file is encrypted", reason="password-protected")
            for info in archive.list():
                if not info.is_directory:
                    account.open_file()
            archive.extractall(factory=shelf)
    except py7zr.exceptions.PasswordRequired as error:
        raise PostsError("A 7z file is encrypted", reason="password-protected") from error
    except (py7zr.exceptions.UnsupportedCompressionMethodError, NotImplementedError) as error:
        raise PostsError("A 7z file uses an unknown method", reason="unsupported-format") from error
    except (
        py7zr.exceptions.ArchiveError,
        py7zr.exceptions.AbsolutePathError,
        lzma.LZMAError,
        zlib.error,
        AssertionError,
        RuntimeError,
        *DAMAGE,
    ) as error:
        raise PostsError("A 7z file is damaged", reason="corrupt") from error
    return sorted((name, file.data.getvalue()) for name, file in shelf.files.items())


class _File(Py7zIO):
    """One unpacked file in memory; each of its bytes is paid for before it is kept."""

    def __init__(self, shelf: _Shelf) -> None:
        self.data = io.BytesIO()
        self._shelf = shelf

    def write(self, s: bytes | bytearray) -> int:
        self._shelf.pay(len(s))
        return self.data.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self.data.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.data.seek(offset, whence)

    def flush(self) -> None:
        """Nothing is held back."""

    def size(self) -> int:
        return self.data.getbuffer().nbytes


class _Shelf(WriterFactory):
    """Where the library puts what it unpacks."""

    def __init__(self, account: Account, compressed: int) -> None:
        self.files: dict[str, _File] = {}
        self._account = account
        self._compressed = compressed
        self._unpacked = 0

    def create(self, filename: str) -> _File:
        self.files[filename] = _File(self)
        return self.files[filename]

    def pay(self, size: int) -> None:
        """Pay for ``size`` more bytes. Raises PostsError(``bomb``)."""
        self._unpacked += size
        self._account.unpack(size)
        check_ratio(self._unpacked, self._compressed)
