"""The settings of groups, from the Groups Settings API: each group's asked for once a run.

The API has no read-only scope: that nothing can be written rests on the service account's role, and
on this module, which only ever calls ``get``. Of a group that was audited it keeps how one joins,
for the groups that nest it, and no more; it refuses to take what it may not read for a closed door.
"""

from __future__ import annotations

import threading

from groupaudit.collector import parse
from groupaudit.collector.doors import UNREAD, Lock
from groupaudit.collector.once import Once
from groupaudit.errors import CollectError
from groupaudit.google import scopes
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.model.group import GroupSettings

SETTINGS = Feature.of(scopes.SETTINGS)


class Settings:
    """Settings by address. Thread-safe."""

    def __init__(self, google: GoogleApis) -> None:
        self._google = google
        self._guard = threading.Lock()
        self._asked: dict[str, Once[GroupSettings]] = {}
        self._locks: dict[str, Lock] = {}

    def of(self, email: str) -> GroupSettings:
        """All settings of the group. Raises CollectError when they cannot be read, AuthError."""
        with self._guard:
            asked = self._asking(email)
        found = asked()
        with self._guard:
            self._locks[email] = Lock.of(found)
            self._asked.pop(email, None)
        return found

    def lock(self, email: str) -> Lock:
        """How one joins the group, which may be audited before or after; unknown if unreadable.

        Raises AuthError, QuotaExhausted.
        """
        with self._guard:
            if email in self._locks:
                return self._locks[email]
            asked = self._asking(email)
        try:
            found = Lock.of(asked())
        except CollectError:
            found = UNREAD
        with self._guard:
            return self._locks.setdefault(email, found)

    def _asking(self, email: str) -> Once[GroupSettings]:
        return self._asked.setdefault(email, Once(lambda: self._fetch(email)))

    def _fetch(self, email: str) -> GroupSettings:
        api = self._google.api(SETTINGS)
        # The key of a group is its address here: the Directory's id is not accepted.
        return parse.settings(api.call(lambda service: service.groups().get(groupUniqueId=email)))
