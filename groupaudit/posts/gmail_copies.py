"""One mailbox, asked for its copies of groups' posts: found, described, fetched.

Reads ``users/me`` of whoever the API object acts for; never another mailbox, never the folders Spam
and Trash. Why a mailbox could not be read is said by a stable word (``outcome``).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from groupaudit.errors import AccessDenied, AuthError, BadAnswer, GroupAuditError, NotFound
from groupaudit.google import scopes
from groupaudit.google.answers import entries
from groupaudit.google.batches import MOST_CALLS
from groupaudit.google.exchange import Json
from groupaudit.google.transport import Feature, GoogleApi, GoogleApis
from groupaudit.model.group import Group
from groupaudit.posts.headers import Headers

#: The ``maxResults`` that messages.list takes at most (discovery document gmail v1 20261005).
_PAGE = 500
#: Listing ends here: no mailbox holds a million posts of one group, but an answer may claim so.
_MOST_IDS = 1_000_000
_MOST_ALIASES = 20
_HEADERS = ("Message-ID", "Date", "Subject", "References", "In-Reply-To")
_FIELDS = "id,internalDate,payload(mimeType,headers)"
_LIST_HEADER = ("List-ID",)
_LIST_FIELDS = "payload/headers"
#: What may stand in a query without being taken for an operator.
_SAFE_ADDRESS = re.compile(r"[a-z0-9._+'&=-]{1,64}@[a-z0-9.-]{1,253}", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def query(group: Group) -> str:
    """The search that finds copies of ``group``'s posts; ``""`` when its address cannot be one.

    ``list:`` is tried with the address and with the List-ID, in which a dot stands for the at sign:
    Google documents neither form completely.
    """
    terms: list[str] = []
    for address in (group.email, *group.aliases[:_MOST_ALIASES]):
        if _SAFE_ADDRESS.fullmatch(address):
            list_id = address.replace("@", ".")
            terms += [f"list:{address}", f"list:({list_id})", f"deliveredto:{address}"]
    return " OR ".join(terms)


def excluding(lists: Iterable[str]) -> str:
    """The end of a search that leaves out mail of ``lists`` (addresses), as far as it can."""
    return "".join(
        f" -list:({address.replace('@', '.')})"
        for address in lists
        if _SAFE_ADDRESS.fullmatch(address)
    )


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of a copy without its text."""

    id: str
    date: datetime | None
    mixed: bool
    headers: Headers = field(repr=False)


class MailboxCopies:
    """The copies in the mailbox of whoever ``google`` acts for.

    ``per_minute`` bounds the calls for this mailbox. Methods raise AuthError, CollectError.
    """

    def __init__(self, google: GoogleApis, per_minute: int) -> None:
        self._api: GoogleApi = google.api(Feature.of(scopes.GMAIL, per_minute=per_minute))

    def found(self, words: str) -> tuple[str, ...]:
        """The ids of all messages that the search ``words`` finds, newest first."""
        ids: dict[str, None] = {}
        for one in self.listed(words):
            ids[one] = None
            if len(ids) > _MOST_IDS:
                raise BadAnswer("Gmail lists more messages than a mailbox can hold.")
        return tuple(ids)

    def listed(self, words: str) -> Iterator[str]:
        """The same ids, a page at a time as they are asked for; one may come twice."""
        for page in self._api.pages(lambda service, token: _search(service, words, token)):
            yield from _ids(page)

    def described(self, ids: Sequence[str]) -> Iterator[Copy | GroupAuditError]:
        """Each of ``ids`` without its text, or the error in which asking for it ended."""
        for asked, answer in self._metadata(ids, _HEADERS, _FIELDS):
            yield answer if isinstance(answer, GroupAuditError) else _copy(asked, answer)

    def list_headers(self, ids: Sequence[str]) -> Iterator[Headers | GroupAuditError]:
        """The List-ID headers of each of ``ids`` and nothing else of it, or the error."""
        for _asked, answer in self._metadata(ids, _LIST_HEADER, _LIST_FIELDS):
            yield answer if isinstance(answer, GroupAuditError) else _headers_of(answer)

    def _metadata(
        self, ids: Sequence[str], wanted: Sequence[str], fields: str
    ) -> Iterator[tuple[str, Json | GroupAuditError]]:
        for start in range(0, len(ids), MOST_CALLS):
            part = ids[start : start + MOST_CALLS]
            answers = self._api.batch(
                [partial(_metadata, message=one, wanted=wanted, fields=fields) for one in part]
            )
            yield from zip(part, answers, strict=True)

    def raw(self, message: str) -> bytes:
        """The whole message as it was received, attachments included (RFC 5322)."""
        answer = self._api.call(
            lambda service: (
                service.users().messages().get(userId="me", id=message, format="raw", fields="raw")
            )
        )
        encoded = answer.get("raw")
        if not isinstance(encoded, str):
            raise BadAnswer("Gmail's answer holds no message.")
        try:
            return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except (binascii.Error, ValueError) as error:
            raise BadAnswer("Gmail's answer holds a message that cannot be decoded.") from error


def outcome(error: GroupAuditError) -> str:
    """Why a mailbox could not be read, as a stable word."""
    if isinstance(error, AuthError):
        refused = error.reason == "account-refused"
        return "mailbox-suspended" if refused else "delegation-refused"
    if isinstance(error, AccessDenied):
        return "mailbox-refused"
    if isinstance(error, NotFound) or error.reason == "request-refused":
        return "no-mailbox"  # Gmail answers 400 failedPrecondition to an account without Gmail
    return error.reason


def _search(service: Any, words: str, token: str | None) -> Any:
    return (
        service.users()
        .messages()
        .list(
            userId="me",
            q=words,
            maxResults=_PAGE,
            fields="nextPageToken,messages(id)",
            pageToken=token,
        )
    )


def _metadata(service: Any, message: str, wanted: Sequence[str], fields: str) -> Any:
    return (
        service.users()
        .messages()
        .get(
            userId="me",
            id=message,
            format="metadata",
            metadataHeaders=list(wanted),
            fields=fields,
        )
    )


def _ids(page: Json) -> Iterator[str]:
    for row in entries(page, "messages"):
        found = row.get("id")
        if not isinstance(found, str) or not _ID.fullmatch(found):
            raise BadAnswer("Gmail's list of messages cannot be understood.")
        yield found


def _copy(asked: str, answer: Json) -> Copy:
    return Copy(
        id=asked,
        date=_moment(answer.get("internalDate")),
        mixed=_payload(answer).get("mimeType") == "multipart/mixed",
        headers=_headers_of(answer),
    )


def _payload(answer: Json) -> Json:
    payload = answer.get("payload")
    return payload if isinstance(payload, dict) else {}


def _headers_of(answer: Json) -> dict[str, list[str]]:
    rows = _payload(answer).get("headers")
    headers: dict[str, list[str]] = {}
    for row in rows if isinstance(rows, list) else ():
        name, value = (row.get("name"), row.get("value")) if isinstance(row, dict) else (None, None)
        if isinstance(name, str) and isinstance(value, str):
            headers.setdefault(name, []).append(value)
    return headers


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _moment(value: Any) -> datetime | None:
    """A time in milliseconds, which Google writes as a string."""
    milliseconds = _number(value)
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    except (ValueError, OverflowError, OSError):
        return None
