"""Text of posts. Only ``posts``, ``classifier`` and ``ports`` may import this module.

That rule, checked by ``make lint``, is the privacy control: text lives and dies in those rooms.
``repr`` never shows it, so that neither a log line nor a traceback can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PartKind(StrEnum):
    """Where in a document a text stands."""

    BODY = "body"
    QUOTED = "quoted"
    ATTACHMENT = "attachment"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Table:
    """Tabular data: ``rows`` starts a fresh pass over all rows, the first being the header if any.

    Rows stream; nobody needs to hold the whole table.
    """

    rows: Callable[[], Iterator[tuple[str, ...]]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a document: the body, what it quotes, an attachment, a nested message.

    ``name`` is a file name, or ``""`` for a body; it counts as evidence like text does. A part that
    could not be read has ``error`` (a stable reason word such as ``password-protected``) and empty
    text: it is counted, never taken for empty. ``recognised`` text was read off a picture (OCR):
    letters and digits in it may be wrong.
    """

    kind: PartKind
    name: str = field(default="", repr=False)
    media_type: str = "text/plain"
    text: str = field(default="", repr=False)
    tables: tuple[Table, ...] = ()
    error: str | None = None
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """The unit that is judged: one post with everything in it, or one stand-alone file.

    ``id`` is the given id, Message-ID or file stem; ``path`` is ``file#part``. ``error`` is set
    when nothing of it could be read, or when what was read may not be what it is: then it has parts
    with text too. ``consumer_lists`` are groups outside any Workspace
    (``name@googlegroups.com``) that say in its list headers that they sent it on.
    """

    id: str = field(repr=False)
    path: str = field(default="", repr=False)
    date: datetime | None = None
    sender: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    consumer_lists: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    error: str | None = None
