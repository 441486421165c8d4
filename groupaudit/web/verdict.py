"""What a page proves: the decision table of the research note of 2026-11, section 2, in its order.

Only positive evidence proves that anybody can read: the group's own page, with data that names the
group. No status, title or text does, and nothing proves that a group is private: "forbidden" and
"does not exist" look the same from outside.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from groupaudit.web import blobs
from groupaudit.web.blobs import Conversation, ConversationBlob
from groupaudit.web.site import ACCESS_ERROR, Page


class Seen(StrEnum):
    """What an anonymous reader is shown of a group."""

    CONTENT_PUBLIC = "content_public"
    LIST_PUBLIC = "list_public"
    VISIBLE_EMPTY = "visible_empty"
    LOGIN_REQUIRED = "login_required"
    DENIED_OR_ABSENT = "denied_or_absent"
    MISMATCH = "mismatch"
    UNKNOWN_PAGE = "unknown_page"
    RATE_LIMITED = "rate_limited"
    CONSENT = "consent"
    ERROR = "error"
    ROBOTS = "robots"
    BUDGET = "budget"
    CONTROL_FAILED = "control_failed"
    UNPROVED = "unproved"


#: Proof that anyone on the web reads: posts, or at least their subjects and first lines.
PUBLIC = frozenset({Seen.CONTENT_PUBLIC, Seen.LIST_PUBLIC})

#: Whole answers by which a reader without an account was turned away.
TURNED_AWAY = frozenset({Seen.LOGIN_REQUIRED, Seen.DENIED_OR_ABSENT})

#: First signs that we are not welcome: the whole run leaves the site alone.
STOPPING = frozenset({Seen.RATE_LIMITED, Seen.CONSENT})

DETAILS: dict[Seen, str] = {
    Seen.CONTENT_PUBLIC: "The web shows the conversations to anyone, without signing in.",
    Seen.LIST_PUBLIC: (
        "The web shows the list of conversations to anyone, with subjects and first lines; the "
        "conversation that was tried was not shown."
    ),
    Seen.VISIBLE_EMPTY: "The web shows the group to anyone, but no conversation in it.",
    Seen.LOGIN_REQUIRED: "The web asks for an account.",
    Seen.DENIED_OR_ABSENT: (
        "The web shows nothing: the group is closed to strangers, or it does not exist."
    ),
    Seen.MISMATCH: (
        "The page belongs to another address. Open the group in a private browser window."
    ),
    Seen.UNKNOWN_PAGE: (
        "The page could not be understood. Open the group in a private browser window."
    ),
    Seen.RATE_LIMITED: "The site asked to slow down; it was left alone. Try again tomorrow.",
    Seen.CONSENT: (
        "The site asks for consent to cookies first; it was left alone. Open the group in a "
        "private browser window."
    ),
    Seen.ERROR: "The site failed. Try again later.",
    Seen.ROBOTS: (
        "Not verified: robots.txt of the site forbids programs to look, or could not be read. Open "
        "the group in a private browser window without an account."
    ),
    Seen.BUDGET: (
        "The run's requests to the public web are used up. Raise google.web_max_requests, or look "
        "at fewer groups."
    ),
    Seen.CONTROL_FAILED: (
        "The control pages were not as expected, so that no page of this run can be trusted. Open "
        "the group in a private browser window, and look for a newer groupaudit."
    ),
    Seen.UNPROVED: (
        "The web shows nothing of the group, but nor does it show the famous group by which that "
        "is checked: whether strangers are kept out is not known. Open the group in a private "
        "browser window."
    ),
}

#: Texts by which a group's own page turns strangers away, in lower case.
_PERMISSION = (
    "you don't have permission to access this content",
    "you don’t have permission to access this content",
    "content unavailable",
    "contenu indisponible",
    "sie sind nicht berechtigt, auf diese inhalte zuzugreifen",
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen, in words, and the conversations that the list showed.

    ``total`` is the number of conversations of the group, None when it was not told.
    """

    seen: Seen
    detail: str
    total: int | None = None
    conversations: tuple[Conversation, ...] = ()

    @property
    def public(self) -> bool:
        """Whether it is proved that anyone on the web reads the group."""
        return self.seen in PUBLIC


def sighting(seen: Seen) -> Sighting:
    """``seen`` with the words that go with it."""
    return Sighting(seen, DETAILS[seen])


def of_list(page: Page, path: str, expected: Collection[str]) -> Sighting:
    """What ``page`` proves, asked for as the list at ``path`` of the group at ``expected``."""
    found = _of_transport(page)
    if found is not None:
        return sighting(found)
    if page.status == 200 and page.path == path:
        shown = list(blobs.lists(page.html))
        own = next((blob for blob in shown if blob.email in expected), None)
        if own is not None:
            public = own.total >= 1 and own.conversations
            seen = Seen.LIST_PUBLIC if public else Seen.VISIBLE_EMPTY
            return Sighting(seen, DETAILS[seen], own.total, own.conversations)
        if shown:
            return sighting(Seen.MISMATCH)
    return _of_text(page)


def of_conversation(
    page: Page, path: str, expected: Collection[str], id_: str
) -> ConversationBlob | Sighting:
    """The conversation ``id_``, if ``page`` holds a message of it, else what it shows instead."""
    found = _of_transport(page)
    if found is not None:
        return sighting(found)
    if page.status == 200 and page.path == path:
        for blob in blobs.conversations(page.html):
            told = any(message.html.strip() for message in blob.messages)
            if blob.email in expected and blob.id == id_ and told:
                return blob
    return _of_text(page)


def _of_transport(page: Page) -> Seen | None:
    """Rows 1 to 5: what status, host and path say by themselves."""
    if page.status == 429 or "/sorry/" in page.path:
        return Seen.RATE_LIMITED
    if page.host in {"", _GOOGLE} and page.path.startswith(ACCESS_ERROR):
        return Seen.DENIED_OR_ABSENT
    if page.host:
        return _FOREIGN.get(page.host, Seen.UNKNOWN_PAGE)
    if page.status in _DENYING:
        return None
    if page.status >= 500 or page.media_type != "text/html":
        return Seen.ERROR
    return None


#: Statuses by which a site may turn strangers away, whatever it sends along.
_DENYING = frozenset({401, 403, 404})

#: Where the group pages are: a site in its place may name it in full.
_GOOGLE = "groups.google.com"

_FOREIGN = {
    "consent.google.com": Seen.CONSENT,
    "accounts.google.com": Seen.LOGIN_REQUIRED,
}


def _of_text(page: Page) -> Sighting:
    """Rows 2, 3, 9 and 10: a page without data that could be used."""
    text = page.html.lower()
    if "unusual traffic" in text:
        return sighting(Seen.RATE_LIMITED)
    if 'action="https://consent.google.com' in text or "before you continue" in text:
        return sighting(Seen.CONSENT)
    if page.status in _DENYING or any(told in text for told in _PERMISSION):
        return sighting(Seen.DENIED_OR_ABSENT)
    digest = blake2b(page.html.encode("utf-8", "replace"), digest_size=4).hexdigest()
    detail = f"{DETAILS[Seen.UNKNOWN_PAGE]} ({len(page.html)} characters, digest {digest})"
    return Sighting(Seen.UNKNOWN_PAGE, detail)
