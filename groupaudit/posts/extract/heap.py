"""The properties of a message that is attached to a message in a ``.pst`` file (MS-PST 2.3).

The library that opens such files hands over the bytes of the attached message's node, and not the
nodes below it: longer bodies and attachments lie there. What was out of reach is told, never taken
for absent. Runs in the separate process only; any bytes give properties or PostsError.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from groupaudit.errors import PostsError
from groupaudit.posts.extract import mapi

_HEAP, _PROPERTIES, _TREE = 0xEC, 0xBC, 0xB5
#: Content of one block of a file in Unicode (MS-PST 2.2.2.8.3.1).
_BLOCK_BYTES = 8176
_MAX_LEVELS = 4
_MAX_RECORDS = 2000
#: Set in references to what lies in a node below.
_OTHER_NODE = 0x1F
_RECORD = struct.Struct("<HHI")
_HAS_ATTACHMENTS, _BOOLEAN = 0x0E1B, 0x000B
_BODIES = (0x1000, 0x1013, 0x1009)
#: Types whose values stand in the record itself (MS-PST 2.3.3.3).
_IN_PLACE = frozenset({0x0002, 0x0003, 0x0004, 0x000A, _BOOLEAN})


class AttachedMessage:
    """A message inside a message (a ``mapi.Item``), as far as ``node`` holds it.

    Raises PostsError(``corrupt``) when ``node`` is none.
    """

    def __init__(self, node: bytes) -> None:
        self._node = node
        try:
            self._values = {tag: (kind, self._bytes(kind, reference))
                            for tag, kind, reference in self._records()}  # fmt: skip
        except struct.error as error:
            raise PostsError("An attached Outlook message is damaged", reason="corrupt") from error

    def value(self, tag: int, kind: int) -> bytes | None:
        """As ``mapi.Item`` says; None also for what is out of reach."""
        found, data = self._values.get(tag, (0, None))
        return data if found == kind else None

    def fixed(self, tag: int) -> bytes:
        """As ``mapi.Item`` says."""
        return (self._values.get(tag, (0, None))[1] or b"")[:8]

    def attachments(self) -> Iterator[mapi.Item]:
        """One that stands for all that is out of reach, if anything is."""
        lost = any(self._values.get(tag, (0, b""))[1] is None for tag in _BODIES)
        if lost or self.fixed(_HAS_ATTACHMENTS)[:1] == b"\x01":
            yield _OutOfReach()

    def message(self) -> None:
        """A message is no attachment."""

    def _bytes(self, kind: int, reference: int) -> bytes | None:
        """The value that a record refers to; None when it lies in a node below."""
        if kind in _IN_PLACE:
            return struct.pack("<I", reference)
        return None if reference & _OTHER_NODE else self._allocated(reference)

    def _records(self) -> Iterator[tuple[int, ...]]:
        """Tag, type and reference of each property."""
        _map, signature, client, root = struct.unpack_from("<HBBI", self._node)
        if (signature, client) != (_HEAP, _PROPERTIES):
            raise PostsError("An attached Outlook message is of an unknown kind", reason="corrupt")
        kind, key, value, levels, top = struct.unpack_from("<BBBBI", self._allocated(root))
        if (kind, key, value) != (_TREE, 2, 6) or levels > _MAX_LEVELS:
            raise PostsError("An attached Outlook message is damaged", reason="corrupt")
        places = [top]
        for _level in range(levels):
            branches = b"".join(map(self._allocated, places))
            places = [below for _key, below in _whole(struct.Struct("<HI"), branches)]
        yield from _whole(_RECORD, b"".join(map(self._allocated, places)))

    def _allocated(self, reference: int) -> bytes:
        """The bytes on the heap that ``reference`` names; none for 0."""
        number, block = reference >> 5 & 0x7FF, reference >> 16
        if not number:
            return b""
        start = block * _BLOCK_BYTES
        (page_map,) = struct.unpack_from("<H", self._node, start)
        begin, end = struct.unpack_from("<HH", self._node, start + page_map + 2 + 2 * number)
        return self._node[start + begin : start + end]


class _OutOfReach:
    """An attachment (a ``mapi.Item``) of which nothing can be read: it is counted as unreadable."""

    def value(self, _tag: int, _kind: int) -> None:
        """Nothing."""

    def fixed(self, _tag: int) -> bytes:
        """Nothing."""
        return b""

    def attachments(self) -> Iterator[mapi.Item]:
        """None."""
        return iter(())

    def message(self) -> None:
        """It is none."""


def _whole(record: struct.Struct, data: bytes) -> Iterator[tuple[int, ...]]:
    """The records in ``data``, what is left at its end and what is beyond reason left out."""
    data = data[: record.size * _MAX_RECORDS]
    return record.iter_unpack(data[: len(data) - len(data) % record.size])
