"""The ``web`` source: a few conversations of a group that anyone on the web can read.

It reads only what the anonymous visitor was already shown, as politely as that visitor looks: the
first page of the list, and a handful of the conversations on it. So its frame is a small part of
the group, and says so. It downloads no attachment and follows no link; attachments are counted as
not fetched, their names are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from groupaudit.errors import CollectError, PostsError
from groupaudit.model.group import Group
from groupaudit.model.post import Document, Part, PartKind
from groupaudit.model.sample import Availability, Frame, PostRef
from groupaudit.posts import mime
from groupaudit.web.blobs import Conversation, Message
from groupaudit.web.verdict import Sighting
from groupaudit.web.visitor import Visitor

#: Conversations opened for one group (research note of 2026-11, section 6: three to five).
MOST_CONVERSATIONS = 5

#: Messages that a conversation's page holds at first; more are loaded on scrolling (section 3.1).
MOST_SHOWN = 98

_NOT_LOOKED_AT = "its settings do not open it to the web, so it was not looked at there"


class WebPosts:
    """Posts on public pages (implements ``ports.PostSource``). ``visitor`` stays the caller's."""

    name = "web"

    def __init__(self, visitor: Visitor, *, most: int = MOST_CONVERSATIONS) -> None:
        self._visitor = visitor
        self._most = most

    def available(self, group: Group) -> Availability:
        """Whether the visitor was shown conversations of ``group``. Asks nobody."""
        seen = self._visitor.looked(group.email)
        if seen is None:
            return Availability(yes=False, reason=_NOT_LOOKED_AT)
        return Availability(yes=seen.public, reason="" if seen.public else seen.detail)

    @contextmanager
    def open(self, group: Group) -> Iterator[_OpenConversations]:
        """The conversations to read. Raises PostsError(``web-not-public``) when none was shown."""
        seen = self._visitor.looked(group.email)
        if seen is None or not seen.public:
            raise PostsError(seen.detail if seen else _NOT_LOOKED_AT, reason="web-not-public")
        yield _OpenConversations(self._visitor, group, seen, self._most)


@dataclass(frozen=True, slots=True)
class _Place:
    conversation: str
    number: int


class _OpenConversations:
    """Some conversations of one group (implements ``ports.OpenPosts``), each fetched once."""

    def __init__(self, visitor: Visitor, group: Group, seen: Sighting, most: int) -> None:
        self._visitor = visitor
        self._group = group
        self._seen = seen
        self._chosen = _spread(seen.conversations, most)
        self._places: dict[str, _Place] = {}
        self._pages: dict[str, tuple[Message, ...] | PostsError] = {}

    def frame(self) -> Frame:
        """The messages of the chosen conversations; all others are missing, and counted.

        A conversation that is not on the first page counts as one message, the least it can be.
        """
        refs = tuple(ref for each in self._chosen for ref in self._refs(each))
        shown = self._seen.conversations
        known = sum(each.messages or 1 for each in shown)
        beyond = max(0, (self._seen.total or 0) - len(shown))
        note = (
            f"The public page shows {len(shown)} of {self._seen.total} conversations, and "
            f"{len(self._chosen)} of them were opened: what is said of the posts holds for these "
            "only, and the number of the others is the least that it can be"
        )
        missing = known - len(refs) + beyond
        return Frame(refs, missing=missing, note=note if missing else "")

    def read(self, ref: PostRef) -> Document:
        """The message behind ``ref``. Raises PostsError when its page does not show it."""
        place = self._places.get(ref.key)
        if place is None:
            raise PostsError("A post of the sample is not on the public pages", reason="post-gone")
        messages = self._messages(place.conversation)
        if place.number >= len(messages):
            raise PostsError("A message is not shown any more", reason="post-gone")
        return _document(messages[place.number], ref)

    def _refs(self, conversation: Conversation) -> Iterator[PostRef]:
        count = min(conversation.messages or 1, MOST_SHOWN)
        for number in range(count):
            key = f"{conversation.id}/{number}"
            self._places[key] = _Place(conversation.id, number)
            newest = number == (conversation.messages or 1) - 1
            yield PostRef(
                key=key,
                date=conversation.newest if newest else None,
                thread=conversation.id,
            )

    def _messages(self, conversation: str) -> tuple[Message, ...]:
        if conversation not in self._pages:
            try:
                self._pages[conversation] = self._visitor.messages(
                    self._group.email, self._group.aliases, conversation
                )
            except CollectError as error:
                failed = PostsError(str(error), reason=error.reason)
                failed.__cause__ = error
                self._pages[conversation] = failed  # not asked for again for each message
        page = self._pages[conversation]
        if isinstance(page, PostsError):
            raise page
        return page


def _spread(conversations: Sequence[Conversation], most: int) -> tuple[Conversation, ...]:
    """``most`` of them at equal distances, so from the newest to the oldest of the page."""
    count = min(most, len(conversations))
    return tuple(conversations[number * len(conversations) // count] for number in range(count))


def _document(message: Message, ref: PostRef) -> Document:
    files = (
        Part(PartKind.ATTACHMENT, file.name, file.media_type, error="not-fetched")
        for file in message.files
    )
    return Document(
        id=ref.key,
        date=message.date,
        sender=message.author,
        subject=message.subject,
        parts=(*mime.html_parts(message.html), *files),
    )
