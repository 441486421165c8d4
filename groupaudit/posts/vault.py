"""The ``vault`` source: posts of a Workspace group through an export of Google Vault.

Sees what Vault kept: groups whose archiving was on. Groups opened at the same time share an export.
Leaves nothing behind, neither in Vault nor on disk; after a crash the next run resumes or removes
what was begun. It never touches a matter that this installation did not make.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groupaudit.errors import AccessDenied, AuthError, CollectError, PostsError, QuotaExhausted
from groupaudit.google import answers
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group, GroupKind
from groupaudit.model.sample import Availability
from groupaudit.posts.reading import Reading
from groupaudit.posts.stored import StoredPosts
from groupaudit.posts.vault_batch import SharedExports
from groupaudit.posts.vault_export import Vault
from groupaudit.posts.vault_journal import VaultJournal


@dataclass(frozen=True, slots=True)
class Ready:
    """What is made once somebody asks, and credentials and journal have proved readable."""

    vault: Vault
    journal: VaultJournal
    exports: SharedExports


class VaultPosts:
    """Posts of Workspace groups through Vault (implements ``ports.PostSource``).

    ``journal`` is where begun exports are remembered. Of a group with more than ``most_posts``
    posts only the newest are exported; 0 is no limit. Downloads go to private temporary folders in
    the system's place for them (TMPDIR). Thread-safe; close it at the end of a run,
    before ``google``.
    """

    name = "vault"

    def __init__(  # noqa: PLR0913 - keyword-only options, each with its default
        self,
        google: GoogleApis,
        reading: Reading,
        *,
        journal: Path,
        region: str = "ANY",
        exports_per_minute: int = 2,
        most_posts: int = 0,
    ) -> None:
        self._google = google
        self._reading = reading
        self._journal_path = journal
        self._region = region
        self._exports_per_minute = exports_per_minute
        self._most_posts = most_posts
        self._lock = threading.Lock()
        self._ready: Ready | None = None
        self._refused: AccessDenied | AuthError | None = None

    def available(self, group: Group) -> Availability:
        """Whether Vault can be asked for ``group``; the first call also cleans up."""
        if group.kind is not GroupKind.WORKSPACE:
            return Availability(yes=False, reason="Vault sees the organisation's own groups only")
        try:
            self.prepared()
        except (CollectError, AuthError) as error:
            return Availability(yes=False, reason=str(error))
        return Availability(yes=True)

    @contextmanager
    def open(self, group: Group) -> Iterator[StoredPosts]:
        """The posts of ``group`` as Vault exports them. Raises PostsError."""
        with ExitStack() as stack:
            try:
                exports = self.prepared().exports
                share = stack.enter_context(exports.share(group.email))
            except (CollectError, AuthError) as error:
                raise PostsError(str(error), reason=error.reason) from error
            yield StoredPosts(share.files, self._reading, missing=share.missing, note=share.note)

    def close(self) -> None:
        """Remove what is left, also what could be resumed: groups that are not audited any more.

        Asks Google nothing when nothing was ever begun. What Google refuses to remove stays in the
        journal, and the next run tries again. Raises StoreError.
        """
        if self._refused or (self._ready is None and not self._journal_path.exists()):
            return
        ready = self._ready or self._made_ready()
        ready.exports.wipe()
        for key, begun in ready.journal.all().items():
            with suppress(CollectError, AuthError, QuotaExhausted):
                ready.vault.remove(begun)
                ready.journal.forget(key)
        with suppress(CollectError, AuthError, QuotaExhausted):
            _remove_orphans(ready)  # made twice, because the first answer was lost

    def prepared(self) -> Ready:
        """Vault and the journal, once they have proved usable. Raises AuthError, CollectError."""
        with self._lock:
            if self._refused is not None:
                # No licence or privilege: not asked for again for each group.
                raise type(self._refused)(str(self._refused), reason=self._refused.reason)
            if self._ready is None:
                self._ready = self._proved_ready()
            return self._ready

    def _proved_ready(self) -> Ready:
        ready = self._made_ready()
        try:
            _remove_orphans(ready)
        except (AccessDenied, AuthError) as error:
            self._refused = error
            raise
        return ready

    def _made_ready(self) -> Ready:
        journal = VaultJournal(self._journal_path)
        journal.keep()
        vault = Vault(self._google, exports_per_minute=self._exports_per_minute)
        exports = SharedExports(
            vault,
            journal,
            region=self._region,
            exports_per_minute=self._exports_per_minute,
            most_posts=self._most_posts,
            clock=self._google.clock,
        )
        return Ready(vault, journal, exports)


def _remove_orphans(ready: Ready) -> None:
    """Remove from Vault what an earlier run left and no journal entry can resume."""
    resumable = {begun.matter for begun in ready.journal.all().values()}
    for matter in _matters(ready.vault, ready.journal.marker):
        if matter not in resumable:
            # One that Google will not let go is tried again next time; posts can be read meanwhile.
            with suppress(CollectError):
                ready.vault.remove_matter(matter)


def _matters(vault: Vault, marker: str) -> Iterator[str]:
    """The matters that bear this installation's marker and are not deleted yet."""
    for state in ("OPEN", "CLOSED"):

        def request(service: Any, token: str | None, state: str = state) -> Any:
            return service.matters().list(state=state, pageSize=100, pageToken=token)

        for page in vault.matters.pages(request):
            for matter in answers.entries(page, "matters"):
                if matter.get("name") == f"groupaudit-{marker}":
                    yield str(matter.get("matterId", ""))
