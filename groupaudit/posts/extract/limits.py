"""How much one attachment may cost, and the running account of what it has cost.

The process's own limits (memory, processor, files) are set by ``worker``; these are the ones that
need counting: bytes unpacked, files, depth, ratio.
"""

from __future__ import annotations

from dataclasses import dataclass

from groupaudit.errors import PostsError

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_TEXT_CHARS = 32 * 1024 * 1024
MAX_FILES = 2000
MAX_DEPTH = 5
#: What LZMA may remember of its past: twice what ``xz -9`` takes.
MAX_DICTIONARY_BYTES = 128 * 1024 * 1024
# Office files reach 50 with long runs of the same markup; decompression bombs 1,000 and more.
MAX_RATIO = 200
# Pixels of a page on which words are recognised: A4 at 250 dpi. Larger ones are made smaller.
READ_PIXELS = 6_000_000
_ALWAYS_ALLOWED = 8 * 1024 * 1024


def check_ratio(unpacked: int, compressed: int) -> None:
    """Raise PostsError(``bomb``) when so few bytes have made so many."""
    if unpacked > max(_ALWAYS_ALLOWED, compressed * MAX_RATIO):
        raise PostsError("An archive unpacks to far more than its size", reason="bomb")


@dataclass(slots=True)
class Account:
    """What is left to spend on one attachment and everything nested in it."""

    unpacked: int = MAX_UNPACKED_BYTES
    text: int = MAX_TEXT_CHARS
    files: int = MAX_FILES

    def unpack(self, size: int) -> None:
        """Pay for ``size`` more bytes. Raises PostsError(``bomb``)."""
        self.unpacked -= size
        if self.unpacked < 0:
            raise PostsError("An archive unpacks to more than the limit", reason="bomb")

    def open_file(self) -> None:
        """Pay for one nested file. Raises PostsError(``bomb``)."""
        self.files -= 1
        if self.files < 0:
            raise PostsError(f"An archive holds more than {MAX_FILES} files", reason="bomb")

    def write(self, chars: int) -> bool:
        """Pay for so much text; False when it does not fit any more."""
        self.text -= chars
        return self.text >= 0
