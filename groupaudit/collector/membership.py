"""Who the members of a group are, nested groups followed: counted, never listed beyond need.

A nested group's members have the role that the nested group has in the group that is asked about.
Whoever is outside the organisation's domains counts as external; a group from outside counts as one
account, since nobody here can look into it. It refuses to follow a group twice (so circles end) and
to count a nested group that could not be listed as empty: it is named in ``unread``.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from groupaudit.collector.delivery import Delivery, Mail
from groupaudit.errors import CollectError, NotFound
from groupaudit.model.group import Member, MemberKind, Membership, Role, Way
from groupaudit.web.addresses import is_consumer

Listing = Callable[[str], Sequence[Member]]

#: Nested groups followed from one group; more than that is not a group that anybody oversees.
MOST_NESTED = 2000

_RANK = {role: place for place, role in enumerate(Role)}


def membership(
    email: str, listing: Listing, inside: Iterable[str], delivery: Delivery | None = None
) -> Membership:
    """The members of the group at ``email``.

    ``listing`` gives direct members, ``delivery`` whether one gets mail (None: not asked, all may).
    Raises CollectError when the group itself cannot be listed; nested ones land in ``unread``.
    """
    walk = _Walk(frozenset(inside), Mail(email, delivery))
    direct = listing(email)
    walk.take(email, direct, None)
    while walk.nested:
        nested, role = walk.nested.popleft()
        walk.follow(nested, role, listing)
    return walk.result(direct)


@cache
def consumer_domains() -> frozenset[str]:
    """Domains of mail providers for the public, where people keep their private mail."""
    lines = Path(__file__).with_name("consumer_domains.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@dataclass(slots=True)
class _Account:
    """One account, with the widest role by which it is a member."""

    role: Role
    suspended: bool


@dataclass(slots=True)
class _Walk:
    """What was found so far. Groups still to follow are in ``nested``, with their role."""

    inside: frozenset[str]
    mail: Mail
    nested: deque[tuple[str, Role]] = field(default_factory=deque)
    accounts: dict[str, _Account] = field(default_factory=dict)
    followed: dict[str, Role | None] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    unread_roles: set[Role] = field(default_factory=set)
    all_users: list[Role] = field(default_factory=list)
    foreign_groups: set[str] = field(default_factory=set)
    ways: dict[Way, None] = field(default_factory=dict)

    def take(self, email: str, members: Sequence[Member], role: Role | None) -> None:
        """The direct members of a group that has ``role`` (None: the group asked about)."""
        self.followed[email] = role
        for number, member in enumerate(members):
            self._sort(email, member, role or member.role, number)

    def follow(self, email: str, role: Role, listing: Listing) -> None:
        """List a nested group, unless that was done with as wide a role."""
        if email in self.followed:
            before = self.followed[email]
            if before is None or _RANK[before] <= _RANK[role]:
                return
        elif len(self.followed) > MOST_NESTED:
            self._miss(email, "too-many-nested-groups", role)
            return
        try:
            members = listing(email)
        except CollectError as error:
            self.followed[email] = role
            self._miss(email, error.reason, None if isinstance(error, NotFound) else role)
            return
        self.take(email, members, role)

    def result(self, direct: Sequence[Member]) -> Membership:
        """Everything counted."""
        outside = {each: account for each, account in self.accounts.items() if self._out(each)}
        external = {each: account for each, account in outside.items() if not account.suspended}
        mailed = {each: acc for each, acc in external.items() if self.mail.reaches(each)}
        return Membership(
            total=len(self.accounts),
            external=len(outside),
            consumer_mail=sum(_domain(each) in consumer_domains() for each in outside),
            internal_by_role=_by_role(
                account
                for each, account in self.accounts.items()
                if each not in outside and not account.suspended
            ),
            external_by_role=_by_role(external.values()),
            external_getting_mail=len(mailed),
            all_users_role=min(self.all_users, key=_RANK.__getitem__, default=None),
            owners=_named(direct, Role.OWNER),
            managers=_named(direct, Role.MANAGER),
            owners_suspended=sum(each.suspended for each in direct if each.role is Role.OWNER),
            consumer_groups=tuple(sorted(each for each in outside if is_consumer(each))),
            foreign_groups=tuple(sorted(self.foreign_groups)),
            nested=tuple(sorted(self._there())),
            unread=tuple(sorted(self.unread.items())),
            unread_roles=frozenset(self.unread_roles),
            external_mail_by_role=_by_role(mailed.values()),
            outsiders=frozenset(external),
            mailed=frozenset(mailed),
            ways=tuple(self.ways),
        )

    def _there(self) -> Iterator[str]:
        """Nested groups of the organisation, those that could not be listed too, gone ones not."""
        for email, role in self.followed.items():
            if role is not None and self.unread.get(email) != NotFound.reason:
                yield email

    def _sort(self, group: str, member: Member, role: Role, number: int) -> None:
        if member.kind is MemberKind.ALL_USERS:
            self.all_users.append(role)
        elif not member.email:
            self._miss(f"{group}#{number}", "member-without-address", role)
        elif member.kind is MemberKind.GROUP and not self._out(member.email):
            self.mail.add(group, member.email, member.gets_mail)
            self.ways[Way(group, member.email, member.role)] = None
            self.nested.append((member.email, role))
        else:
            if self._out(member.email):
                self.mail.add(group, member.email, member.gets_mail)
                self.ways[Way(group, member.email, member.role)] = None
                if member.kind is MemberKind.GROUP:
                    self.foreign_groups.add(member.email)
            elif member.kind is MemberKind.OTHER:
                # Whoever it stands for may be from outside.
                self._miss(f"{group}#{number}", "member-of-unknown-kind", role)
            self._count(member, role)

    def _miss(self, name: str, reason: str, role: Role | None) -> None:
        """Note what could not be followed, and the ``role`` of its members if it has any."""
        self.unread[name] = reason
        if role is not None:
            self.unread_roles.add(role)

    def _count(self, member: Member, role: Role) -> None:
        account = self.accounts.setdefault(member.email, _Account(role, member.suspended))
        if _RANK[role] < _RANK[account.role]:
            account.role = role

    def _out(self, email: str) -> bool:
        return _domain(email) not in self.inside


def _by_role(accounts: Iterable[_Account]) -> tuple[tuple[Role, int], ...]:
    counted = Counter(account.role for account in accounts)
    return tuple((role, counted[role]) for role in Role if counted[role])


def _named(direct: Sequence[Member], role: Role) -> tuple[str, ...]:
    return tuple(sorted({each.email for each in direct if each.role is role and each.email}))


def _domain(email: str) -> str:
    return email.rpartition("@")[2]
