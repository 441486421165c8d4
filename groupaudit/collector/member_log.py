"""The audit log on members, from the Reports API: read once, and only where it is needed.

A run without a group that outsiders read as members never asks for it. It refuses to take a log
that was read in part for one in which nobody came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from groupaudit.collector import audit_log
from groupaudit.collector.moves import EVENTS, Move, moves
from groupaudit.errors import AuthError, CollectError
from groupaudit.google.transport import GoogleApis

#: Entries kept at most, about 60 MB; a log with more counts as not read to its end.
MOST_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class MemberLog:
    """What happened to memberships, by (group, member); each in no order.

    ``begins`` is since when Google keeps everything. ``nameless``: groups of which an entry does
    not name the member; the empty address stands for an entry that does not name the group.
    ``unread`` says of each application whose log was not read to its end why.
    """

    begins: datetime
    moves: Mapping[tuple[str, str], tuple[Move, ...]] = field(default_factory=dict, repr=False)
    nameless: frozenset[str] = frozenset()
    unread: tuple[tuple[str, str], ...] = ()

    def doubtful(self, group: str) -> bool:
        """Whether an arrival in ``group`` may be missing among ``moves``."""
        return bool(self.unread) or not self.nameless.isdisjoint({"", group})


def member_log(google: GoogleApis, now: datetime) -> MemberLog:
    """The log of the 180 days before ``now``. A part that cannot be read is told in ``unread``.

    Raises QuotaExhausted.
    """
    reading = _Reading()
    unread = []
    for log, names in EVENTS.items():
        try:
            for move in _read(google, log, names):
                reading.keep(move)
        except (AuthError, CollectError) as error:
            unread.append((log, f"{error.reason}: {error}"))
    return reading.result(audit_log.begins(now), tuple(unread))


class _Reading:
    """Moves taken so far."""

    def __init__(self) -> None:
        self._moves: dict[tuple[str, str], list[Move]] = defaultdict(list)
        self._nameless: set[str] = set()
        self._kept = 0

    def keep(self, move: Move) -> None:
        """One more ``move``. Raises CollectError when it becomes too much."""
        if self._kept >= MOST_KEPT:
            raise CollectError(
                f"It has more than {MOST_KEPT} entries on members: the rest was not read.",
                reason="too-many-entries",
            )
        self._kept += 1
        if move.group and move.member:
            self._moves[move.group, move.member].append(move)
        else:
            self._nameless.add(move.group)

    def result(self, begins: datetime, unread: tuple[tuple[str, str], ...]) -> MemberLog:
        """What was read."""
        entries = {edge: tuple(moved) for edge, moved in self._moves.items()}
        return MemberLog(begins, entries, frozenset(self._nameless), unread)


def _read(google: GoogleApis, log: str, names: Iterable[str]) -> Iterator[Move]:
    """The moves in ``log`` under each of the ``names``, each move once."""
    for name in names:
        for activity in audit_log.activities(google, log, name):
            yield from (move for move in moves(activity, log) if move.name == name)
