"""Lines of a text of any size, decoded block by block.

Each block is UTF-8 or, where it is not, Windows-1252; where both are mixed in one block each line
is taken for what it is. Lines keep their ends; one longer than ``LONGEST`` is cut, so that memory
stays flat whatever comes. Knows no delimiter and no column.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import IO

from groupaudit.posts.extract.text import WESTERN, codec_of_sample

#: Characters of one line at most.
LONGEST = 256 * 1024
_BLOCK = 256 * 1024
#: What stands for an accented letter in UTF-8, and hardly ever side by side in Windows-1252.
_UTF8_LETTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")


def lines(stream: IO[bytes]) -> Iterator[str]:
    """The lines of ``stream``, which is read once and left open."""
    head = stream.read(_BLOCK)
    codec = codec_of_sample(head)
    if codec != "utf-8":  # a byte order mark tells
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
    """Lines of a text that a byte order mark announces; damaged characters are replaced."""
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
        if not _UTF8_LETTER.search(block):
            return block.decode("cp1252", "replace")
    return "".join(_line(line) for line in block.splitlines(keepends=True))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        # Damaged UTF-8 keeps its whole characters.
        return line.decode("utf-8" if _UTF8_LETTER.search(line) else "cp1252", WESTERN)
