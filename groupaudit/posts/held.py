"""A file that stays readable after its name is gone: a table out of a zip, wiped before its judge.

Holds one open file, given back when nobody refers to it any more. Reads only; keeps nothing of what
it has read.
"""

from __future__ import annotations

import io
import os
import weakref
from pathlib import Path
from typing import IO


class HeldFile:
    """An open file, over which passes run independently of each other."""

    def __init__(self, path: Path) -> None:
        self.handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self.handle)

    def open(self) -> IO[bytes]:
        """A new pass: a stream from the first byte."""
        return io.BufferedReader(_Pass(self))


class _Pass(io.RawIOBase):
    """One reading of a held file, which it keeps open by referring to it."""

    def __init__(self, file: HeldFile) -> None:
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # Buffer: 3.12
        view = memoryview(buffer)
        found = os.pread(self._file.handle, len(view), self._at)
        view[: len(found)] = found
        self._at += len(found)
        return len(found)
