"""Groups as the organisation and the public web show them together (a ``ports.GroupSource``).

Groups at googlegroups.com belong to no Workspace: no API shows them, only their pages on the web
can. They come from the configuration, or to light as members of groups and in the list headers of
posts and of mail in mailboxes. It refuses to guess such an address, and to look at a group of the
organisation that its own settings keep off the web, unless all are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Literal

from groupaudit.collector import sightings
from groupaudit.collector.mailboxes import SearchedMailboxes
from groupaudit.model.group import Exposure, Group, GroupKind, OrgPolicy
from groupaudit.model.report import Assessment
from groupaudit.ports import GroupSource
from groupaudit.web.addresses import is_consumer, is_group_address
from groupaudit.web.visitor import Visitor

#: Consumer groups that are led to, at most; configured ones are not counted.
#: Headers are written by strangers, who must not send the visitor wandering.
MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class GroupsOnTheWeb:
    """``inner`` with what the visitor sees. Thread-safe.

    ``confirm``: which of the organisation's own groups are looked at too; ``open`` are those that
    their settings open to the web, or may open. ``addresses`` are consumer groups to audit in any
    case; with ``discover`` those that outcomes and ``mailboxes`` lead to as well, unless a glob of
    ``exclude`` matches.
    """

    inner: GroupSource
    visitor: Visitor
    confirm: Literal["none", "open", "all"]
    addresses: Sequence[str] = ()
    discover: bool = False
    exclude: Sequence[str] = ()
    mailboxes: SearchedMailboxes = field(default_factory=SearchedMailboxes)
    _left_out: set[str] = field(default_factory=set, init=False, repr=False)

    def domains(self) -> tuple[str, ...]:
        """As ``inner`` tells them."""
        return self.inner.domains()

    def groups(self) -> Iterator[Group]:
        """As ``inner`` lists them."""
        return self.inner.groups()

    def exposure(self, group: Group) -> Exposure:
        """Who can read ``group``, by settings and by what the web shows. Raises CollectError."""
        if group.kind is GroupKind.CONSUMER:
            told = sightings.alone(self.visitor.look(group.email))
            return replace(told, notes=(*told.notes, *self.mailboxes.seen(group.email)))
        told = self.inner.exposure(group)
        if self.confirm == "none" or (self.confirm == "open" and not sightings.may_be_public(told)):
            return told
        return sightings.confirmed(told, self.visitor.look(group.email, group.aliases))

    def org_policy(self) -> OrgPolicy:
        """As ``inner`` tells it."""
        return self.inner.org_policy()

    def notes(self) -> tuple[str, ...]:
        """As ``inner`` tells them, and how far mailboxes were searched."""
        notes = (*self.inner.notes(), *self.mailboxes.notes())
        if not self._left_out:
            return notes
        return (*notes, f"Groups outside the Workspace left out, too many: {len(self._left_out)}")

    def beyond(self, outcomes: Iterable[Assessment]) -> Iterator[Group]:
        """The consumer groups that are configured, and those that are led to, sorted.

        Searches the mailboxes first, once a run. Raises QuotaExhausted, StoreError.
        """
        chosen = set(self.addresses)
        if self.discover:
            self.mailboxes.look()
            chosen.update(self._bounded(self._found(outcomes)))
        return (Group(address, kind=GroupKind.CONSUMER) for address in sorted(chosen))

    def _bounded(self, found: Iterable[str]) -> Sequence[str]:
        """The first of ``found``; the others are remembered, to be told."""
        wanted = [address for address in dict.fromkeys(found) if self._may_be_audited(address)]
        self._left_out.clear()
        self._left_out.update(wanted[MOST_FOUND:])
        return wanted[:MOST_FOUND]

    def _found(self, outcomes: Iterable[Assessment]) -> Iterator[str]:
        """Members and lists of posts first: strangers write to mailboxes more easily."""
        yield from sorted({address for each in outcomes for address in each.consumer_groups})
        yield from self.mailboxes.ranked()

    def _may_be_audited(self, address: str) -> bool:
        """Whether ``address``, which a header or a member gave, is a group to look at."""
        return (
            is_consumer(address)
            and is_group_address(address)
            and address not in self.addresses
            and not any(fnmatchcase(address, glob.lower()) for glob in self.exclude)
        )
