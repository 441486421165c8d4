"""The archive of one group as its web pages show it: conversations, messages, attachments.

Built from the posts' RFC 5322 bytes only when a page needs them; addresses in what is shown are
masked as Google masks them for anonymous readers.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cached_property
from html import escape

from groupaudit.emulator.state import Group, Post

_ADDRESS = re.compile(r"([A-Za-z0-9._%+-]{1,64})@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_SNIPPET = 100  # characters
_WHOLE_PAGE = 98  # messages that one page of a conversation holds


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message; ``part`` is its number in the address of the download."""

    name: str
    content_type: str
    part: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the page shows it. ``author`` is a name, or a masked address."""

    id: str
    key: str
    author: str
    subject: str
    snippet: str
    html: str
    posted: datetime
    dated: datetime
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread: its posts oldest first."""

    id: str
    posts: tuple[Post, ...]


class Archive:
    """The conversations of a group."""

    def __init__(self, group: Group) -> None:
        self.group = group

    @cached_property
    def _conversations(self) -> dict[str, Conversation]:
        threads: dict[str, list[Post]] = {}
        for post in self.group.posts():
            threads.setdefault(post.thread, []).append(post)
        found = (Conversation(_id(thread, 8), tuple(posts)) for thread, posts in threads.items())
        return {conversation.id: conversation for conversation in found}

    @cached_property
    def _posts(self) -> dict[str, Post]:
        return {_key(p): p for c in self._conversations.values() for p in c.posts}

    @property
    def total(self) -> int:
        """Number of conversations."""
        return len(self._conversations)

    def newest(self, number: int) -> Sequence[Conversation]:
        """The conversations with the latest activity, newest first."""
        found = sorted(
            self._conversations.values(), key=lambda c: (c.posts[-1].date, c.id), reverse=True
        )
        return found[:number]

    def conversation(self, id_: str) -> Conversation | None:
        """The conversation with that id, None if there is none."""
        return self._conversations.get(id_)

    def messages(self, conversation: Conversation) -> list[Shown]:
        """The messages of a conversation that its page holds, oldest first."""
        return [shown(post) for post in conversation.posts[:_WHOLE_PAGE]]

    def attachment(self, key: str, part: int) -> tuple[str, bytes] | None:
        """Type and bytes of an attachment, None if there is none."""
        post = self._posts.get(key)
        if post is None:
            return None
        files = list(_parsed(post).iter_attachments())
        if not 0 < part <= len(files):
            return None
        content = files[part - 1].get_payload(decode=True)
        return files[part - 1].get_content_type(), content if isinstance(content, bytes) else b""


def shown(post: Post) -> Shown:
    """``post`` as a page shows it."""
    message = _parsed(post)
    html, text = _body(message)
    files = tuple(
        Attachment(part.get_filename() or "noname", part.get_content_type(), number)
        for number, part in enumerate(message.iter_attachments(), start=1)
    )
    return Shown(
        id=_id(post.id, 9),
        key=_key(post),
        author=_author(message),
        subject=str(message.get("Subject", "(no subject)")),
        snippet=" ".join(masked(text).split())[:_SNIPPET],
        html=html,
        posted=post.date,
        dated=_date(message, post.date),
        files=files,
    )


def masked(text: str) -> str:
    """``text`` with addresses cut to half their local part, as anonymous readers see them."""
    return _ADDRESS.sub(lambda m: f"{m[1][: len(m[1]) // 2]}...@{m[2]}", text)


def _parsed(post: Post) -> EmailMessage:
    message = message_from_bytes(post.render(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what policy.default makes
    return message


def _body(message: EmailMessage) -> tuple[str, str]:
    """The body as sanitised HTML, and as text for the snippet."""
    part = message.get_body(preferencelist=("html", "plain"))
    if part is None:
        return "", ""
    raw = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    content = raw.decode(_known(charset), "replace") if isinstance(raw, bytes) else ""
    if part.get_content_subtype() == "html":
        safe = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->", "", content)
        return _ADDRESS.sub(_masked_link, safe), re.sub(r"<[^>]*>", " ", safe)
    lines = "<br>".join(escape(line) for line in content.splitlines())
    return f'<div dir="ltr">{_ADDRESS.sub(_masked_link, lines)}</div>', content


def _masked_link(match: re.Match[str]) -> str:
    return f'<a href data-email-masked rel="nofollow">{masked(match[0])}</a>'


def _known(charset: str) -> str:
    try:
        "".encode(charset)
    except LookupError:
        return "utf-8"
    return charset


def _author(message: EmailMessage) -> str:
    header = message["From"]
    addresses = getattr(header, "addresses", ())
    if not addresses:
        return masked(str(header or ""))
    return addresses[0].display_name or masked(addresses[0].addr_spec)


def _date(message: EmailMessage, otherwise: datetime) -> datetime:
    try:
        return parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return otherwise


def _id(text: str, size: int) -> str:
    """8 bytes give the 11 characters of a conversation's id, 9 the 12 of a message's."""
    digest = hashlib.blake2b(text.encode(), digest_size=size).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _key(post: Post) -> str:
    return hashlib.blake2b(post.id.encode(), digest_size=8).hexdigest()
