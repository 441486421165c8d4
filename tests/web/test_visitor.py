"""The anonymous look at a group, over real HTTP: verdicts, controls, and when it leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from groupaudit.emulator.faults import Faults, Script
from groupaudit.errors import CollectError, Interrupted
from groupaudit.web.client import PoliteClient, Politeness
from groupaudit.web.verdict import Seen
from groupaudit.web.visitor import Visitor

OPEN = "urgences@hopital.example"
CLOSED = "nuit@hopital.example"
EMPTY = "vide@hopital.example"
CONSUMER = "clinique@googlegroups.com"


def pages(emulator) -> int:
    return emulator.stats()["methods"].get("web", 0)


@pytest.mark.parametrize(
    ("address", "seen", "total"),
    [
        (OPEN, Seen.CONTENT_PUBLIC, 40),
        (CONSUMER, Seen.CONTENT_PUBLIC, 2),
        (CLOSED, Seen.DENIED_OR_ABSENT, None),
        ("personne@hopital.example", Seen.DENIED_OR_ABSENT, None),
        ("../../access-error@hopital.example", Seen.DENIED_OR_ABSENT, None),
        ("personne@googlegroups.com", Seen.DENIED_OR_ABSENT, None),
        (EMPTY, Seen.VISIBLE_EMPTY, 0),
    ],
)
def test_look_takes_only_positive_evidence(visitor, address, seen, total):
    found = visitor().look(address)

    assert (found.seen, found.total) == (seen, total)
    assert found.public is (seen is Seen.CONTENT_PUBLIC)
    assert found.detail


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("permission", Seen.DENIED_OR_ABSENT),
        ("login", Seen.LOGIN_REQUIRED),
        ("consent", Seen.CONSENT),
        ("sorry", Seen.RATE_LIMITED),
        ("unavailable", Seen.ERROR),
        ("elsewhere", Seen.UNKNOWN_PAGE),
        ("other_group", Seen.MISMATCH),
        ("redesign", Seen.UNKNOWN_PAGE),
        ("closed_conversations", Seen.LIST_PUBLIC),
    ],
)
def test_look_names_what_stands_in_the_way(visitor, fault, seen):
    found = visitor(Faults(web={OPEN: fault})).look(OPEN)

    assert found.seen is seen
    assert found.public is (seen is Seen.LIST_PUBLIC)


@pytest.mark.parametrize("effect", ["cut", "short", "reset"])
def test_truncated_list_is_never_an_answer(visitor, effect):
    look = visitor(Faults(script=(Script(match="/g/urgences", effect=effect, times=None),))).look

    assert look(OPEN).seen in {Seen.ERROR, Seen.UNKNOWN_PAGE}


@pytest.mark.parametrize("effect", ["cut", "short", "reset"])
def test_truncated_conversation_leaves_the_list_as_proof(visitor, effect):
    script = (Script(match="/g/urgences/c/", effect=effect, times=None),)

    assert visitor(Faults(script=script)).look(OPEN).seen is Seen.LIST_PUBLIC


@pytest.mark.parametrize("fault", ["sorry", "consent"])
def test_first_sign_of_limiting_ends_the_visits_of_the_run(visitor, emulator, fault):
    guest = visitor(Faults(web={OPEN: fault}))
    first = guest.look(OPEN)
    before = pages(emulator)

    assert guest.look(CONSUMER) == first
    assert pages(emulator) == before
    with pytest.raises(CollectError):
        guest.messages(CONSUMER, (), "x")


def test_three_failures_in_a_row_end_the_visits(visitor, emulator):
    script = (Script(match="/a/hopital.example/g/urg", status=503, times=None),)
    guest = visitor(Faults(script=script))
    for number in range(3):
        guest.look(f"urg{number}@hopital.example")
    before = pages(emulator)

    assert guest.look(CONSUMER).seen is Seen.ERROR
    assert pages(emulator) == before


@pytest.mark.parametrize("fault", ["permission", "login"])
def test_site_without_the_famous_group_is_believed_in_what_it_shows(visitor, emulator, fault):
    guest = visitor(Faults(web={"golang-announce@googlegroups.com": fault}))

    assert guest.look(CLOSED).seen is Seen.UNPROVED
    assert guest.look(OPEN).seen is Seen.CONTENT_PUBLIC
    assert guest.look("personne@hopital.example").seen is Seen.DENIED_OR_ABSENT
    # robots.txt, public control, drawn control, lists of the three groups, one conversation
    assert pages(emulator) == 7


@pytest.mark.parametrize("fault", ["redesign", "elsewhere", "other_group"])
def test_famous_group_that_shows_something_else_voids_every_page(visitor, fault):
    guest = visitor(Faults(web={"golang-announce@googlegroups.com": fault}))

    assert {guest.look(each).seen for each in (OPEN, CLOSED, CONSUMER)} == {Seen.CONTROL_FAILED}


def test_group_that_cannot_exist_and_shows_voids_every_page(visitor):
    guest = visitor(draw="shown")

    assert {guest.look(each).seen for each in (OPEN, CLOSED, CONSUMER)} == {Seen.CONTROL_FAILED}


def test_look_asks_once_and_reuses_controls(visitor, emulator):
    guest = visitor()
    guest.look(OPEN)
    # robots.txt, public control, drawn control, its access error is not fetched, list, conversation
    assert pages(emulator) == 5
    guest.look(OPEN)
    guest.look(CLOSED)

    assert pages(emulator) == 6
    assert guest.looked(CLOSED) == guest.look(CLOSED)
    assert guest.looked(CONSUMER) is None


@pytest.mark.parametrize(
    ("robots", "seen"),
    [
        ("User-agent: *\nDisallow: /a/\n", Seen.ROBOTS),
        ("User-agent: groupaudit\nDisallow: /\n\nUser-agent: *\nAllow: /\n", Seen.ROBOTS),
        ("User-agent: *\nDisallow: /a/*/g/urg\n", Seen.ROBOTS),
        ("User-agent: *\nDisallow: /a/*/g/*/c/\n", Seen.LIST_PUBLIC),
        ("User-agent: *\nDisallow: /\nAllow: /a/\nAllow: /g/\n", Seen.CONTENT_PUBLIC),
        ("User-agent: other\nDisallow: /\n", Seen.CONTENT_PUBLIC),
        ("", Seen.CONTENT_PUBLIC),
    ],
)
def test_robots_are_obeyed(visitor, robots, seen):
    assert visitor(Faults(robots=robots)).look(OPEN).seen is seen


@pytest.mark.parametrize(
    ("status", "seen"),
    [(503, Seen.ROBOTS), (404, Seen.CONTENT_PUBLIC), (429, Seen.ROBOTS)],
)
def test_robots_that_cannot_be_read_forbid_and_missing_ones_do_not(visitor, status, seen):
    script = (Script(match="/robots.txt", status=status, times=None),)

    assert visitor(Faults(script=script)).look(OPEN).seen is seen


def test_requests_of_a_run_are_capped(visitor, emulator):
    guest = visitor(most_requests=4)

    assert guest.look(OPEN).seen is Seen.LIST_PUBLIC
    assert guest.look(CLOSED).seen is Seen.BUDGET
    assert pages(emulator) == 4


def test_messages_of_a_conversation_are_read_and_never_shown_by_repr(visitor):
    guest = visitor()
    found = guest.look(OPEN)
    messages = guest.messages(OPEN, (), found.conversations[0].id)

    assert found.conversations[0].messages == len(messages) == 2
    assert "message 78" in messages[0].html
    assert (messages[0].author, messages[0].subject) == ("Camille Exemple", "Sujet 78")
    assert messages[1].date - messages[0].date == timedelta(days=1)
    assert "Camille" not in repr(messages)
    assert "message 78" not in repr(messages)


def test_callers_take_turns_and_share_what_was_seen(visitor, emulator):
    guest = visitor()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: guest.look(OPEN).seen, range(16)))

    assert found == {Seen.CONTENT_PUBLIC}
    assert pages(emulator) == 5


def test_visit_that_is_stopped_while_it_waits_blocks_nobody(emulator):
    def stopped(_seconds: float) -> None:
        raise Interrupted("the run is being stopped")

    with Visitor(PoliteClient(Politeness(emulator.url), sleep=stopped)) as guest:
        for _ in range(2):
            with pytest.raises(Interrupted):
                guest.look(OPEN)
        assert guest.looked(OPEN) is None


@pytest.mark.parametrize("conversation", ["AAAAAAAAAAA", "../about"])
def test_messages_that_are_not_shown_are_an_error_with_a_reason(visitor, conversation):
    guest = visitor()
    with pytest.raises(CollectError) as caught:
        guest.messages(OPEN, (), conversation)

    assert caught.value.reason == "web-denied-or-absent"
