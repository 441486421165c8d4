"""The cheapest request that shows whether a feature is allowed: one row of one listing.

None reads a post, a member's address or an audit event: where a listing would show one, only the
kind of the answer is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groupaudit.collector import activities, moves
from groupaudit.collector.org_policy import FILTER
from groupaudit.google import scopes
from groupaudit.google.scopes import Need

#: Builds a request from an API's service object.
Request = Callable[[Any], Any]

#: Features that are asked about one group.
OF_A_GROUP = frozenset({scopes.SETTINGS, scopes.MEMBERS})

#: So many groups are tried: the first may be one that nobody may read, or be gone by now.
GROUPS_TRIED = 5

#: Every log that an audit reads: on settings, and on members.
LOGS = tuple(dict.fromkeys((*activities.EVENTS, *moves.EVENTS)))

_ONLY_KIND = "kind"


def groups(customer: str) -> Callable[[Any, str | None], Any]:
    """A few groups' addresses, for one page of them: the first may be empty."""
    return lambda service, token: service.groups().list(
        customer=customer,
        maxResults=GROUPS_TRIED,
        fields="nextPageToken,groups(email)",
        pageToken=token,
    )


def requests(need: Need, customer: str, group: str) -> tuple[Request, ...]:
    """The requests that show whether ``need`` is met; none where only a token can be had.

    ``group`` is the address of a group, for the features of ``OF_A_GROUP``.
    """
    built: dict[Need, tuple[Request, ...]] = {
        scopes.SETTINGS: (lambda service: service.groups().get(groupUniqueId=group),),
        scopes.MEMBERS: (
            lambda service: service.members().list(groupKey=group, maxResults=1, fields=_ONLY_KIND),
        ),
        scopes.DOMAINS: (
            lambda service: service.domains().list(customer=customer, fields=_ONLY_KIND),
            lambda service: service.domainAliases().list(customer=customer, fields=_ONLY_KIND),
        ),
        scopes.POLICIES: (
            lambda service: service.policies().list(
                filter=FILTER, pageSize=1, fields="nextPageToken"
            ),
        ),
        scopes.AUDIT_LOG: tuple(map(_activities, LOGS)),
        scopes.VAULT: (lambda service: service.matters().list(pageSize=1, fields="nextPageToken"),),
        scopes.USERS: (
            lambda service: service.users().list(
                customer=customer, maxResults=1, fields=_ONLY_KIND
            ),
        ),
        scopes.GMAIL: (
            lambda service: service.users().getProfile(userId="me", fields="historyId"),
        ),
    }
    return built.get(need, ())


def _activities(application: str) -> Request:
    return lambda service: service.activities().list(
        userKey="all", applicationName=application, maxResults=1, fields=_ONLY_KIND
    )
