"""The ``vault`` source: posts of a Workspace group through an export of Google Vault.

Sees what Vault kept: groups whose archiving was on. Leaves nothing behind, neither in Vault nor on
disk; after a crash the next run resumes or removes what was begun. It never touches a matter that
this installation did not make.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from groupaudit.errors import AuthError, CollectError, PostsError
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group, GroupKind
from groupaudit.model.sample import Availability
from groupaudit.posts import unpack
from groupaudit.posts.reading import Reading
from groupaudit.posts.stored import MailFile, StoredPosts
from groupaudit.posts.vault_export import ExportBatch, Vault
from groupaudit.posts.vault_journal import VaultJournal


class VaultPosts:
    """Posts of Workspace groups through Vault (implements ``ports.PostSource``).

    ``journal`` is where begun exports are remembered. Downloads go to private temporary folders in
    the system's place for them (TMPDIR).
    """

    name = "vault"

    def __init__(
        self,
        google: GoogleApis,
        reading: Reading,
        *,
        journal: Path,
        region: str = "ANY",
        exports_per_minute: int = 2,
    ) -> None:
        self._google = google
        self._reading = reading
        self._journal_path = journal
        self._region = region
        self._exports_per_minute = exports_per_minute
        self._lock = threading.Lock()
        self._ready: tuple[Vault, VaultJournal] | None = None

    def available(self, group: Group) -> Availability:
        """Whether Vault can be asked for ``group``; the first call also cleans up."""
        if group.kind is not GroupKind.WORKSPACE:
            return Availability(yes=False, reason="Vault sees the organisation's own groups only")
        try:
            self._prepared()
        except (CollectError, AuthError) as error:
            return Availability(yes=False, reason=str(error))
        return Availability(yes=True)

    @contextmanager
    def open(self, group: Group) -> Iterator[StoredPosts]:
        """The posts of ``group`` as Vault exports them. Raises PostsError."""
        try:
            vault, journal = self._prepared()
        except (CollectError, AuthError) as error:
            raise PostsError(str(error), reason=error.reason) from error
        batch = ExportBatch(vault, journal, (group.email,), region=self._region)
        with unpack.private_folder() as folder:
            try:
                files, missing = self._fetched(batch, folder)
                note = f"{missing} posts that Vault found were not exported" if missing else ""
                yield StoredPosts(files, self._reading, missing=missing, note=note)
            finally:
                # What cannot be removed now stays in the journal, and the next run removes it.
                with suppress(CollectError, AuthError):
                    batch.remove()

    def clean_up(self) -> None:
        """Remove from Vault what an earlier run left and no journal entry can resume.

        Raises CollectError, AuthError, StoreError.
        """
        vault, journal = self._vault_and_journal()
        resumable = {begun.matter for begun in journal.all().values()}
        for matter in _matters(vault, journal.marker):
            if matter not in resumable:
                vault.remove_matter(matter)

    def close(self) -> None:
        """Remove also what could be resumed: for groups that are not audited any more."""
        vault, journal = self._vault_and_journal()
        for key, begun in journal.all().items():
            vault.remove(begun)
            journal.forget(key)

    def _prepared(self) -> tuple[Vault, VaultJournal]:
        with self._lock:
            if self._ready is None:
                self.clean_up()
                self._ready = self._vault_and_journal()
            return self._ready

    def _vault_and_journal(self) -> tuple[Vault, VaultJournal]:
        if self._ready is not None:
            return self._ready
        journal = VaultJournal(self._journal_path)
        journal.keep()
        return Vault(self._google, exports_per_minute=self._exports_per_minute), journal

    def _fetched(self, batch: ExportBatch, folder: Path) -> tuple[list[MailFile], int]:
        try:
            downloaded = batch.download(folder)
        except (CollectError, AuthError) as error:
            raise PostsError(str(error), reason=error.reason) from error
        files: list[MailFile] = []
        for number, path in enumerate(downloaded.files):
            if path.suffix == ".zip":
                files += unpack.mail_files(path, folder / f"zip-{number}")
                path.unlink()
            else:
                files.append(MailFile(path, mailbox=True))
        return files, downloaded.missing


def _matters(vault: Vault, marker: str) -> Iterator[str]:
    """The matters that bear this installation's marker and are not deleted yet."""
    for state in ("OPEN", "CLOSED"):

        def request(service: Any, token: str | None, state: str = state) -> Any:
            return service.matters().list(state=state, pageSize=100, pageToken=token)

        for page in vault.matters.pages(request):
            for matter in page.get("matters", ()):
                if matter.get("name") == f"groupaudit-{marker}":
                    yield str(matter.get("matterId", ""))
