"""The anonymous visitor: looks at groups one by one, and first at pages whose answer is known.

Before a group of a domain is believed, a famous public group must show itself, and a group of that
domain whose name is drawn by chance must not: otherwise our reading of the pages is off. Where we
are turned away from the famous group, the site may not have it: then only what it shows is
believed, until it has shown some group. At the first sign of limiting the run leaves the site
alone. It keeps what was seen, never what was posted.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Self

from groupaudit.errors import CollectError
from groupaudit.web import verdict
from groupaudit.web.addresses import CONSUMER_DOMAIN, conversation_path, list_path
from groupaudit.web.blobs import Message
from groupaudit.web.client import PoliteClient
from groupaudit.web.site import GroupsSite
from groupaudit.web.verdict import PUBLIC, STOPPING, TURNED_AWAY, Seen, Sighting, sighting

#: A group that has been public for as long as it exists (the Go project's announcements).
PUBLIC_CONTROL = f"golang-announce@{CONSUMER_DOMAIN}"

#: Failures one after another that end the visits of a run.
MOST_FAILURES = 3

_SEEN = {"web-failed": Seen.ERROR, "web-robots": Seen.ROBOTS, "web-budget": Seen.BUDGET}


class Visitor:
    """Looks at groups as anybody on the web. Thread-safe: callers take turns. Close it."""

    def __init__(
        self, client: PoliteClient, *, draw: Callable[[], str] = lambda: secrets.token_hex(8)
    ) -> None:
        self._client = client
        self._site = GroupsSite(client)
        self._draw = draw
        self._lock = threading.Lock()
        self._looked: dict[str, Sighting] = {}
        self._trusted: set[str] = set()
        self._shown = True  # whether some group has shown itself, as far as that was tried
        self._stopped: Sighting | None = None
        self._failures = 0

    def look(self, address: str, aliases: Collection[str] = ()) -> Sighting:
        """What anybody is shown of the group at ``address``; asked once in a run.

        ``aliases`` are the other addresses under which its page may name it.
        """
        with self._lock:
            if address not in self._looked:
                self._looked[address] = self._new_look(address, {address, *aliases})
            return self._looked[address]

    def looked(self, address: str) -> Sighting | None:
        """What an earlier ``look`` saw, None if there was none. Asks nobody."""
        return self._looked.get(address)

    def messages(
        self, address: str, aliases: Collection[str], conversation: str
    ) -> tuple[Message, ...]:
        """The messages that a conversation's page holds, oldest first.

        Raises CollectError when they are not shown: the reason is ``web-`` and a word of ``Seen``.
        """
        with self._lock:
            found = self._stopped or self._opened(address, {address, *aliases}, conversation)
        if isinstance(found, Sighting):
            raise CollectError(found.detail, reason=f"web-{found.seen.replace('_', '-')}")
        return found

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _new_look(self, address: str, expected: Collection[str]) -> Sighting:
        doubt = self._stopped or self._controlled(address.rpartition("@")[2])
        if doubt is not None:
            return doubt
        found = self._listed(address, expected)
        self._shown = self._shown or found.public
        if not self._shown and found.seen in TURNED_AWAY:
            return sighting(Seen.UNPROVED)
        if found.seen is not Seen.LIST_PUBLIC:
            return found
        if isinstance(self._opened(address, expected, found.conversations[0].id), Sighting):
            return found
        seen = Seen.CONTENT_PUBLIC
        return Sighting(seen, verdict.DETAILS[seen], found.total, found.conversations)

    def _controlled(self, domain: str) -> Sighting | None:
        """Why pages of ``domain`` cannot be believed, None once both controls have passed."""
        drawn = f"zz-{self._draw()}@{domain}"
        for name, address, wanted in (
            ("public", PUBLIC_CONTROL, PUBLIC),
            (domain, drawn, TURNED_AWAY),
        ):
            if name in self._trusted:
                continue
            found = self._listed(address, {address})
            absent = address == PUBLIC_CONTROL and found.seen in TURNED_AWAY
            if found.seen in wanted or absent:
                self._trusted.add(name)
                self._shown = self._shown and not absent
            elif found.seen in STOPPING or found.seen in _SEEN.values():
                return self._stopped or found
            else:
                self._stopped = sighting(Seen.CONTROL_FAILED)
                return self._stopped
        return None

    def _listed(self, address: str, expected: Collection[str]) -> Sighting:
        path = list_path(address)
        try:
            page = self._site.page(path)
        except CollectError as error:
            return self._noted(_unseen(error))
        return self._noted(verdict.of_list(page, path, expected))

    def _opened(
        self, address: str, expected: Collection[str], conversation: str
    ) -> tuple[Message, ...] | Sighting:
        path = conversation_path(address, conversation)
        try:
            page = self._site.page(path)
        except CollectError as error:
            return self._noted(_unseen(error))
        found = verdict.of_conversation(page, path, expected, conversation)
        return self._noted(found) if isinstance(found, Sighting) else found.messages

    def _noted(self, found: Sighting) -> Sighting:
        """``found``, after drawing the consequences for the rest of the run."""
        self._failures = self._failures + 1 if found.seen is Seen.ERROR else 0
        if found.seen in STOPPING or self._failures >= MOST_FAILURES:
            self._stopped = found
        return found


def _unseen(error: CollectError) -> Sighting:
    """Why there is no page. Raises ``error`` itself when it is about something else."""
    if error.reason not in _SEEN:
        raise error
    return Sighting(_SEEN[error.reason], str(error))
