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
    rng = dice(seed, "archive", name)
    threads = max(1, round(row.threads * posts / row.posts))
    openings = [_opening(rng, row, number, threads, end) for number in range(threads)]
    everything = [_planned(seed, name, rng, opening, 0, end) for opening in openings]
    answered = [0] * threads
    for _ in range(posts - threads):
        opening = rng.choice(openings)
        answered[opening.number] += 1
        everything.append(_planned(seed, name, rng, opening, answered[opening.number], end))
    return tuple(sorted(everything, key=lambda post: (post.date, post.id)))


def size(row: Archetype, number: int, seed: int, round_number: int) -> int:
    """How many posts a group has: as its row says in the first round, smaller later on."""
    if not round_number or not row.posts:
        return row.posts
    return dice(seed, "size", number).randint(4, min(row.posts, 30))


def began(row: Archetype, end: datetime) -> datetime:
    """When the group was created: its first conversation follows within days."""
    return end - timedelta(days=row.months * DAYS_A_MONTH)


def _opening(rng: Random, row: Archetype, number: int, threads: int, end: datetime) -> Opening:
    start = began(row, end)
    place = (number + rng.random()) / threads
    date = start + (end - start) * (0.004 + 0.99 * place)
    kinds, weights = zip(*MIXES[row.mix], strict=True)
    kind = rng.choices(kinds, weights)[0]
    choice = rng.randrange(len(templates(kind)))
    pool = int(number * _TURNOVER)
    people = rng.sample(range(pool, pool + _STAY), templates(kind)[choice].persons)
    return Opening(number, date.replace(microsecond=0), kind, choice, tuple(people))


def _planned(
    seed: int, name: str, rng: Random, opening: Opening, reply: int, end: datetime
) -> Planned:
    delay = timedelta(minutes=rng.randint(3, _LATEST_REPLY_MINUTES)) if reply else timedelta()
    quotes = bool(reply) and _quotes(rng, opening)
    verdict = opening.verdict if quotes or not reply else "ordinary"
    counted = verdict == "identifiable_health"
    return Planned(
        id=token(12, seed, name, "post", opening.number, reply),
        date=min(opening.date + delay, end - timedelta(minutes=1)),
        thread=token(11, seed, name, "conversation", opening.number),
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
