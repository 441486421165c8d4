"""Groups that share an export of Vault, and those who wait for them.

Values only: who may touch them when, and what is exported, is for ``vault_batch`` to know.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groupaudit.errors import GroupAuditError
from groupaudit.posts.vault_accounts import Share
from groupaudit.posts.vault_order import Window, key_of


@dataclass(slots=True, eq=False)
class Batch:
    """Groups that share an export. Changed under the lock only; ``settled`` tells that it is over.

    ``readers`` are inside now; ``unserved`` groups have not been and gone. A ``resumed`` batch was
    begun by an earlier run, whose groups may come late or never. Of a ``counted`` one it is settled
    whether it has a ``window``.
    """

    groups: list[str]
    window: Window | None = None
    resumed: bool = False
    counted: bool = False
    led: bool = False
    readers: set[Reader] = field(default_factory=set)
    unserved: set[str] = field(default_factory=set)
    settled: threading.Event = field(default_factory=threading.Event)
    folder: Path | None = None
    shares: dict[str, Share] = field(default_factory=dict)
    error: GroupAuditError | None = None
    cleared: bool = False

    @property
    def key(self) -> str:
        """Its name in the journal."""
        return key_of(self.groups, self.window)


@dataclass(slots=True, eq=False)
class Reader:
    """One opening of a group, and the batch it is in now."""

    group: str
    batch: Batch | None = None


def divided(batch: Batch, parts: Sequence[Batch]) -> None:
    """Move the readers of ``batch`` to ``parts``, each to the one that has their group."""
    for part in parts:
        part.unserved = batch.unserved.intersection(part.groups)
        part.readers = {reader for reader in batch.readers if reader.group in part.groups}
        for reader in part.readers:
            reader.batch = part
    batch.readers = set()
