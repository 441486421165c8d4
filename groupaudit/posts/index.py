"""What is kept of each stored post: where it lies, its hash, and what sampling asks, in columns.

An archive of 10 GB holds millions of posts, so none is an object here: one takes 34 to 37 bytes.
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
#: Share of the slots in use from which on there are more: beyond, searches become long.
_FULL = 0.75
#: Of 32 bits. Dates are seconds since 1970: no mail is older, one after 2106 has a broken clock.
_LARGEST = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one pass over the files learns of a post. ``key`` hashes its content to KEY_BYTES."""

    key: bytes
    offset: int
    date: datetime | None
    kin: Kin
    attachments: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post lies: number of its file, and where in it the post begins."""

    number: int
    file: int
    offset: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Posts of one file that begin at most 4 GB behind ``base``; ``first`` is the first's number.

    So the places of posts in a file of any size take 32 bits each.
    """

    first: int
    file: int
    base: int


class Index(Sequence[PostRef]):
    """References to posts in the order in which they were added, each content once."""

    def __init__(self) -> None:
        self._keys = bytearray()
        self._slots = array("I", bytes(4 * _FEWEST_SLOTS))  # number of the post + 1; 0 is free
        self._stretches: list[_Stretch] = []
        self._offsets = array("I")  # behind the base of the stretch
        self._dates = array("I")  # 0: unknown
        self._attached = bytearray()
        self._conversations = array("I")
        self._subjects = array("I")
        self._loose = array("I")  # posts whose conversation only their subject tells

    def begin_file(self) -> None:
        """What is added from now on lies in the next file."""
        file = self._stretches[-1].file + 1 if self._stretches else 0
        self._stretches.append(_Stretch(len(self), file, 0))

    def add(self, seen: Sighting) -> None:
        """Keep a post; a copy of one that is kept already is not."""
        slot = self._slot(seen.key)
        if self._slots[slot]:
            return
        if seen.kin.loose:
            self._loose.append(len(self))
        self._keys += seen.key
        self._dates.append(_seconds(seen.date))
        self._attached.append(seen.attachments)
        self._conversations.append(seen.kin.conversation)
        self._subjects.append(seen.kin.subject)
        self._offsets.append(self._behind_base(seen.offset))
        self._slots[slot] = len(self)
        if len(self) > _FULL * len(self._slots):
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
        stretch = self._stretches[bisect_right(self._stretches, number, key=_first) - 1]
        return Place(number, stretch.file, stretch.base + self._offsets[number])

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
                thread=threads.word(self._conversations[number]),
                attachments=bool(self._attached[number]),
            )

    def _key(self, number: int) -> bytes:
        return bytes(self._keys[KEY_BYTES * number : KEY_BYTES * (number + 1)])

    def _behind_base(self, offset: int) -> int:
        """``offset`` as it is kept; a new stretch begins where that would be too large."""
        stretch = self._stretches[-1]
        if offset - stretch.base > _LARGEST:
            stretch = _Stretch(len(self), stretch.file, offset)
            self._stretches.append(stretch)
        return offset - stretch.base

    def _slot(self, key: bytes) -> int:
        """The slot of ``key``, or the free one where it belongs (open addressing)."""
        count = len(self._slots)
        slot = int.from_bytes(key[:8], "little") % count
        while (number := self._slots[slot]) and self._key(number - 1) != key:
            slot = (slot + 1) % count
        return slot

    def _grow(self) -> None:
        """Half as many more slots; the old ones go first: the keys alone make them again."""
        slots = len(self._slots) * 3 // 2
        self._slots = array("I")
        self._slots = array("I", bytes(4)) * slots
        for number in range(len(self)):
            self._slots[self._slot(self._key(number))] = number + 1


def _first(stretch: _Stretch) -> int:
    return stretch.first


def _seconds(date: datetime | None) -> int:
    seconds = int(date.timestamp()) if date else 0
    return seconds if 0 < seconds <= _LARGEST else 0
