"""Writes tiny OLE files (MS-CFB version 3), enough for messages of Outlook in tests."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

Tree: TypeAlias = Mapping[str, Union[bytes, "Tree"]]

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def ole_file(tree: Tree) -> bytes:
    """An OLE file of storages (mappings) and streams (bytes)."""
    return _Writer(tree).file()


@dataclass
class _Entry:
    name: str
    kind: int
    right: int = _FREE
    child: int = _FREE
    start: int = _END
    size: int = 0

    def packed(self) -> bytes:
        wide = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16xI16xIQ",
            wide, len(wide) + 2, self.kind, 1, _FREE, self.right, self.child, 0,
            self.start, self.size,
        )  # fmt: skip


class _Writer:
    def __init__(self, tree: Tree) -> None:
        self.sectors = b""
        self.fat: list[int] = []
        self.mini = b""
        self.minifat: list[int] = []
        self.entries = [_Entry("Root Entry", _ROOT)]
        self.entries[0].child = self.children(tree)

    def children(self, tree: Tree) -> int:
        """Write the entries of one storage, each the right sibling of the one before."""
        first = _FREE
        last: _Entry | None = None
        for name, content in tree.items():
            number, entry = len(self.entries), _Entry(name, _STORAGE)
            self.entries.append(entry)
            if isinstance(content, bytes):
                entry.kind, entry.size, entry.start = _STREAM, len(content), self.stream(content)
            else:
                entry.start, entry.child = 0, self.children(content)
            if last is None:
                first = number
            else:
                last.right = number
            last = entry
        return first

    def stream(self, content: bytes) -> int:
        if len(content) >= _CUTOFF:
            return self.chain(content)
        count = -(-len(content) // _MINI)
        start = len(self.minifat)
        self.minifat += [*range(start + 1, start + count), _END][:count]
        self.mini += content.ljust(count * _MINI, b"\0")
        return start if content else _END

    def chain(self, content: bytes, fill: bytes = b"\0") -> int:
        count = max(1, -(-len(content) // _SECTOR))
        start = len(self.fat)
        self.fat += [*range(start + 1, start + count), _END]
        self.sectors += content.ljust(count * _SECTOR, fill)
        return start

    def file(self) -> bytes:
        root = self.entries[0]
        root.size, root.start = len(self.mini), self.chain(self.mini)
        minifat = struct.pack(f"<{len(self.minifat)}I", *self.minifat)
        minifat_start = self.chain(minifat, b"\xff")
        minifat_count = max(1, -(-len(minifat) // _SECTOR))
        directory_start = self.chain(b"".join(entry.packed() for entry in self.entries))
        fat_start = len(self.fat)
        count = -(-fat_start // 127)  # sectors of 128 places, which hold themselves too
        fat = [*self.fat, *[_FAT] * count]
        fat += [_FREE] * (count * 128 - len(fat))
        header = struct.pack(
            "<8s16xHHHHH6xIIIIIIIII",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
            0, count, directory_start, 0, _CUTOFF, minifat_start, minifat_count, _END, 0,
        )  # fmt: skip
        places = [fat_start + n if n < count else _FREE for n in range(109)]
        return header + struct.pack("<109I", *places) + self.sectors + struct.pack(
            f"<{len(fat)}I", *fat
        )  # fmt: skip
