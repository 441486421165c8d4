r"""Mailbox files: where each message begins and ends, in one pass and bounded memory.

Reads mboxo, mboxrd, and files whose ``From `` lines carry any form of date (Takeout puts the zone
before the year). It never loses bytes: what stands before the first ``From `` line, or after a line
that only looks like one, belongs to some message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

CHUNK_BYTES = 1024 * 1024
MAX_ENTRY_BYTES = 100 * 1024 * 1024

# How far a "From " line and the header line after it may reach.
_LOOK_AHEAD = 2048
_HEAD_BYTES = 256 * 1024

_DATED = re.compile(rb"From [^\n]{0,500}?(?:\d\d?:\d\d|\b(?:19|20)\d\d\b)")
_THEN_HEADER = re.compile(rb"From [^\n]{0,1000}\n(?:>?[!-9;-~]{1,120}:|>From )")
_THEN_BLANK = re.compile(rb"From [^\n]{0,1000}\n\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_FROM = re.compile(rb"^>*From ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a mailbox file, its ``From `` line included.

    ``offset`` and ``length`` are bytes in the file. When ``whole`` is False the message was larger
    than the limit and ``data`` holds only its head.
    """

    offset: int
    length: int
    data: bytes = field(repr=False)
    whole: bool = True


def entries(stream: BinaryIO, *, max_bytes: int = MAX_ENTRY_BYTES) -> Iterator[Entry]:
    """The messages of a mailbox in the order of the file; blank stretches are none.

    Holds one message and one chunk in memory. Raises OSError as ``stream`` does.
    """
    pending = bytearray()  # grows in place: a message of many chunks is not copied for each
    offset, dropped, searched, ended = 0, 0, 0, False
    while not ended:
        block = stream.read(CHUNK_BYTES)
        ended = not block
        pending += block
        start = 0
        while (end := _boundary(pending, max(start, searched), ended=ended)) > 0:
            yield from _entry(offset, dropped, bytes(memoryview(pending)[start:end]))
            offset += dropped + end - start
            start, dropped, searched = end, 0, end
        del pending[:start]
        searched = max(0, len(pending) - _LOOK_AHEAD)
        if len(pending) > max_bytes:
            dropped += len(pending) - _HEAD_BYTES - _LOOK_AHEAD
            del pending[_HEAD_BYTES:-_LOOK_AHEAD]
            searched = _HEAD_BYTES
    yield from _entry(offset, dropped, bytes(pending))


def _entry(offset: int, dropped: int, data: bytes) -> Iterator[Entry]:
    if dropped:
        yield Entry(offset, dropped + len(data), data[:_HEAD_BYTES], whole=False)
    elif data and not data.isspace():
        yield Entry(offset, len(data), data)


def _boundary(data: bytearray, start: int, *, ended: bool) -> int:
    """Where the next message begins after ``start``; -1 if that cannot be told yet, or never."""
    while (newline := data.find(b"\nFrom ", start)) >= 0:
        place = newline + 1
        if not ended and place + _LOOK_AHEAD > len(data):
            return -1
        if _is_separator(data, place):
            return place
        start = place
    return -1


def _is_separator(data: bytes | bytearray, place: int) -> bool:
    """Whether the ``From `` line at ``place`` begins a message rather than a sentence.

    Two signs out of three: it has a date, the line before is blank, a header line comes after.
    Bodies are full of sentences that begin with "From", and old writers did not quote them.
    """
    after_blank = data[max(0, place - 3) : place].replace(b"\r", b"").endswith(b"\n\n")
    dated = _DATED.match(data, place) is not None
    if _THEN_HEADER.match(data, place):
        return dated or after_blank
    return dated and after_blank and _THEN_BLANK.match(data, place) is not None


def message(data: bytes) -> bytes:
    """The message in the bytes of an entry: without its ``From `` line, mboxrd quoting undone."""
    return bytes(view(data))


def view(data: bytes) -> memoryview:
    """The same as ``message`` without a copy, unless something was quoted."""
    start = 0
    if data.startswith(b"From "):
        start = data.find(b"\n") + 1 or len(data)
    if b">From" in data:  # found sooner than with the space, at which the search would stop often
        return memoryview(_QUOTED_FROM.sub(rb"\1", data[start:]))
    return memoryview(data)[start:]


def entry_of(message: bytes) -> bytes:
    """The entry of a mailbox that ``message`` gives back: a ``From `` line, quoted as mboxrd."""
    quoted = _FROM.sub(rb">\g<0>", message) if b"From " in message else message
    return b"From - Thu Jan  1 00:00:00 1970\n" + quoted + b"\n\n"


def looks_like_mbox(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a mailbox."""
    head = head.lstrip()
    return head.startswith(b"From ") and _is_separator(b"\n\n" + head, 2)
