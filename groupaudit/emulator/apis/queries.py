"""Vault's queries: groups' posts by account, and mail of outside groups in all mailboxes.

It reads a query and finds whom it concerns; it counts and writes nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from groupaudit.emulator.apis.exports import Search
from groupaudit.emulator.errors import ApiError, bad_request, not_built
from groupaudit.emulator.mailboxes import OutsideMail
from groupaudit.emulator.state import Group
from groupaudit.emulator.workspace import Workspace

#: The only search of mail that is played: the words may come in any order.
_OUTSIDE = re.compile(
    r"(?:list|to|from):googlegroups\.com(?: OR (?:list|to|from):googlegroups\.com)*"
)


def understood(query: dict[str, Any], workspace: Workspace) -> tuple[Search, list[str]]:
    """The query as a search, and the accounts that Vault does not know.

    Raises ApiError 400 for what Google refuses, 501 for what is not played.
    """
    if query.get("dataScope") not in ("ALL_DATA", "HELD_DATA", "UNPROCESSED_DATA"):
        raise _no("data_scope")
    start, end = _midnight(query.get("startTime")), _midnight(query.get("endTime"))
    bounds = {k: v for k, v in (("start", start), ("end", end)) if v is not None}
    match query.get("corpus"):
        case "MAIL":
            return Search(_mailboxes(query, workspace), **bounds), []
        case "GROUPS":
            groups, strangers = _groups(query, workspace)
            return Search(groups, **bounds), strangers
        case None:
            raise _no("corpus")
        case corpus:
            raise not_built(f"Vault searches of corpus {corpus}")


def _mailboxes(query: dict[str, Any], workspace: Workspace) -> tuple[OutsideMail, ...]:
    """Every account's mail of groups outside, those without any left out."""
    if query.get("method") != "ENTIRE_ORG" or not _OUTSIDE.fullmatch(query.get("terms", "")):
        raise not_built("this Vault search of mail")
    tenant = workspace.tenant
    found = (OutsideMail(tenant, user.email) for user in tenant.users)
    return tuple(mail for mail in found if next(mail.posts(), None) is not None)


def _groups(query: dict[str, Any], workspace: Workspace) -> tuple[tuple[Group, ...], list[str]]:
    """The groups asked for that exist, and the addresses of the others."""
    if query.get("method", query.get("searchMethod")) != "ACCOUNT":
        raise _no("method: only ACCOUNT searches groups")
    if query.get("terms"):
        raise not_built("Vault search terms")
    emails = query.get("accountInfo", {}).get("emails", [])
    if not emails:
        raise _no("account_info.emails")
    gone = workspace.faults().deleted
    found = {e: None if e in gone else workspace.tenant.group(e) for e in emails}
    groups = tuple(group for group in found.values() if group is not None)
    return groups, [email for email, group in found.items() if group is None]


def _midnight(text: str | None) -> datetime | None:
    """Vault rounds both ends of a search to 12 AM of their date."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise _no("start_time or end_time") from error
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _no(what: str) -> ApiError:
    return bad_request(f"Invalid query: {what}.")
