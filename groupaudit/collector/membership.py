"""Who the members of a group are, nested groups followed: counted, never listed beyond need.

A nested group's members have the role that the nested group has in the group that is asked about.
Whoever is outside the organisation's domains counts as external; a group from outside counts as one
account, since nobody here can look into it. It refuses to follow a group twice (so circles end) and
to count a nested group that could not be listed as empty: it is named in ``unread``.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from groupaudit.errors import CollectError, QuotaExhausted
from groupaudit.model.group import Member, MemberKind, Membership, Role

Listing = Callable[[str], Sequence[Member]]
Delivery = Callable[[str, str], bool | None]

CONSUMER_GROUPS = "googlegroups.com"

#: Nested groups followed from one group; more than that is not a group that anybody oversees.
MOST_NESTED = 2000
#: Members whose delivery is asked for one by one; those beyond count as getting the mail.
MOST_ASKED = 50

_RANK = {role: place for place, role in enumerate(Role)}

NOBODY = Membership(
    total=0,
    external=0,
    consumer_mail=0,
    internal_by_role=(),
    external_by_role=(),
    external_getting_mail=0,
    all_users_role=None,
    owners=(),
)


def membership(
    email: str, listing: Listing, inside: Iterable[str], delivery: Delivery | None = None
) -> Membership:
    """The members of the group at ``email``.

    ``listing`` gives direct members, ``delivery`` whether one gets mail (None: not asked, all may).
    Raises CollectError when the group itself cannot be listed; nested ones land in ``unread``.
    """
    walk = _Walk(frozenset(inside))
    direct = listing(email)
    walk.take(email, direct, None)
    while walk.nested:
        nested, role = walk.nested.popleft()
        walk.follow(nested, role, listing)
    return walk.result(direct, delivery)


@cache
def consumer_domains() -> frozenset[str]:
    """Domains of mail providers for the public, where people keep their private mail."""
    lines = Path(__file__).with_name("consumer_domains.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@dataclass(slots=True)
class _Account:
    """One account: the widest role by which it is a member, and through which groups."""

    role: Role
    suspended: bool
    through: list[tuple[str, bool | None]] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """What was found so far. Groups still to follow are in ``nested``, with their role."""

    inside: frozenset[str]
    nested: deque[tuple[str, Role]] = field(default_factory=deque)
    accounts: dict[str, _Account] = field(default_factory=dict)
    followed: dict[str, Role | None] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    all_users: list[Role] = field(default_factory=list)

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
            self.unread[email] = "too-many-nested-groups"
            return
        try:
            members = listing(email)
        except QuotaExhausted:
            raise
        except CollectError as error:
            if error.reason == "interrupted":
                raise
            self.followed[email] = role
            self.unread[email] = error.reason
            return
        self.take(email, members, role)

    def result(self, direct: Sequence[Member], delivery: Delivery | None) -> Membership:
        """Everything counted."""
        outside = {each: account for each, account in self.accounts.items() if self._out(each)}
        external = {each: account for each, account in outside.items() if not account.suspended}
        mailed = _mailed(external, delivery)
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
            consumer_groups=tuple(
                sorted(each for each in outside if _domain(each) == CONSUMER_GROUPS)
            ),
            unread=tuple(sorted(self.unread.items())),
            external_mail_by_role=_by_role(mailed),
        )

    def _sort(self, group: str, member: Member, role: Role, number: int) -> None:
        if member.kind is MemberKind.ALL_USERS:
            self.all_users.append(role)
        elif not member.email:
            self.unread[f"{group}#{number}"] = "member-without-address"
        elif member.kind is MemberKind.GROUP and not self._out(member.email):
            self.nested.append((member.email, role))
        else:
            self._count(group, member, role)

    def _count(self, group: str, member: Member, role: Role) -> None:
        account = self.accounts.setdefault(member.email, _Account(role, member.suspended))
        if _RANK[role] < _RANK[account.role]:
            account.role = role
        account.through.append((group, member.gets_mail))

    def _out(self, email: str) -> bool:
        return _domain(email) not in self.inside


def _mailed(external: dict[str, _Account], delivery: Delivery | None) -> list[_Account]:
    """Those who get the posts by mail through any group, or may get them for all that is known."""
    asked = 0
    found = []
    for email, account in external.items():
        answers = []
        for group, gets_mail in account.through:
            answer = gets_mail
            if answer is None and delivery is not None and asked < MOST_ASKED:
                asked += 1
                answer = delivery(group, email)
            answers.append(answer)
        if any(answer is not False for answer in answers):
            found.append(account)
    return found


def _by_role(accounts: Iterable[_Account]) -> tuple[tuple[Role, int], ...]:
    counted = Counter(account.role for account in accounts)
    return tuple((role, counted[role]) for role in Role if counted[role])


def _named(direct: Sequence[Member], role: Role) -> tuple[str, ...]:
    """Who can act in ``role``: suspended accounts cannot."""
    found = (each.email for each in direct if each.role is role and not each.suspended)
    return tuple(sorted(filter(None, found)))


def _domain(email: str) -> str:
    return email.rpartition("@")[2]
