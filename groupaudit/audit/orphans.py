"""Who last wrote from inside to a group that nobody owns: somebody who may know what it is for.

Only for such groups, and only among the posts that are read anyway. The answer is what a post's
From line says, which can be forged. It refuses to keep any other sender.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parseaddr

from groupaudit.model.group import Exposure

#: Weaknesses of groups that nobody answers for.
_ORPHANED = frozenset({"no-owner", "owners-suspended"})

#: Longest sender line looked at; an address has 320 characters at most (RFC 5321).
_LONGEST = 1000
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w.-]{1,255}")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def orphaned(exposure: Exposure) -> bool:
    """Whether nobody answers for the group."""
    return any(weakness.kind in _ORPHANED for weakness in exposure.weaknesses)


def with_writer(exposure: Exposure, writer: str | None) -> Exposure:
    """``exposure`` with ``writer`` among those who could act; itself when there is none to add."""
    if writer is None:
        return exposure
    return replace(
        exposure,
        weaknesses=tuple(
            replace(each, who=tuple(dict.fromkeys((*each.who, writer))))
            if each.kind in _ORPHANED
            else each
            for each in exposure.weaknesses
        ),
    )


class LastInside:
    """The newest sender from ``domains`` among the posts seen; ``group`` itself does not count."""

    def __init__(self, group: str, domains: Collection[str]) -> None:
        self._group = group
        self._domains = frozenset(domains)
        self._newest = _LONG_AGO
        self.address: str | None = None

    def see(self, date: datetime | None, sender: str) -> None:
        """One more post."""
        address = parseaddr(sender[:_LONGEST])[1].lower()
        inside = address.rpartition("@")[2] in self._domains
        if not inside or address == self._group or not _ADDRESS.fullmatch(address):
            return
        when = date or _LONG_AGO
        if self.address is None or (when, address) > (self._newest, self.address):
            self._newest, self.address = when, address
