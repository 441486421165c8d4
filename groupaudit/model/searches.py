"""What looking into mailboxes told of groups outside any Workspace, and what it left unseen.

It names groups and counts mailboxes; whose mailboxes they were, it never says.
"""

from __future__ import annotations

from dataclasses import dataclass

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MailboxSearch:
    """One search, ``through`` a source of the configuration, in a run.

    ``found`` maps addresses of groups to the mailboxes (``gmail``) or messages (``vault``) whose
    list header names them. Of the mailboxes, so many were ``searched`` (of these ``cut`` only up to
    a bound) and so many ``unvisited``, because there are more than may be opened; ``failures``
    counts the others by reason. Of Vault's messages over the last ``days``, ``messages`` were
    looked at and ``missing`` could not be. A ``reason`` and its ``message`` say that there was no
    search at all.
    """

    through: str
    found: Counts = ()
    searched: int = 0
    cut: int = 0
    unvisited: int = 0
    failures: Counts = ()
    days: int = 0
    messages: int = 0
    missing: int = 0
    reason: str = ""
    message: str = ""
