"""The ``web`` source: what it opens, what it counts as missing, what it does with bad pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from factories import group

from groupaudit.errors import CollectError, PostsError
from groupaudit.model.post import PartKind
from groupaudit.posts.web import MOST_SHOWN, WebPosts
from groupaudit.web.blobs import Conversation, File, Message
from groupaudit.web.verdict import Seen, Sighting, sighting

DATE = datetime(2026, 9, 1, tzinfo=UTC)


def conversations(*counts: int | None) -> tuple[Conversation, ...]:
    return tuple(Conversation(f"C{n}", count, DATE) for n, count in enumerate(counts))


def message(html: str = "<p>Bonjour</p>", *files: File) -> Message:
    return Message("Camille Exemple", "Planning", html, DATE, files)


@dataclass
class FakeVisitor:
    """Was shown ``seen``; gives ``pages``, or fails for a conversation that is not among them."""

    seen: Sighting | None
    pages: dict[str, tuple[Message, ...]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def looked(self, _address: str) -> Sighting | None:
        return self.seen

    def messages(self, _address, _aliases, conversation: str) -> tuple[Message, ...]:
        self.asked.append(conversation)
        if conversation not in self.pages:
            raise CollectError("turned away", reason="web-denied-or-absent")
        return self.pages[conversation]


def public(total: int, *counts: int | None) -> Sighting:
    return Sighting(Seen.CONTENT_PUBLIC, "", total, conversations(*counts))


@pytest.mark.parametrize("seen", [None, *(sighting(each) for each in Seen)])
def test_only_what_was_shown_can_be_read(seen):
    source = WebPosts(FakeVisitor(seen))
    available = source.available(group())

    assert available.yes is (seen is not None and seen.public)
    assert available.yes or available.reason
    if not available.yes:
        with pytest.raises(PostsError), source.open(group()):
            pass


@pytest.mark.parametrize(
    ("seen", "refs", "missing"),
    [
        (public(1, 1), 1, 0),
        (public(3, 2, 1, 4), 7, 0),
        (public(3, None, 1, 4), 6, 0),
        (public(775, *[2] * 30), 10, 50 + 745),
        (public(6, 1, 2, 3, 4, 5, 6), 15, 6),
        (public(1, 500), MOST_SHOWN, 500 - MOST_SHOWN),
        (public(0, 1), 1, 0),
    ],
)
def test_frame_holds_a_few_conversations_and_counts_the_rest(seen, refs, missing):
    with WebPosts(FakeVisitor(seen)).open(group()) as opened:
        frame = opened.frame()

    assert (len(frame.refs), frame.missing) == (refs, missing)
    assert bool(frame.note) is bool(missing)
    assert len({ref.key for ref in frame.refs}) == refs


def test_opened_conversations_span_the_page_and_are_fetched_once():
    seen = public(30, *[2] * 30)
    guest = FakeVisitor(seen, {f"C{n}": (message(), message()) for n in range(30)})
    with WebPosts(guest).open(group()) as opened:
        for ref in opened.frame().refs:
            opened.read(ref)

    assert guest.asked == ["C0", "C6", "C12", "C18", "C24"]


def test_post_is_a_document_with_text_quotes_and_named_attachments():
    html = "<div>Le patient va mieux.</div><blockquote>Comment va-t-il ?</blockquote>"
    shown = (message(html, File("compte-rendu.pdf", "application/pdf")),)
    with WebPosts(FakeVisitor(public(1, 1), {"C0": shown})).open(group()) as opened:
        document = opened.read(opened.frame().refs[0])
    body, quoted, file = document.parts

    assert (document.sender, document.subject) == ("Camille Exemple", "Planning")
    assert document.date == DATE
    assert "va mieux" in body.text
    assert (quoted.kind, "Comment" in quoted.text) == (PartKind.QUOTED, True)
    assert (file.name, file.error) == ("compte-rendu.pdf", "not-fetched")
    assert "Camille" not in repr(document)


def test_page_that_fails_is_asked_for_once_and_costs_its_posts_only():
    guest = FakeVisitor(public(2, 3, 1), {"C1": (message(),)})
    with WebPosts(guest).open(group()) as opened:
        refs = opened.frame().refs
        for ref in refs[:3]:
            with pytest.raises(PostsError) as caught:
                opened.read(ref)
            assert caught.value.reason == "web-denied-or-absent"
        assert opened.read(refs[3]).parts

    assert guest.asked == ["C0", "C1"]


def test_message_that_the_page_does_not_hold_is_gone():
    guest = FakeVisitor(public(1, 3), {"C0": (message(),)})
    with WebPosts(guest).open(group()) as opened:
        opened.read(opened.frame().refs[0])
        with pytest.raises(PostsError) as caught:
            opened.read(opened.frame().refs[2])

    assert caught.value.reason == "post-gone"
