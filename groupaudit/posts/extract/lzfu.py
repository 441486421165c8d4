"""Compressed RTF as Outlook keeps it in messages (MS-OXRTFCP), unpacked.

Runs in the separate process only; output is at most nine times the input. The checksum is not
looked at: a damaged body is worth more than none.
"""

from __future__ import annotations

import struct

from groupaudit.errors import PostsError

_HEADER = struct.Struct("<IIII")  # sizes compressed and raw, kind, checksum
_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D  # "LZFu", "MELA"
_RING = 4096
# What the ring holds at first (MS-OXRTFCP 2.1.3.1).
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpacked(data: bytes) -> bytes:
    """The RTF in ``data``, as far as it is whole. Raises PostsError(``corrupt``)."""
    if len(data) < _HEADER.size:
        raise PostsError("A compressed RTF text is too short", reason="corrupt")
    _size, raw_size, kind, _checksum = _HEADER.unpack_from(data)
    body = data[_HEADER.size :]
    if kind == _PLAIN:
        return body[:raw_size]
    if kind != _COMPRESSED:
        raise PostsError("A compressed RTF text is of an unknown kind", reason="corrupt")
    return _inflated(body)[:raw_size]


def _inflated(body: bytes) -> bytes:
    # Everything that was written, the dictionary first: the ring is its last 4096 bytes.
    out = bytearray(_DICTIONARY)
    place = 0
    while place < len(body):
        flags, place = body[place], place + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += body[place : place + 1]
                place += 1
                continue
            reference = int.from_bytes(body[place : place + 2], "big")
            place += 2
            back = (len(out) - (reference >> 4)) % _RING
            if place > len(body) or back == 0:  # a reference to the writing place is the end
                return bytes(out[len(_DICTIONARY) :])
            _repeat(out, back, (reference & 0xF) + 2)
    return bytes(out[len(_DICTIONARY) :])


def _repeat(out: bytearray, back: int, length: int) -> None:
    """Append ``length`` bytes from ``back`` bytes ago; they may run into what is being written."""
    missing = back - len(out)
    if missing > 0:  # of the ring that nothing has been written to: zeros
        zeros = min(length, missing)
        out += bytes(zeros)
        length -= zeros
    for _ in range(length):
        out.append(out[-back])
