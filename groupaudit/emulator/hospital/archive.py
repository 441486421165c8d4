"""The archive of a group as a plan: when each post arrived, in which conversation, what it holds.

The plan is cheap and knows the truth (verdict and persons of each post) before any post is written;
``correspondence`` writes one when it is read. Refuses to render.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from groupaudit.emulator.hospital.archetypes import MIXES, Archetype
from groupaudit.emulator.hospital.draw import dice, token
from groupaudit.emulator.hospital.letters import templates, verdict_of

DAYS_A_MONTH = 30.44
_LATEST_REPLY_MINUTES = 2 * 24 * 60
_STAY = 14  # so many neighbouring patients are on the ward at one time
_TURNOVER = 0.17  # new patients for each conversation
_TERSE = 0.3  # share of replies that quote nothing


@dataclass(frozen=True, slots=True)
class Opening:
    """The first post of a conversation: an entry of the phrase bank and the persons in it."""

    number: int
    date: datetime
    kind: str
    choice: int
    people: tuple[int, ...]

    @property
    def verdict(self) -> str:
        """Verdict on the opening post."""
        return verdict_of(self.kind)


@dataclass(frozen=True, slots=True)
class Planned:
    """One post. ``persons`` are those whose health it tells, by number in the group's pool."""

    id: str
    date: datetime
    thread: str
    opening: Opening
    reply: int  # 0: the opening itself, else which reply
    quotes: bool
    verdict: str
    persons: tuple[int, ...]


@lru_cache(maxsize=16)
def plan(seed: int, name: str, row: Archetype, posts: int, end: datetime) -> tuple[Planned, ...]:
    """The posts of the group called ``name``, oldest first, the last shortly before ``end``."""
    if not posts:
        return ()
    threads = max(1, round(row.threads * posts / row.posts))
    return _Planner(seed, name, row, end, dice(seed, "archive", name)).posts(threads, posts)


def size(row: Archetype, number: int, seed: int, round_number: int) -> int:
    """How many posts a group has: as its row says in the first round, smaller later on."""
    if not round_number or not row.posts:
        return row.posts
    return dice(seed, "size", number).randint(4, min(row.posts, 30))


def began(row: Archetype, end: datetime) -> datetime:
    """When the group was created: its first conversation follows within days."""
    return end - timedelta(days=row.months * DAYS_A_MONTH)


@dataclass(frozen=True, slots=True)
class _Planner:
    """Plans one archive; the order of its draws is part of its result."""

    seed: int
    name: str
    row: Archetype
    end: datetime
    rng: Random

    def posts(self, threads: int, posts: int) -> tuple[Planned, ...]:
        """So many posts in so many conversations, oldest first."""
        openings = [self._opening(number, threads) for number in range(threads)]
        everything = [self._planned(opening, 0) for opening in openings]
        answered = [0] * threads
        for _ in range(posts - threads):
            opening = self.rng.choice(openings)
            answered[opening.number] += 1
            everything.append(self._planned(opening, answered[opening.number]))
        return tuple(sorted(everything, key=lambda post: (post.date, post.id)))

    def _opening(self, number: int, threads: int) -> Opening:
        start = began(self.row, self.end)
        place = (number + self.rng.random()) / threads
        date = start + (self.end - start) * (0.004 + 0.99 * place)
        kinds, weights = zip(*MIXES[self.row.mix], strict=True)
        kind = self.rng.choices(kinds, weights)[0]
        choice = self.rng.randrange(len(templates(kind)))
        ward = range(int(number * _TURNOVER), int(number * _TURNOVER) + _STAY)
        people = self.rng.sample(ward, templates(kind)[choice].persons)
        return Opening(number, date.replace(microsecond=0), kind, choice, tuple(people))

    def _planned(self, opening: Opening, reply: int) -> Planned:
        delay = timedelta(minutes=self.rng.randint(3, _LATEST_REPLY_MINUTES) if reply else 0)
        quotes = bool(reply) and _quotes(self.rng, opening)
        verdict = opening.verdict if quotes or not reply else "ordinary"
        counted = verdict == "identifiable_health"
        return Planned(
            id=token(12, self.seed, self.name, "post", opening.number, reply),
            date=min(opening.date + delay, self.end - timedelta(minutes=1)),
            thread=token(11, self.seed, self.name, "conversation", opening.number),
            opening=opening,
            reply=reply,
            quotes=quotes,
            verdict=verdict,
            persons=opening.people if counted else (),
        )


def _quotes(rng: Random, opening: Opening) -> bool:
    """Whether a reply quotes: where the subject alone would decide the verdict, always."""
    template = templates(opening.kind)[opening.choice]
    terse = rng.random() < _TERSE
    if template.formats:  # what decides is attached, and a reply does not attach it again
        return False
    if template.subject_names_someone:
        return True
    return not (terse and opening.verdict in {"identifiable_health", "ordinary"})
