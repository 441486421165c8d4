"""The direct members of groups, each list fetched once and kept for the groups that nest it.

It refuses to follow nested groups (``membership`` does) and to keep more than a bounded number of
members: a list that was dropped is fetched again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future

from groupaudit.collector import parse
from groupaudit.collector.directory import PAGE
from groupaudit.errors import CollectError, GroupAuditError
from groupaudit.google import answers, scopes
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.model.group import Member

MEMBERS = Feature.of(scopes.MEMBERS)

#: Members kept at most, over all lists (an empty list counts as one): about 20 MB.
MOST_KEPT = 50_000

_FIELDS = "nextPageToken,members(id,email,role,type,status)"

Members = tuple[Member, ...]


class DirectMembers:
    """Direct members by address of the group. Thread-safe; failures are kept like lists."""

    def __init__(self, google: GoogleApis, *, most_kept: int = MOST_KEPT) -> None:
        self._google = google
        self._most_kept = most_kept
        self._lock = threading.Lock()
        self._lists: OrderedDict[str, Future[Members]] = OrderedDict()
        self._kept = 0

    def of(self, email: str) -> Members:
        """The direct members of the group at ``email``. Raises AuthError, CollectError."""
        with self._lock:
            known = self._lists.get(email)
            if known is not None:
                self._lists.move_to_end(email)
            else:
                mine: Future[Members] = Future()
                self._lists[email] = mine
        if known is not None:
            return known.result()
        self._fill(email, mine)
        return mine.result()

    def gets_mail(self, group: str, member: str) -> bool | None:
        """Whether ``member`` of ``group`` gets the posts by mail; None when that is not told.

        A listing does not say, so this asks for the one member. Raises AuthError, QuotaExhausted.
        """
        api = self._google.api(MEMBERS)
        try:
            raw = api.call(lambda service: service.members().get(groupKey=group, memberKey=member))
            return parse.member(raw).gets_mail
        except CollectError:
            return None

    def _fill(self, email: str, mine: Future[Members]) -> None:
        """Fetch a list for all who wait for it, and drop the oldest ones beyond the bound."""
        try:
            found = self._fetch(email)
        except GroupAuditError as error:
            mine.set_exception(error)
            return
        except BaseException:
            mine.cancel()  # whoever waits must not wait for ever
            raise
        mine.set_result(found)
        with self._lock:
            self._kept += 1 + len(found)
            self._drop_oldest()

    def _fetch(self, email: str) -> Members:
        pages = self._google.api(MEMBERS).pages(
            lambda service, token: service.members().list(
                groupKey=email, maxResults=PAGE, fields=_FIELDS, pageToken=token
            )
        )
        return tuple(
            parse.member(raw) for page in pages for raw in answers.entries(page, "members")
        )

    def _drop_oldest(self) -> None:
        while self._kept > self._most_kept and next(iter(self._lists.values())).done():
            _email, oldest = self._lists.popitem(last=False)
            self._kept -= 0 if oldest.exception() else 1 + len(oldest.result())
