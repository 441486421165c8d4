"""Groups as the organisation and the public web show them together (a ``ports.GroupSource``).

Groups at googlegroups.com belong to no Workspace: no API shows them, only their pages on the web
can. They come from the configuration, or to light as members of groups and in the list headers of
posts. It refuses to guess such an address, and to look at a group of the organisation that its own
settings keep off the web.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from groupaudit.collector import sightings
from groupaudit.model.group import Exposure, Group, GroupKind, OrgPolicy
from groupaudit.model.report import Assessment
from groupaudit.ports import GroupSource
from groupaudit.web.addresses import is_consumer, is_group_address
from groupaudit.web.visitor import Visitor

#: Consumer groups that posts and members lead to, at most; configured ones are not counted.
#: Headers are written by strangers, who must not send the visitor wandering.
MOST_FOUND = 200


@dataclass(frozen=True, slots=True)
class GroupsOnTheWeb:
    """``inner`` with what the visitor sees. Thread-safe.

    ``confirm``: the organisation's own groups are looked at too, where their settings open them to
    the web. ``addresses`` are consumer groups to audit in any case; with ``discover`` those that
    outcomes lead to as well, unless a glob of ``exclude`` matches.
    """

    inner: GroupSource
    visitor: Visitor
    confirm: bool
    addresses: Sequence[str] = ()
    discover: bool = False
    exclude: Sequence[str] = ()

    def domains(self) -> tuple[str, ...]:
        """As ``inner`` tells them."""
        return self.inner.domains()

    def groups(self) -> Iterator[Group]:
        """As ``inner`` lists them."""
        return self.inner.groups()

    def exposure(self, group: Group) -> Exposure:
        """Who can read ``group``, by settings and by what the web shows. Raises CollectError."""
        if group.kind is GroupKind.CONSUMER:
            return sightings.alone(self.visitor.look(group.email))
        told = self.inner.exposure(group)
        if not self.confirm or not sightings.may_be_public(told):
            return told
        return sightings.confirmed(told, self.visitor.look(group.email, group.aliases))

    def org_policy(self) -> OrgPolicy:
        """As ``inner`` tells it."""
        return self.inner.org_policy()

    def notes(self) -> tuple[str, ...]:
        """As ``inner`` tells them."""
        return self.inner.notes()

    def beyond(self, outcomes: Iterable[Assessment]) -> Iterator[Group]:
        """The consumer groups that are configured, and those that ``outcomes`` lead to, sorted."""
        configured = set(self.addresses)
        found = sorted(self._found(outcomes) - configured) if self.discover else []
        for address in sorted(configured | set(found[:MOST_FOUND])):
            yield Group(address, kind=GroupKind.CONSUMER)

    def _found(self, outcomes: Iterable[Assessment]) -> set[str]:
        return {
            address
            for outcome in outcomes
            for address in outcome.consumer_groups
            if is_consumer(address)
            and is_group_address(address)
            and not any(fnmatchcase(address, glob.lower()) for glob in self.exclude)
        }
