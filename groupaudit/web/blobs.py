"""The data that a group page embeds for its own script: found by shape, never by position or key.

Shapes: research note on groups.google.com as of 2026-11, section 3.1, checked there on 873 real
conversations. Every index is guarded; a page may hold anything. Nothing is taken from the page's
visible text, whose class names and languages change. Subjects and snippets are left where they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

#: Blobs looked at on one page; real ones hold about ten.
MOST_BLOBS = 50

#: Bounds on what a page may claim or hold, far beyond anything real: conversations, messages of
#: one, characters of a subject or name, files of a message.
_MOST_CONVERSATIONS, _MOST_MESSAGES, _MOST_CHARACTERS, _MOST_FILES = 10**9, 10**6, 10_000, 500

_CALL = "AF_initDataCallback("
_HEAD = re.compile(r"[^\[\]<>]{0,200}?\bdata:\s*(?=\[)")
_CONVERSATION_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation of the list. ``messages`` is how many it has, None when that is not told."""

    id: str
    messages: int | None
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class ListBlob:
    """The first page of a group's list: whose, how many conversations in all, and those shown."""

    email: str
    total: int
    conversations: tuple[Conversation, ...]


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as a page names it."""

    name: str = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation. What the page does not tell is empty or None."""

    author: str = field(repr=False)
    subject: str = field(repr=False)
    html: str = field(repr=False)
    date: datetime | None
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class ConversationBlob:
    """A conversation's page: whose, which, and its messages, oldest first."""

    email: str
    id: str
    messages: tuple[Message, ...]


def lists(html: str) -> Iterator[ListBlob]:
    """Every blob of ``html`` that has the shape of a list."""
    for data in _blobs(html):
        total, entries = _at(data, 1), _at(data, 2)
        if not _is_count(total, _MOST_CONVERSATIONS):
            continue
        if isinstance(entries, list) or entries is None:
            shown = filter(None, (_conversation(_at(entry, 0)) for entry in entries or ()))
            once = {each.id: each for each in shown}
            yield ListBlob(_email(data), total, tuple(once.values()))


def conversations(html: str) -> Iterator[ConversationBlob]:
    """Every blob of ``html`` that has the shape of a conversation."""
    for data in _blobs(html):
        head, entries = _conversation(_at(data, 1)), _at(data, 2)
        if head is not None and isinstance(entries, list):
            # The first element of an entry is the message, what follows are trailers.
            messages = tuple(_message(_at(entry, 0)) for entry in entries if _at(entry, 0, 0))
            yield ConversationBlob(_email(data), head.id, messages)


def _blobs(html: str) -> Iterator[Any]:
    """The JSON of each blob that begins with a group's number and address."""
    place = 0
    for _number in range(MOST_BLOBS):
        place = html.find(_CALL, place)
        if place < 0:
            return
        place += len(_CALL)
        head = _HEAD.match(html, place)
        if head is None:
            continue
        try:
            data, _end = _DECODER.raw_decode(html, head.end())
        except (ValueError, RecursionError):
            continue  # cut off, or nothing that we know
        if _email(data):
            yield data


def _email(data: Any) -> str:
    address = _at(data, 0, 1)
    return address.lower() if isinstance(address, str) and "@" in address else ""


def _conversation(raw: Any) -> Conversation | None:
    id_, count = _at(raw, 1), _at(raw, 6)
    if not isinstance(id_, str) or not _CONVERSATION_ID.fullmatch(id_):
        return None
    known = count if _is_count(count, _MOST_MESSAGES) else 0
    return Conversation(id_, known or None, _moment(_at(raw, 5, 0)))


def _message(raw: Any) -> Message:
    segments, files = _at(raw, 1, 1), _at(raw, 2)
    return Message(
        author=_text(_at(raw, 0, 2, 0, 0))[:_MOST_CHARACTERS],
        subject=_text(_at(raw, 0, 5))[:_MOST_CHARACTERS],
        # Segments of kind 1 are HTML; other kinds are not known and hold no body seen so far.
        html="".join(
            _text(_at(segment, 1, 1))
            for segment in (segments if isinstance(segments, list) else ())
            if _at(segment, 0) == 1
        ),
        date=_moment(_at(raw, 0, 8, 0)),
        files=tuple(
            File(_text(_at(file, 4))[:_MOST_CHARACTERS], _text(_at(file, 3))[:100])
            for file in (files[:_MOST_FILES] if isinstance(files, list) else ())
        ),
    )


def _at(value: Any, *indexes: int) -> Any:
    """The element at a path of indexes; None where the path leads nowhere."""
    for index in indexes:
        if not isinstance(value, list) or index >= len(value):
            return None
        value = value[index]
    return value


def _is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _moment(seconds: Any) -> datetime | None:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
