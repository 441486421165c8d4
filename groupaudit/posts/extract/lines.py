"""Lines of a text of any size, decoded block by block.

Each block is UTF-8 or, where it is not, Windows-1252; where both are mixed in one block each line
is taken for what it is. Lines keep their ends; one longer than ``LONGEST`` is cut, so that memory
stays flat whatever comes. Knows no delimiter and no column.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import IO

from groupaudit.posts.extract.text import WESTERN, codec_of_sample

#: Characters of one line at most.
LONGEST = 256 * 1024
_BLOCK = 256 * 1024
#: Kinds of bytes: 1 begins a letter beyond ASCII in UTF-8, 2 and 3 go on with it. In Windows-1252
#: these hardly ever stand side by side, and 3 is all that sets it apart from Latin-1.
_KINDS = bytes(
    1 if 0xC2 <= code <= 0xF4 else 2 if 0xA0 <= code < 0xC0 else 3 if 0x80 <= code < 0xA0 else 0
    for code in range(256)
)


def lines(stream: IO[bytes]) -> Iterator[str]:
    """The lines of ``stream``, which is read once and left open."""
    head = stream.read(_BLOCK)
    codec = codec_of_sample(head)
    if codec != "utf-8":  # its first bytes leave no choice
        yield from _marked(head, stream, codec)
        return
    rest = b""
    while head:
        block = rest + head
        end = block.rfind(b"\n") + 1
        if not end and len(block) < LONGEST:
            rest = block
        else:
            end = end or _last_whole(block)
            yield from io.StringIO(_decoded(block[:end]), newline="")
            rest = block[end:]
        head = stream.read(_BLOCK)
    if rest:
        yield from io.StringIO(_decoded(rest), newline="")


def _last_whole(block: bytes) -> int:
    """Where to cut a block without a line end: not inside a character, nor between CR and LF."""
    end = len(block)
    while end > len(block) - 4 and (block[end - 1] >= 0x80 or block[end - 1] == 0x0D):
        end -= 1
    return end if end > len(block) - 4 else len(block)


def _marked(head: bytes, stream: IO[bytes], codec: str) -> Iterator[str]:
    """Lines of a text in ``codec`` alone; damaged characters are replaced."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    text = decoder.decode(head)
    while head:
        end = text.rfind("\n") + 1 or (len(text) if len(text) >= LONGEST else 0)
        yield from io.StringIO(text[:end], newline="")
        head = stream.read(_BLOCK)
        text = text[end:] + decoder.decode(head, final=not head)
    yield from io.StringIO(text, newline="")


def _decoded(block: bytes) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        kinds = block.translate(_KINDS)
    if _has_letter(kinds):
        return "".join(_line(line) for line in block.splitlines(keepends=True))
    # The same where it can be, five times faster.
    return block.decode("cp1252" if b"\3" in kinds else "latin-1", "replace")


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        # Damaged UTF-8 keeps its whole characters.
        damaged = _has_letter(line.translate(_KINDS))
        return line.decode("utf-8" if damaged else "cp1252", WESTERN)


def _has_letter(kinds: bytes) -> bool:
    """Whether something stands there as letters beyond ASCII do in UTF-8."""
    return b"\1\2" in kinds or b"\1\3" in kinds
