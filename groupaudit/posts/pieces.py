"""Cuts what lies under paths into pieces that several processes can read, each by itself.

A piece is some files, or some messages of one mailbox. It says where they lie and holds nothing of
them: no text travels between processes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from groupaudit.model.post import Document
from groupaudit.posts import files, mbox
from groupaudit.posts.reading import Reading

#: Bytes of a piece: a fraction of a second of work, and small beside what a process needs anyway.
PIECE_BYTES = 4 * 1024 * 1024
#: Why a document was not read whose process died of it.
LOST = "crashed"


@dataclass(frozen=True, slots=True)
class Files:
    """Whole files, each with all its documents."""

    paths: tuple[Path, ...]

    def documents(self, reading: Reading) -> Iterator[Document]:
        """The documents of the files. Never raises for what they hold."""
        return files.documents(self.paths, reading)

    def halves(self) -> tuple[Piece, ...]:
        """The same in two pieces; nothing when there is only one file."""
        middle = len(self.paths) // 2
        return (Files(self.paths[:middle]), Files(self.paths[middle:])) if middle else ()

    def lost(self) -> Document:
        """What stands for a single file that no process survives."""
        return Document(self.paths[0].stem, str(self.paths[0]), error=LOST)


@dataclass(frozen=True, slots=True)
class Stretch:
    """``count`` messages of a mailbox, of which number ``first`` (from 1) starts at ``offset``."""

    path: Path
    offset: int
    first: int
    count: int

    def documents(self, reading: Reading) -> Iterator[Document]:
        """The messages. Never raises for what they hold; a file that is gone is one error."""
        try:
            with self.path.open("rb") as stream:
                stream.seek(self.offset)
                found = itertools.islice(mbox.entries(stream), self.count)
                name = self.path.stem
                yield from files.messages(found, str(self.path), name, reading, first=self.first)
        except OSError:
            yield Document(self.path.stem, str(self.path), error="unreadable-file")

    def halves(self) -> tuple[Piece, ...]:
        """The same in two pieces; nothing when there is only one message."""
        middle = self.count // 2
        if not middle:
            return ()
        with self.path.open("rb") as stream:
            stream.seek(self.offset)
            length = sum(e.length for e in itertools.islice(mbox.entries(stream), middle))
        return (
            Stretch(self.path, self.offset, self.first, middle),
            Stretch(self.path, self.offset + length, self.first + middle, self.count - middle),
        )

    def lost(self) -> Document:
        """What stands for a single message that no process survives."""
        return Document(f"{self.path.stem}-{self.first}", f"{self.path}#{self.first}", error=LOST)


Piece = Files | Stretch


def pieces(paths: Iterable[Path]) -> Iterator[Piece]:
    """All that lies under ``paths`` in the order in which ``files.documents`` reads it.

    Mailboxes are cut between messages, small files gathered. A file that cannot be opened is part
    of a piece like any other: who reads it says so.
    """
    gathered: list[Path] = []
    size = 0
    for path in itertools.chain.from_iterable(map(files.listed, paths)):
        length = _size(path)
        if length > PIECE_BYTES and files.is_mailbox(path):
            if gathered:
                yield Files(tuple(gathered))
                gathered, size = [], 0
            yield from _stretches(path)
            continue
        gathered.append(path)
        size += length
        if size >= PIECE_BYTES:
            yield Files(tuple(gathered))
            gathered, size = [], 0
    if gathered:
        yield Files(tuple(gathered))


def size_of(paths: Iterable[Path]) -> int:
    """Bytes of all files under ``paths``; what cannot be opened counts for nothing."""
    return sum(_size(file) for path in paths for file in files.listed(path))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _stretches(path: Path) -> Iterator[Stretch]:
    """The messages of a mailbox, some megabytes at a time."""
    start, first, number = 0, 1, 0
    try:
        with path.open("rb") as stream:
            for number, entry in enumerate(mbox.entries(stream), 1):
                if number == first:
                    start = entry.offset
                if entry.offset + entry.length - start >= PIECE_BYTES:
                    yield Stretch(path, start, first, number - first + 1)
                    first = number + 1
    except OSError:  # it broke off here: whoever reads one more from here says so
        number += 1
    if number >= first:
        yield Stretch(path, start, first, number - first + 1)
