"""The organisation's switches for groups, from the Cloud Identity Policy API.

Only a super administrator may read them. It refuses to take an unreadable switch for a closed one,
and a filter that finds nothing for an organisation that set nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from groupaudit.collector.switches import switches
from groupaudit.errors import AuthError, CollectError
from groupaudit.google import answers, scopes
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.model.group import OrgPolicy

#: Google states no quota; about one request a second passes.
POLICIES = Feature.of(scopes.POLICIES, per_minute=60)

#: Setting types are matched by the server. No backslash: how many of them stand for one point is
#: written in several ways, and the wrong one matches nothing.
FILTER = "setting.type.matches('^settings/groups.*$')"
#: A larger page is silently made one of 100.
PAGE = 100

NOT_WANTED = OrgPolicy(None, why_unknown="collect.org_policy is false")


def org_policy(google: GoogleApis) -> OrgPolicy:
    """The switches; None for each, with the reason, when they may not or cannot be read.

    Raises QuotaExhausted.
    """
    try:
        # Asked again without a filter, which has Google send the policies of every application.
        return switches(_filtered(google) or tuple(_policies(google, None)))
    except (AuthError, CollectError) as error:
        return OrgPolicy(None, why_unknown=str(error))


def _filtered(google: GoogleApis) -> tuple[dict[str, Any], ...]:
    """The policies for groups; none also when the server does not take the filter."""
    try:
        return tuple(_policies(google, FILTER))
    except CollectError as error:
        if error.reason != "request-refused":
            raise
        return ()


def _policies(google: GoogleApis, wanted: str | None) -> Iterator[dict[str, Any]]:
    pages = google.api(POLICIES).pages(
        lambda service, token: service.policies().list(
            filter=wanted, pageSize=PAGE, pageToken=token
        )
    )
    for page in pages:
        yield from answers.entries(page, "policies")
