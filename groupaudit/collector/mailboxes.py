"""What mailboxes tell of groups outside the Workspace: searched once a run, kept, put into words.

Each search is made through a source that may look into mailboxes, or recalled where the run made it
before it was interrupted. One that fails is a note, not the end of the audit. It refuses to take a
mailbox for a proof: what it found is a name to look at, what it did not find may still exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from groupaudit.errors import AuthError, CollectError, PostsError
from groupaudit.model.searches import MailboxSearch
from groupaudit.ports import MailboxSearcher, Searches

#: How a search through each source says how often it met a group.
_MET = {
    "gmail": "Its list header was found in %(count)s mailboxes of the organisation",
    "vault": (
        "Its list header was found in messages that Vault exported from mailboxes: %(count)s"
    ),
}


class SearchedMailboxes:
    """The groups that mailboxes name. ``look`` is called from one thread, the rest from any."""

    def __init__(self, searchers: Sequence[MailboxSearcher] = (), kept: Searches | None = None):
        self._searchers = tuple(searchers)
        self._kept = kept
        self._made: dict[str, MailboxSearch] = {}

    def look(self) -> None:
        """Make the searches that this run has not made. Raises QuotaExhausted, StoreError."""
        for searcher in self._searchers:
            if searcher.through not in self._made:
                self._made[searcher.through] = self._recalled(searcher) or self._searched(searcher)

    def ranked(self) -> tuple[str, ...]:
        """The addresses of the groups found, those met most often first."""
        met: Counter[str] = Counter()
        for search in self._made.values():
            met.update(dict(search.found))
        return tuple(sorted(met, key=lambda address: (-met[address], address)))

    def seen(self, address: str) -> tuple[str, ...]:
        """Where the group at ``address`` was met, as notes of its exposure."""
        counts = ((search.through, dict(search.found)) for search in self._made.values())
        return tuple(
            _MET[through] % {"count": found[address]}
            for through, found in counts
            if address in found
        )

    def notes(self) -> tuple[str, ...]:
        """What was searched and what not, as notes of the report."""
        return tuple("; ".join(_notes(search)) for search in self._made.values())

    def _recalled(self, searcher: MailboxSearcher) -> MailboxSearch | None:
        return self._kept.recall(searcher.through) if self._kept else None

    def _searched(self, searcher: MailboxSearcher) -> MailboxSearch:
        try:
            made = searcher.search()
        except (AuthError, CollectError, PostsError) as error:
            made = MailboxSearch(searcher.through, reason=error.reason, message=str(error))
        if self._kept:
            self._kept.keep(made)
        return made


def _notes(search: MailboxSearch) -> Iterator[str]:
    if search.reason:
        yield (
            "Mailboxes were not searched for groups outside the Workspace through "
            f"{search.through} ({search.reason}): {search.message}"
        )
        return
    if search.days:
        yield (
            f"Messages of the last {search.days} days that Vault exported from mailboxes to find "
            f"groups outside the Workspace: {search.messages}"
        )
    else:
        yield f"Mailboxes searched for groups outside the Workspace: {search.searched}"
    yield "a group of which no list header is kept there cannot be found so"
    if search.cut:
        yield f"mailboxes with more mail of such groups than was looked at: {search.cut}"
    if search.missing:
        yield f"messages that could not be looked at: {search.missing}"
    if search.failures:
        counted = ", ".join(f"{count} {word}" for word, count in search.failures)
        yield f"mailboxes that could not be searched: {counted}"
    if search.unvisited:
        yield f"mailboxes not visited, beyond consumer.most_mailboxes: {search.unvisited}"
