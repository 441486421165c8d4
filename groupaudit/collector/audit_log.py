"""The audit log of groups, from the Reports API: who created and who opened which group, and when.

Read once a run for the whole organisation, by name of event: asking for each group would exhaust
the quota of filtered queries (250 a minute). Google keeps 180 days, shows entries late (minutes for
the Admin console, half an hour and more for Google Groups) and says that some may be missing. It
refuses to take a log that could not be read for one in which nothing happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from groupaudit.collector.activities import EVENTS, ORGANISATION, events
from groupaudit.errors import AuthError, CollectError
from groupaudit.google import answers, scopes
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.model.group import Group
from groupaudit.model.timeline import GroupEvent

#: Google: 250 queries by name of event a minute (Reports API, usage limits).
AUDIT_LOG = Feature.of(scopes.AUDIT_LOG, per_minute=200)

#: How far back the Reports API reaches (discovery document, ``endTime``).
KEPT = timedelta(days=180)
#: Entries on a page, at most and by default (Reports API).
PAGE = 1000
#: Entries kept at most, about 60 MB; a log with more counts as not read to its end.
MOST_KEPT = 100_000
#: A clock may be off by so much before it is worth a word.
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class AuditLog:
    """What was read, by address of the group (``ORGANISATION``: the organisation's switch).

    ``begins`` is the first midnight (UTC) from which on Google keeps everything; ``unread`` says of
    each log that was not read to its end why; ``late`` counts entries dated after this machine's
    time.
    """

    begins: datetime
    entries: Mapping[str, tuple[GroupEvent, ...]]
    unread: tuple[tuple[str, str], ...] = ()
    late: int = 0

    def of(self, group: Group) -> tuple[GroupEvent, ...]:
        """What happened to ``group`` under its present and earlier addresses, in no order."""
        names = dict.fromkeys((group.email, *group.aliases))
        return tuple(event for name in names for event in self.entries.get(name, ()))

    @property
    def switch(self) -> tuple[GroupEvent, ...]:
        """What happened to the organisation's switch, in no order."""
        return self.entries.get(ORGANISATION, ())


def audit_log(google: GoogleApis, now: datetime) -> AuditLog:
    """The log of the 180 days before ``now``. A part that cannot be read is told in ``unread``.

    Raises QuotaExhausted.
    """
    reading = _Reading(now)
    unread: dict[str, str] = {}
    for log, names in EVENTS.items():
        for name in names:
            try:
                reading.take(log, activities(google, log, name))
            except (AuthError, CollectError) as error:
                unread.setdefault(log, f"{error.reason}: {error}")
                if error.reason != "request-refused":  # that may be about this name only
                    break
    return reading.result(tuple(unread.items()))


def notes(log: AuditLog) -> Iterator[str]:
    """What a reader of the report must know of ``log``."""
    for name, why in log.unread:
        yield unread_note(name, why)
    if len(log.unread) < len(EVENTS):
        yield LIMITS
    if log.late:
        yield CLOCK


def unread_note(name: str, why: str) -> str:
    """That the log ``name`` could not be read to its end."""
    return f"The audit log “{name}” could not be read ({why})"


#: Sentences of ``notes`` without variable parts.
LIMITS = (
    "Google's audit log reaches back 180 days, shows changes with a delay of minutes to hours, and"
    " may lack some: since when a group is open, and by whom, is what it tells."
)
CLOCK = (
    "The audit log has entries dated later than this machine's clock: set the clock before you rely"
    " on dates."
)


class _Reading:
    """Entries taken so far, each once.

    An activity may come under several names of events: whole, or with the events of that name only.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._entries: dict[str, list[GroupEvent]] = defaultdict(list)
        self._seen: set[int] = set()
        self._kept = 0
        self._late = 0

    def take(self, log: str, activities: Iterator[dict[str, Any]]) -> None:
        """Keep what tells about readers. Raises CollectError when it becomes too much."""
        for activity in activities:
            for group, event in events(activity, log):
                ident = hash((str(activity.get("id")), group, event))
                if ident not in self._seen:
                    self._seen.add(ident)
                    self._keep(group, event)

    def _keep(self, group: str, event: GroupEvent) -> None:
        if self._kept >= MOST_KEPT:
            raise CollectError(
                f"It has more than {MOST_KEPT} entries on groups: the rest was not read.",
                reason="too-many-entries",
            )
        self._kept += 1
        self._late += event.when > self._now + CLOCK_TOLERANCE
        self._entries[group].append(event)

    def result(self, unread: tuple[tuple[str, str], ...]) -> AuditLog:
        """What was read."""
        entries = {group: tuple(found) for group, found in self._entries.items()}
        return AuditLog(begins(self._now), entries, unread, self._late)


def begins(now: datetime) -> datetime:
    """Since when Google keeps everything: a midnight, so that a run resumed later says the same."""
    when = now - KEPT
    midnight = when.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == when else midnight + timedelta(days=1)


def activities(google: GoogleApis, log: str, name: str) -> Iterator[dict[str, Any]]:
    """Activities of the application ``log`` with an event ``name``. Raises AuthError, CollectError.

    One that holds events of several names comes under each of them.
    """
    # No startTime: by default everything that Google keeps, and no clock of ours has a say.
    pages = google.api(AUDIT_LOG).pages(
        lambda service, token: service.activities().list(
            userKey="all",
            applicationName=log,
            eventName=name,
            maxResults=PAGE,
            pageToken=token,
        )
    )
    for page in pages:
        yield from answers.entries(page, "items")
