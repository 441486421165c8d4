"""Invented items of an Outlook mailbox as its library shows them, and nodes of attached messages.

Stands for ``pypff`` where a test needs what no file at hand has: the library cannot write.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WIDE, BINARY, OBJECT, NUMBER = 0x1F, 0x102, 0x0D, 0x03
Value = tuple[int, bytes | None]


def text(value: str) -> Value:
    return WIDE, value.encode("utf-16-le")


@dataclass
class Entry:
    tag: int
    kind: int
    data: bytes | None

    def get_entry_type(self) -> int:
        return self.tag

    def get_value_type(self) -> int:
        return self.kind

    def get_data(self) -> bytes | None:
        return self.data


@dataclass
class Set:
    entries: list[Entry]


@dataclass
class Item:
    """A message or an attachment; ``content`` is an attachment's."""

    properties: Mapping[int, Value]
    files: list[Item] = field(default_factory=list)
    content: bytes = b""

    @property
    def record_sets(self) -> list[Set]:
        return [Set([Entry(tag, *value) for tag, value in self.properties.items()])]

    def get_number_of_attachments(self) -> int:
        return len(self.files)

    def get_attachment(self, number: int) -> Item:
        return self.files[number]

    def get_size(self) -> int:
        return len(self.content)

    def read_buffer(self, size: int) -> bytes:
        return self.content[:size]


@dataclass
class Folder:
    messages: list[Item | Exception] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)

    def get_number_of_sub_messages(self) -> int:
        return len(self.messages)

    def get_sub_message(self, number: int) -> Item:
        found = self.messages[number]
        if isinstance(found, Exception):
            raise found
        return found

    def get_number_of_sub_folders(self) -> int:
        return len(self.folders)

    def get_sub_folder(self, number: int) -> Folder:
        return self.folders[number]


@dataclass
class File:
    root: Folder

    def open_file_object(self, _stream: object) -> None:
        """Nothing is in the stream."""

    def get_root_folder(self) -> Folder:
        return self.root


def node(properties: Iterable[tuple[int, int, bytes | int]]) -> bytes:
    """The node of an attached message (MS-PST 2.3): a number stands for a reference as it is."""
    heap: list[bytes] = [b"", b""]  # the tree's head and its records come first
    records = b""
    for tag, kind, value in sorted(properties):
        reference = value
        if isinstance(value, bytes):
            heap.append(value)
            reference = len(heap) << 5
        records += struct.pack("<HHI", tag, kind, reference)
    heap[0] = struct.pack("<BBBBI", 0xB5, 2, 6, 0, 2 << 5)
    heap[1] = records
    places = [12]
    for piece in heap:
        places.append(places[-1] + len(piece))
    head = struct.pack("<HBBII", places[-1], 0xEC, 0xBC, 1 << 5, 0)
    page_map = struct.pack(f"<HH{len(places)}H", len(heap), 0, *places)
    return head + b"".join(heap) + page_map
