"""Exports of Vault shared by groups that are opened at the same time.

Vault lets an organisation begin two exports a minute, so groups whose opening has to wait go into
one export together. An export that fails is split until only the guilty group is without; if
exports do not tell whose posts they hold, each group gets its own from then on. What was fetched is
wiped when its last reader leaves. It begins no thread: who comes first does the work and the others
wait for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime

from groupaudit.errors import (
    AccessDenied,
    AuthError,
    CollectError,
    GroupAuditError,
    Interrupted,
    PostsError,
    QuotaExhausted,
)
from groupaudit.google.pacing import WINDOW_S, Pace
from groupaudit.posts import scratch, vault_accounts
from groupaudit.posts.vault_accounts import Share
from groupaudit.posts.vault_export import Vault, VaultExport
from groupaudit.posts.vault_files import mail_files
from groupaudit.posts.vault_journal import VaultJournal
from groupaudit.posts.vault_order import Window, groups_of, posts_of, window_of
from groupaudit.posts.vault_readers import Batch, Reader, divided
from groupaudit.posts.vault_window import VaultCounts, windows

#: Groups in one export. Vault states no limit; what one failure costs grows with the number.
MAX_GROUPS = 100
#: Exports of ours that run at a time; the whole organisation may have 20 (Vault guide, exports).
MAX_RUNNING = 10
#: How long an export waits for company even when it might begin: a tenth of the time that the
#: quota gives each export, and so many seconds at most.
LONGEST_GATHERING_S = 2.0

#: Refusals that the account of one group in an export may have caused.
_BLAMABLE = frozenset({"request-refused", "not-found", "access-denied"})
#: Failures of an export that fewer groups would not mend.
_HOPELESS = frozenset({"vault-export-late", "disk"})


class SharedExports:
    """Hands every group its share of an export. Thread-safe. ``clock`` is monotonic seconds.

    Of a group with more than ``most_posts`` posts only the newest are exported; 0 is no limit.
    """

    def __init__(  # noqa: PLR0913 - keyword-only options
        self,
        vault: Vault,
        journal: VaultJournal,
        *,
        region: str,
        exports_per_minute: int,
        most_posts: int = 0,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vault = vault
        self._journal = journal
        self._region = region
        self._most_posts = most_posts
        self._today = today
        self._gathering_s = min(LONGEST_GATHERING_S, WINDOW_S / exports_per_minute / 10)
        self._pace = Pace(exports_per_minute, clock=clock, sleep=vault.rest)
        self._running = threading.BoundedSemaphore(MAX_RUNNING)
        self._lock = threading.Lock()
        self._gathering: Batch | None = None
        self._live: dict[str, Batch] = {}  # by key of the journal
        self._spent: set[str] = set()  # keys that an earlier run left and that led nowhere
        self._proven = False  # an export came to its end: the account may make them
        self._barred: GroupAuditError | None = None
        self._most_groups = MAX_GROUPS

    @contextmanager
    def share(self, group: str) -> Iterator[Share]:
        """What an export holds of ``group``; its files are wiped some time after leaving.

        Raises PostsError, CollectError, AuthError, StoreError; what ends the run ends every wait.
        """
        reader = Reader(group)
        with self._lock:
            self._place(reader)
        try:
            yield self._awaited(reader)
        finally:
            self._leave(reader)

    def wipe(self) -> None:
        """Remove every download that is left, readers or none."""
        with self._lock:
            folders = [batch.folder for batch in self._live.values() if batch.folder]
        for folder in folders:
            scratch.wipe(folder)

    # Coming and going

    def _place(self, reader: Reader) -> None:
        """Put a reader into the batch that was begun for its group, else into the next one."""
        batch = self._resumable(reader.group) or self._next()
        if reader.group not in batch.groups:
            batch.groups.append(reader.group)
        batch.unserved.add(reader.group)
        batch.readers.add(reader)
        reader.batch = batch

    def _next(self) -> Batch:
        if self._gathering is None or len(self._gathering.groups) >= self._most_groups:
            self._gathering = Batch([])
        return self._gathering

    def _resumable(self, group: str) -> Batch | None:
        """The export that was begun for ``group``, in this run or in an earlier one."""
        key = self._journal.holding(group)
        if key is None or key in self._spent:
            return None
        if key not in self._live:
            groups, begun = groups_of(key), self._journal.get(key)
            counted = begun is not None and bool(begun.export)
            self._live[key] = Batch(
                groups, window_of(key), resumed=True, counted=counted, unserved=set(groups)
            )
        return self._live[key]

    def _awaited(self, reader: Reader) -> Share:
        while (batch := reader.batch) is not None:
            with self._lock:
                leads, batch.led = not batch.led, True
            if leads:
                self._lead(batch)
            batch.settled.wait()  # whoever leads settles, whatever happens to it
            if batch.error is not None:
                raise _copy(batch.error) from batch.error
            if reader.batch is batch:
                return batch.shares[reader.group]
        raise PostsError("A group was left out of its Vault export: report this")

    def _leave(self, reader: Reader) -> None:
        with self._lock:
            batch = reader.batch
            if batch is None:
                return
            batch.readers.discard(reader)
            batch.unserved.discard(reader.group)
            over = not batch.readers and batch.settled.is_set()
        if over:
            self._clear(batch, remove=not batch.unserved)

    def _clear(self, batch: Batch, *, remove: bool) -> None:
        """Wipe what a batch fetched, and ``remove`` its export from Vault; once only."""
        with self._lock:
            if batch.cleared:
                return
            batch.cleared = True
            if self._live.get(batch.key) is batch:
                del self._live[batch.key]
        if batch.folder is not None:
            scratch.wipe(batch.folder)
        if remove:
            # What cannot be removed now stays in the journal, for close or for the next run. A stop
            # that is met here was met before, or will be by whoever asks next.
            with suppress(CollectError, AuthError, QuotaExhausted, Interrupted):
                self._export_of(batch).remove()

    # The work of the one who leads

    def _lead(self, batch: Batch) -> None:
        try:
            with self._running:
                self._seal(batch)
                if large := self._large(batch):
                    self._narrow(batch, large)
                    return
                batch.shares = self._fetched(batch)
            self._proven, self._barred = True, None
        except GroupAuditError as error:
            self._failed(batch, error)
        except BaseException:
            batch.error = PostsError(
                "The thread that exported from Vault broke off: run again", reason="interrupted"
            )
            raise
        finally:
            with self._lock:
                if self._gathering is batch:
                    self._gathering = None
                batch.settled.set()

    def _seal(self, batch: Batch) -> None:
        """Wait until the export may begin; until then others may join."""
        if not batch.resumed:
            if self._gathering is batch:
                self._vault.rest(self._gathering_s)
            self._pace.wait()
        with self._lock:
            if self._gathering is batch:
                self._gathering = None
            self._live[batch.key] = batch
        if self._barred is not None:
            raise _copy(self._barred)

    def _large(self, batch: Batch) -> dict[str, Window]:
        """The groups of a batch that are to be narrowed, none when all were looked at already."""
        if batch.counted or batch.window or not self._most_posts:
            return {}
        batch.counted = True
        counts = VaultCounts(self._vault, self._export_of(batch).matter().matter)
        return windows(counts, batch.groups, most=self._most_posts, today=self._today())

    def _narrow(self, batch: Batch, large: dict[str, Window]) -> None:
        """Give each group of ``large`` an export of its window, and the others one together."""
        self._clear(batch, remove=True)
        others = [group for group in batch.groups if group not in large]
        parts = [Batch([group], window, counted=True) for group, window in large.items()]
        with self._lock:
            divided(batch, [*parts, *([Batch(others, counted=True)] if others else [])])

    def _fetched(self, batch: Batch) -> dict[str, Share]:
        with self._lock:
            batch.folder = scratch.new_folder()
        downloaded = self._export_of(batch).download(batch.folder)
        files = tuple(mail_files(downloaded.mail, batch.folder))
        if downloaded.exported > 0 and not files:
            raise PostsError(
                "A Vault export says that it holds posts, but has no mailbox: look at it in Vault",
                reason="vault-export-odd",
            )
        shares = vault_accounts.shares(
            files,
            batch.groups,
            missing=downloaded.missing,
            counts=[table.path for table in downloaded.tables],
        )
        if any(share.nobodys for share in shares.values()):
            self._most_groups = 1
            raise PostsError(
                "A Vault export does not tell whose posts it holds", reason="vault-export-mixed"
            )
        if batch.window is None:
            return shares
        found = downloaded.exported + downloaded.missing
        return {
            group: vault_accounts.narrowed(share, batch.window, found)
            for group, share in shares.items()
        }

    def _export_of(self, batch: Batch) -> VaultExport:
        order = posts_of(batch.groups, region=self._region, window=batch.window)
        return VaultExport(self._vault, self._journal, order)

    # When it fails

    def _failed(self, batch: Batch, error: GroupAuditError) -> None:
        """Settle on ``error``, or move the readers to batches that may do better."""
        self._clear(batch, remove=True)
        with self._lock:
            if self._barred is not None or not _blames_a_group(error):
                batch.error = error
            elif batch.resumed:
                self._spent.add(batch.key)
                for reader in batch.readers:
                    self._place(reader)
                batch.readers = set()
            elif len(batch.groups) > 1:
                self._split(batch, error)
            else:
                batch.error = error
                if isinstance(error, AccessDenied) and not self._proven:
                    self._barred = error

    def _split(self, batch: Batch, error: GroupAuditError) -> None:
        """Two batches of what was one, or one each; whoever of each comes first leads it.

        A refusal of permission, as long as no export succeeded, may well be meant for all: then one
        group alone is tried, and its refusal stands for everybody's.
        """
        alone = isinstance(error, AccessDenied) and not self._proven
        middle = 1 if alone else len(batch.groups) // 2
        parts = [batch.groups[:middle], batch.groups[middle:]]
        if self._most_groups == 1:
            parts = [[group] for group in batch.groups]
        divided(batch, [Batch(groups, counted=batch.counted) for groups in parts])


def _copy(error: GroupAuditError) -> GroupAuditError:
    """An error of one's own for each thread: a traceback belongs to one."""
    return type(error)(str(error), reason=error.reason)


def _blames_a_group(error: GroupAuditError) -> bool:
    """Whether the export may have failed for one of its groups rather than for all."""
    if isinstance(error, PostsError):
        return error.reason not in _HOPELESS
    return isinstance(error, CollectError) and error.reason in _BLAMABLE
