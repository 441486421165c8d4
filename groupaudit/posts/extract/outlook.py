"""Outlook's message files (``.msg``, MS-OXMSG) rewritten as mail, which ``mime`` then reads.

Runs in the separate process only. Finds the properties in the file; ``mapi`` makes mail of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import olefile

from groupaudit.errors import PostsError
from groupaudit.posts.extract import mapi
from groupaudit.posts.extract.damage import DAMAGE
from groupaudit.posts.extract.limits import Account

MAX_BYTES = 64 * 1024 * 1024

_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_#"

Path = tuple[str, ...]


def as_mail(data: bytes, account: Account) -> bytes:
    """The message as RFC 5322 mail, messages attached to it included.

    Raises PostsError(``unsupported-format``, ``corrupt``, ``too-large``, ``too-deep``, ``bomb``).
    """
    if len(data) > MAX_BYTES:
        raise PostsError("An Outlook message is larger than 64 MiB", reason="too-large")
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if not ole.exists(_PROPERTIES):
                raise PostsError(
                    "An OLE file holds messages, but is none", reason="unsupported-format"
                )
            return mapi.as_bytes(_Storage(ole, (), account))
    except DAMAGE as error:
        raise PostsError("An Outlook message is damaged", reason="corrupt") from error
    except RecursionError as error:
        raise PostsError("An Outlook message nests too deeply", reason="too-deep") from error


class _Storage:
    """A message or an attachment in the file (a ``mapi.Item``): the streams below ``path``."""

    def __init__(self, ole: olefile.OleFileIO, path: Path, account: Account) -> None:
        self._ole = ole
        self._path = path
        self._account = account
        self._fixed = self._fixed_properties()

    def value(self, tag: int, kind: int) -> bytes | None:
        path = [*self._path, f"__substg1.0_{tag:04X}{kind:04X}"]
        return self._read(path) if self._ole.exists(path) else None

    def fixed(self, tag: int) -> bytes:
        return self._fixed.get(tag, b"")

    def attachments(self) -> Iterator[_Storage]:
        depth = len(self._path)
        names = {
            entry[depth]
            for entry in self._ole.listdir(streams=True, storages=False)
            if tuple(entry[:depth]) == self._path
            and len(entry) > depth
            and entry[depth].startswith(_ATTACHMENT)
        }
        for name in sorted(names):
            self._account.open_file()
            yield _Storage(self._ole, (*self._path, name), self._account)

    def message(self) -> _Storage | None:
        inner = (*self._path, f"__substg1.0_{mapi.DATA:04X}{mapi.OBJECT:04X}")
        if not self._ole.exists([*inner, _PROPERTIES]):
            return None
        return _Storage(self._ole, inner, self._account)

    def _fixed_properties(self) -> dict[int, bytes]:
        """Values of 8 bytes by property number, from the stream of properties of fixed size."""
        path = [*self._path, _PROPERTIES]
        if not self._ole.exists(path):
            return {}
        data = self._read(path)
        # The header has 32 bytes in the outermost message, 24 in others, 8 in attachments: entries
        # are aligned to its end, which is the same counted from the end of the stream.
        return {
            int.from_bytes(data[at + 2 : at + 4], "little"): data[at + 8 : at + 16]
            for at in range(len(data) % 16, len(data), 16)
        }

    def _read(self, path: list[str]) -> bytes:
        data: bytes = self._ole.openstream(path).read()
        self._account.unpack(len(data))
        return data
