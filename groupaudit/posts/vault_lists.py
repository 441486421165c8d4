"""Groups outside any Workspace, found in an export of mail out of Vault by its list headers.

One export over all mailboxes, of the last days only, by the words that such mail bears. Vault has
no smaller answer: an export holds whole messages. So its files are fetched one by one, each wiped
before the next, and of a message nothing is kept but the groups that its List-ID names. It is made
only where the configuration asks for it by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from groupaudit.errors import (
    AuthError,
    CollectError,
    GroupAuditError,
    Interrupted,
    QuotaExhausted,
)
from groupaudit.model.searches import MailboxSearch
from groupaudit.ports import Clock
from groupaudit.posts import headers, scratch
from groupaudit.posts.stored import header_fields
from groupaudit.posts.vault import VaultPosts
from groupaudit.posts.vault_export import Finished, VaultExport
from groupaudit.posts.vault_files import mail_files, raw_messages
from groupaudit.posts.vault_order import outside_mail

#: Bytes of an export that are fetched, its first files: what is beyond is counted as not looked at.
MOST_BYTES = 4 * 1024**3
#: Groups named in an export that are kept: strangers write the headers.
MOST_LISTS = 2000


class VaultLists:
    """Searches all mailboxes through Vault (implements ``ports.MailboxSearcher``).

    ``vault`` is the source of posts, whose journal resumes or removes what was begun; ``days`` is
    how far back mail is searched.
    """

    through = "vault"

    def __init__(self, vault: VaultPosts, *, days: int, clock: Clock, region: str = "ANY") -> None:
        self._source = vault
        self._days = days
        self._clock = clock
        self._region = region

    def search(self) -> MailboxSearch:
        """What the mail names. Raises AuthError, CollectError, PostsError, StoreError."""
        ready = self._source.prepared()
        since = (self._clock() - timedelta(days=self._days)).date()
        order = outside_mail(since, region=self._region)
        export = VaultExport(ready.vault, ready.journal, order)
        try:
            told = self._told(export)
        except (QuotaExhausted, Interrupted):
            raise  # the next run resumes it
        except GroupAuditError:
            _remove(export)
            raise
        _remove(export)
        return told

    def _told(self, export: VaultExport) -> MailboxSearch:
        finished = export.finished()
        found: Counter[str] = Counter()
        looked_at = 0
        for lists in _named(export, finished.within(MOST_BYTES)):
            known = {each for each in lists if each in found or len(found) < MOST_LISTS}
            found.update(known)
            looked_at += known == lists
        return MailboxSearch(
            self.through,
            found=tuple(sorted(found.items())),
            days=self._days,
            messages=looked_at,
            missing=max(0, finished.exported + finished.missing - looked_at),
        )


def _named(export: VaultExport, finished: Finished) -> Iterator[set[str]]:
    """The groups that each message names; every file is wiped before the next is fetched."""
    with scratch.private_folder() as folder:
        for fetched in export.mail(finished, folder):
            with scratch.private_folder() as unpacked:
                for file in mail_files([fetched], unpacked):
                    for raw in raw_messages(file):
                        yield set(headers.consumer_lists(header_fields(raw)))
            fetched.path.unlink(missing_ok=True)


def _remove(export: VaultExport) -> None:
    """Leave nothing in Vault; what cannot be removed now stays in the journal, for the source."""
    with suppress(CollectError, AuthError, QuotaExhausted):
        export.remove()
