"""What is kept of each stored post: where it lies, its hash, and what sampling asks, in columns.

An archive of 10 GB holds millions of posts, so none is an object here: one takes 38 to 52 bytes.
Reads nothing and keeps no text; references are made when they are asked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import overload

from groupaudit.model.sample import PostRef
from groupaudit.posts import threads
from groupaudit.posts.threads import Kin

KEY_BYTES = 12

_FEWEST_SLOTS = 1024
#: Of 32 bits. Dates are seconds since 1970: no mail is older, one after 2106 has a broken clock.
_LARGEST = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one pass over the files learns of a post. ``key`` hashes its content to KEY_BYTES."""

    key: bytes
    offset: int
    length: int
    date: datetime | None
    kin: Kin
    attachments: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post lies: number of its file, and its bytes there."""

    number: int
    file: int
    offset: int
    length: int


class Index(Sequence[PostRef]):
    """References to posts in the order in which they were added, each content once."""

    def __init__(self) -> None:
        self._keys = bytearray()
        self._slots = array("I", bytes(4 * _FEWEST_SLOTS))  # number of the post + 1; 0 is free
        self._first_of_file = array("Q")
        self._offsets = array("Q")
        self._lengths = array("I")
        self._dates = array("I")  # 0: unknown
        self._attached = bytearray()
        self._conversations = array("I")
        self._subjects = array("I")
        self._loose = array("I")  # posts whose conversation only their subject tells

    def begin_file(self) -> None:
        """What is added from now on lies in the next file."""
        self._first_of_file.append(len(self))

    def add(self, seen: Sighting) -> None:
        """Keep a post; a copy of one that is kept already is not."""
        slot = self._slot(seen.key)
        if self._slots[slot]:
            return
        if seen.kin.loose:
            self._loose.append(len(self))
        self._keys += seen.key
        self._lengths.append(min(seen.length, _LARGEST))
        self._dates.append(_seconds(seen.date))
        self._attached.append(seen.attachments)
        self._conversations.append(seen.kin.conversation)
        self._subjects.append(seen.kin.subject)
        self._offsets.append(seen.offset)
        self._slots[slot] = len(self)
        if 4 * len(self) > 3 * len(self._slots):
            self._grow()

    def join_replies(self) -> None:
        """Give replies without references the conversation of the first post with their subject.

        To be called once, after all posts were added: it forgets the subjects.
        """
        threads.join_replies(self._conversations, self._subjects, self._loose)
        self._subjects, self._loose = array("I"), array("I")

    def place(self, key: str) -> Place | None:
        """Where the post with the key of a reference lies; None when it was never added."""
        try:
            number = self._slots[self._slot(bytes.fromhex(key))] - 1
        except ValueError:
            return None
        if number < 0:
            return None
        file = bisect_right(self._first_of_file, number) - 1
        return Place(number, file, self._offsets[number], self._lengths[number])

    def __len__(self) -> int:
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> PostRef: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PostRef, ...]: ...
    def __getitem__(self, index: int | slice) -> PostRef | tuple[PostRef, ...]:
        numbers = range(len(self))[index]
        if isinstance(numbers, range):
            return tuple(self._refs(numbers))
        return next(self._refs((numbers,)))

    def _refs(self, numbers: Iterable[int]) -> Iterator[PostRef]:
        for number in numbers:
            date = self._dates[number]
            yield PostRef(
                key=self._key(number).hex(),
                date=datetime.fromtimestamp(date, UTC) if date else None,
                size=self._lengths[number],
                thread=threads.word(self._conversations[number]),
                attachments=bool(self._attached[number]),
            )

    def _key(self, number: int) -> bytes:
        return bytes(self._keys[KEY_BYTES * number : KEY_BYTES * (number + 1)])

    def _slot(self, key: bytes) -> int:
        """The slot of ``key``, or the free one where it belongs (open addressing)."""
        last = len(self._slots) - 1
        slot = int.from_bytes(key[:8], "little") & last
        while (number := self._slots[slot]) and self._key(number - 1) != key:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        """Twice the slots; the old ones go first, since the keys alone make them again."""
        slots = 2 * len(self._slots)
        self._slots = array("I")
        self._slots = array("I", bytes(4)) * slots
        for number in range(len(self)):
            self._slots[self._slot(self._key(number))] = number + 1


def _seconds(date: datetime | None) -> int:
    seconds = int(date.timestamp()) if date else 0
    return seconds if 0 < seconds <= _LARGEST else 0
