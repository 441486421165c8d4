"""Groups outside any Workspace, found by the list headers of mail in the organisation's mailboxes.

Asks each mailbox in its owner's name for mail of googlegroups.com and reads one header of it,
List-ID: no subject, no sender, no body. That Gmail's ``list:`` knows a domain is not documented, so
``to:`` is asked too; what neither finds is "not found so", never "there is none". An answer is
believed only where the header itself names a group. No address of a mailbox leaves.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from groupaudit.errors import AuthError, CollectError, GroupAuditError
from groupaudit.google.transport import GoogleApis
from groupaudit.model.searches import MailboxSearch
from groupaudit.ports import Mapper
from groupaudit.posts import headers
from groupaudit.posts.gmail_copies import MailboxCopies, excluding, outcome
from groupaudit.posts.gmail_mailboxes import OWN, Mailboxes, Pool, delegated

_EVERYTHING = "{list:googlegroups.com to:googlegroups.com}"
#: Messages whose header is asked for at a time: a list that fills a mailbox shows among the newest.
_AT_A_TIME = 20
#: A mailbox is left after so many messages in a row that name no new list, ...
MOST_SILENT = 200
#: ... after so many messages, ...
MOST_LOOKED_AT = 2000
#: ... and after so many lists, since strangers write the headers.
MOST_LISTS = 200
#: Lists that one search leaves out: how long a search may be is not documented.
_MOST_EXCLUDED = 40
#: The word for an account without Gmail; ``no-mailbox`` speaks of the members of one group.
_NO_GMAIL = "account-without-mailbox"


class GmailLists:
    """Searches mailboxes through Gmail (implements ``ports.MailboxSearcher``).

    ``most_mailboxes`` are opened, the longest-standing accounts first as for posts, several at a
    time by ``mapper``; ``calls_per_minute`` bounds what each is asked.
    """

    through = "gmail"

    def __init__(
        self,
        google: GoogleApis,
        mapper: Mapper,
        *,
        most_mailboxes: int,
        calls_per_minute: int = 1000,
    ) -> None:
        self._google = google
        self._mapper = mapper
        self._most = most_mailboxes
        self._per_minute = calls_per_minute
        self._refused = threading.Event()

    def search(self) -> MailboxSearch:
        """What the mailboxes name; a mailbox that cannot be looked into is counted.

        Raises AuthError, CollectError when none may be, QuotaExhausted.
        """
        pool = self._pool()
        tally = _Tally(pool)
        for told in self._mapper(self._told, pool.addresses):
            tally.add(told)
        if tally.refused is not None and not tally.searched:
            raise tally.refused
        return tally.result(self.through)

    def _pool(self) -> Pool:
        if not delegated(self._google.access):
            return Pool((OWN,), 1, Counter())
        return Mailboxes(self._google).everyone(self._most)

    def _told(self, address: str) -> _Told | AuthError | CollectError | None:
        """What one mailbox names, why it cannot be asked, or None: another was refused for all."""
        if self._refused.is_set():
            return None
        try:
            google = self._google.as_user(address) if address else self._google
            return _Walk(MailboxCopies(google, self._per_minute)).told()
        except (AuthError, CollectError) as error:
            if outcome(error) == "delegation-refused":
                self._refused.set()
            return error


@dataclass(frozen=True, slots=True)
class _Told:
    """The lists that one mailbox names; ``cut`` when there was more to look at."""

    lists: frozenset[str] = field(repr=False)
    cut: bool


class _Walk:
    """One mailbox, looked at until nothing new shows. Used once.

    Each list that is found is left out of the next search, so that a few calls find them all where
    one of them fills the mailbox; where that does not help, the bounds do.
    """

    def __init__(self, mailbox: MailboxCopies) -> None:
        self._mailbox = mailbox
        self._lists: dict[str, None] = {}
        self._looked_at: set[str] = set()
        self._cut = False

    def told(self) -> _Told:
        """The lists. Raises AuthError, CollectError."""
        while self._one_more():
            pass
        return _Told(frozenset(self._lists), self._cut)

    def _one_more(self) -> bool:
        """Look at messages until one names a new list; False when none does, or it is enough."""
        silent, unseen = 0, self._unseen()
        while batch := tuple(islice(unseen, _AT_A_TIME)):
            if silent >= MOST_SILENT or self._enough():
                self._cut = True
                return False
            known = len(self._lists)
            self._look_at(batch)
            if len(self._lists) > known:
                return True
            silent += len(batch)
        return False

    def _enough(self) -> bool:
        return len(self._looked_at) > MOST_LOOKED_AT or len(self._lists) >= MOST_LISTS

    def _unseen(self) -> Iterator[str]:
        words = _EVERYTHING + excluding(islice(self._lists, _MOST_EXCLUDED))
        for one in self._mailbox.listed(words):
            if one not in self._looked_at:
                self._looked_at.add(one)
                yield one

    def _look_at(self, ids: Sequence[str]) -> None:
        for told in self._mailbox.list_headers(ids):
            if not isinstance(told, GroupAuditError):
                self._lists.update(dict.fromkeys(headers.consumer_lists(told)))
            elif told.reason != "not-found":  # what was deleted meanwhile is no gap
                self._cut = True


class _Tally:
    """What the mailboxes of ``pool`` told, summed up."""

    def __init__(self, pool: Pool) -> None:
        self._found: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        for word, count in pool.excluded.items():
            self._failures[_word(word)] += count
        self._cut = 0
        self._unvisited = pool.members - len(pool.addresses)
        self.searched = 0
        self.refused: AuthError | None = None

    def add(self, told: _Told | AuthError | CollectError | None) -> None:
        """One more mailbox was asked, or left alone."""
        if isinstance(told, _Told):
            self.searched += 1
            self._cut += told.cut
            self._found.update(told.lists)
            return
        word = "delegation-refused" if told is None else outcome(told)
        self._failures[_word(word)] += 1
        if isinstance(told, AuthError) and word == "delegation-refused":
            self.refused = told

    def result(self, through: str) -> MailboxSearch:
        """All of it as a value."""
        return MailboxSearch(
            through,
            found=tuple(sorted(self._found.items())),
            searched=self.searched,
            cut=self._cut,
            unvisited=self._unvisited,
            failures=tuple(sorted(self._failures.items())),
        )


def _word(outcome_of_mailbox: str) -> str:
    return _NO_GMAIL if outcome_of_mailbox == "no-mailbox" else outcome_of_mailbox
