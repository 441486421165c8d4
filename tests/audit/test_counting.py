"""Posts, conversations and documents of a real archive, judged by the real classifier."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path

import pytest

from groupaudit.audit.examine import Examination
from groupaudit.classifier.contents import KeyedContents
from groupaudit.classifier.engine import build
from groupaudit.emulator.generator import generate
from groupaudit.model.group import Audience, Certainty, Exposure, Group
from groupaudit.model.report import Health, PostsCoverage
from groupaudit.posts.archive import ArchivePosts
from groupaudit.posts.reading import Reading
from groupaudit.sampling import Policy

KEY = bytes(range(32))
GROUP = Group("urgences@ch-test.example")
OPEN = Exposure(Audience.ANYONE_ON_WEB, (Audience.ANYONE_ON_WEB,), Certainty.SETTINGS)

LETTER = (
    "Mme Paulette FICTIVE, née le 12/03/1951, a été hospitalisée du 2 au 9 mars pour une"
    " décompensation cardiaque. Elle sort sous furosémide.\n"
)
ANOTHER = (
    "M. Robert IMAGINAIRE, né le 4 juin 1938, a été opéré d'un adénocarcinome du côlon. Les suites"
    " sont simples, une chimiothérapie est prévue en avril.\n"
)
HARMLESS = "Le self ferme à 14 h vendredi, pensez à commander vos plateaux.\n"

Examine = Callable[..., tuple[PostsCoverage, Health | None]]


def message(
    number: int, subject: str, body: str, *, after: int = 0, attached: str = ""
) -> EmailMessage:
    """Message ``number`` of the archive, perhaps one that refers to the message ``after``."""
    made = EmailMessage()
    made["From"], made["To"] = "Cadre <cadre@ch-test.example>", GROUP.email
    made["Subject"], made["Message-ID"] = subject, f"<{number}@ch-test.example>"
    made["Date"] = f"Mon, 03 Mar 2025 10:{number:02}:00 +0100"
    if after:
        made["References"] = f"<{after}@ch-test.example>"
    made.set_content(body)
    if attached:
        made.add_attachment(attached, filename=f"courrier {number}.txt")
    return made


def quoting(own: str, earlier: str) -> str:
    quoted = "".join(f"> {line}\n" for line in earlier.splitlines())
    return f"{own}\n\nLe 3 mars 2025 à 10:01, Cadre <cadre@ch-test.example> a écrit :\n\n{quoted}"


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    """What an audit says of a group whose archive holds these messages."""
    classifier = build(KEY)
    examination = Examination(
        (ArchivePosts(tmp_path, Reading()),),
        classifier,
        KeyedContents(classifier, KEY),
        Policy(),
        every_group=False,
        pseudonym=lambda key: "p",
    )

    def told(*messages: Message) -> tuple[PostsCoverage, Health | None]:
        folder = tmp_path / GROUP.email
        folder.mkdir()
        for number, each in enumerate(messages):
            (folder / f"{number}.eml").write_bytes(each.as_bytes())
        return examination.examine(GROUP, OPEN)

    return told


def counts(health: Health | None) -> tuple[int, int | None, int | None, int]:
    """Posts, conversations, documents and persons with identifiable health data."""
    assert health is not None
    return (
        health.posts_identifiable_health,
        health.conversations_identifiable_health,
        health.documents_identifiable_health,
        health.persons.low,
    )


def test_attachment_that_ten_messages_pass_on_is_one_document(examine):
    notes = (
        "Pour info",
        "cf. PJ",
        "À classer",
        "FYI",
        "transmis",
        "vu",
        "ci-joint",
        "TR",
        "ok",
        "!",
    )
    posts, health = examine(
        *(message(n, f"Envoi {n}", note, attached=LETTER) for n, note in enumerate(notes, 1))
    )

    assert counts(health) == (10, 10, 1, 1)
    assert posts.conversations == 10


def test_answers_are_one_conversation_and_what_they_quote_is_no_new_document(examine):
    posts, health = examine(
        message(1, "Retour à domicile", LETTER),
        message(2, "Re: Retour à domicile", quoting("Bien noté", LETTER), after=1),
        message(3, "RE: [urgences] Retour à domicile", quoting("Merci", LETTER)),
        message(4, "Self", HARMLESS),
    )

    assert counts(health) == (3, 1, 1, 1)
    assert (posts.examined, posts.conversations) == (4, 2)


def test_conversation_that_holds_two_letters_counts_both(examine):
    _, health = examine(
        message(1, "Sorties", LETTER),
        message(2, "Re: Sorties", quoting(ANOTHER, LETTER), after=1),
        message(3, "Re: Sorties", HARMLESS, after=1),
    )

    assert counts(health) == (2, 1, 2, 2)


def test_nothing_is_counted_where_nothing_is_found(examine):
    posts, health = examine(message(1, "Self", HARMLESS))

    assert counts(health) == (0, 0, 0, 0)
    assert posts.conversations == 1


def test_correspondence_of_a_hospital_is_counted_as_it_was_planned(examine):
    """Its conversations are about one letter each, passed on with notices and footers.

    An answer that tells enough by itself may count as one more.
    """
    tenant = generate(groups=14)
    group = tenant.group("transmissions-cardio@ch-valmoree.example")
    planned = list(group.posts())

    posts, health = examine(*(message_from_bytes(post.render()) for post in planned))

    assert posts.conversations == len({post.thread for post in planned})
    told = health.conversations_identifiable_health
    assert told <= health.documents_identifiable_health <= told + 1
    assert health.documents_identifiable_health < health.posts_identifiable_health
