"""Whose mailboxes may hold copies of groups' posts, the longest-standing accounts first.

Asks the Directory for members (nested groups followed by Google) and, once a run, for the accounts:
who joined the house first has seen most of a group. It opens no mailbox, and keeps addresses in
memory only: none leaves in a note or a message.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from groupaudit.errors import AuthError, CollectError
from groupaudit.google import answers, auth, scopes
from groupaudit.google.exchange import Json
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.model.group import Group

_MEMBERS = Feature.of(scopes.MEMBERS)
_USERS = Feature.of(scopes.USERS)
_MEMBERS_PAGE = 200
_USERS_PAGE = 500
#: A group of more accounts has its oldest ones among the first so many in all likelihood.
_MOST_MEMBERS = 20_000
#: Stands for the mailbox of the credential itself.
OWN = ""
_UNKNOWN_SINCE = datetime.max.replace(tzinfo=UTC)


def delegated(access: auth.Access) -> bool:
    """Whether the credentials can act for the accounts, each in turn. Raises ConfigError."""
    kind = auth.kind(access)
    return bool(access.impersonate or access.subject) or kind == "service_account"


@dataclass(frozen=True, slots=True)
class Pool:
    """``addresses`` of mailboxes, best first, out of so many ``members`` (or accounts) with one.

    ``excluded`` counts members without a mailbox that can be read, by reason; ``note`` says what
    the order does not rest on.
    """

    addresses: tuple[str, ...] = field(repr=False)
    members: int
    excluded: Counter[str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Account:
    address: str = field(repr=False)
    since: datetime = _UNKNOWN_SINCE
    unusable: str = ""


class Mailboxes:
    """The mailboxes of members. Thread-safe."""

    def __init__(self, google: GoogleApis) -> None:
        self._google = google
        self._lock = threading.Lock()
        self._accounts: dict[str, _Account] | None = None
        self._unlisted: AuthError | CollectError | None = None
        self._groups: dict[str, int] = {}

    def of(self, group: Group, most: int) -> Pool:
        """At most ``most`` mailboxes of ``group``'s members. Raises AuthError, CollectError."""
        accounts = self._known()
        found: dict[str, _Account] = {}
        for account in self._members(group, accounts):
            found.setdefault(account.address, account)
        return self._pool(found.values(), most)

    def everyone(self, most: int) -> Pool:
        """At most ``most`` of all mailboxes. Raises AuthError, CollectError: none is known."""
        accounts = self._known()
        if self._unlisted is not None:
            raise self._unlisted
        return self._pool({each.address: each for each in accounts.values()}.values(), most)

    def _pool(self, found: Collection[_Account], most: int) -> Pool:
        usable = [each for each in found if not each.unusable]
        usable.sort(key=lambda each: (each.since, each.address))
        return Pool(
            addresses=tuple(each.address for each in usable[:most]),
            members=len(usable),
            excluded=Counter(each.unusable for each in found if each.unusable),
            note=self._note,
        )

    @property
    def _note(self) -> str:
        if self._unlisted is None:
            return ""
        return (
            f"the list of accounts could not be read ({self._unlisted.reason}), so that the "
            "mailboxes were not chosen by their age"
        )

    def groups_of(self, address: str) -> int:
        """In how many groups ``address`` is, 200 at most; 0 when that cannot be told.

        Of two mailboxes that show as much, the one in more groups is opened: so fewer are, in all.
        """
        if address not in self._groups:
            api = self._google.api(_MEMBERS)
            try:
                page = api.call(
                    lambda service: service.groups().list(
                        userKey=address, maxResults=_MEMBERS_PAGE, fields="groups(id)"
                    )
                )
                self._groups[address] = len(answers.entries(page, "groups"))
            except (AuthError, CollectError):
                self._groups[address] = 0  # only the choice between equals rests on it
        return self._groups[address]

    def _members(self, group: Group, accounts: dict[str, _Account]) -> Iterator[_Account]:
        """The accounts among the members; outsiders have no mailbox here, so are left out."""
        pages = self._google.api(_MEMBERS).pages(
            lambda service, token: service.members().list(
                groupKey=group.email,
                includeDerivedMembership=True,
                maxResults=_MEMBERS_PAGE,
                fields="nextPageToken,members(email,type,status)",
                pageToken=token,
            )
        )
        rows = (row for page in pages for row in answers.entries(page, "members"))
        for number, raw in enumerate(rows):
            if number >= _MOST_MEMBERS:
                return
            kind = str(raw.get("type")).upper()
            if kind == "CUSTOMER":
                yield from accounts.values()
            elif kind == "USER" and (address := _address(raw.get("email"))):
                yield from self._member(address, raw, accounts)

    def _member(self, address: str, raw: Json, accounts: dict[str, _Account]) -> Iterator[_Account]:
        suspended = str(raw.get("status")).upper() == "SUSPENDED"
        if address in accounts:
            account = accounts[address]
            yield replace(account, unusable="mailbox-suspended") if suspended else account
        elif self._unlisted:  # without the list of accounts, whoever is a member may have a mailbox
            yield _Account(address, unusable="mailbox-suspended" if suspended else "")

    def _known(self) -> dict[str, _Account]:
        """Every account by each of its addresses; empty, with a note, when they may not be read."""
        with self._lock:
            if self._accounts is None:
                try:
                    self._accounts = self._listed()
                except (AuthError, CollectError) as error:
                    self._accounts, self._unlisted = {}, error
            return self._accounts

    def _listed(self) -> dict[str, _Account]:
        accounts: dict[str, _Account] = {}
        customer = self._google.access.customer
        for page in self._google.api(_USERS).pages(
            lambda service, token: service.users().list(
                customer=customer,
                maxResults=_USERS_PAGE,
                fields="nextPageToken,users(primaryEmail,aliases,creationTime,suspended,"
                "archived,isMailboxSetup)",
                pageToken=token,
            )
        ):
            for row in answers.entries(page, "users"):
                account = _account(row)
                aliases = row.get("aliases")
                names = [account.address, *(aliases if isinstance(aliases, list) else ())]
                accounts.update({name: account for each in names if (name := _address(each))})
        return accounts


def _account(row: Json) -> _Account:
    unusable = ""
    if row.get("suspended") is True or row.get("archived") is True:
        unusable = "mailbox-suspended"
    elif row.get("isMailboxSetup") is False:
        unusable = "no-mailbox"
    return _Account(_address(row.get("primaryEmail")), _since(row.get("creationTime")), unusable)


def _since(value: Any) -> datetime:
    try:
        since = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return _UNKNOWN_SINCE
    return since if since.tzinfo else since.replace(tzinfo=UTC)


def _address(value: Any) -> str:
    return value.lower() if isinstance(value, str) else ""
