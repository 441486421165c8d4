"""Invitations: what a reader of the group sees of them, and what else they carry."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaudit.posts.extract import calendars
from groupaudit.posts.extract.sandbox import Sandbox

INVITATION = r"""BEGIN:VCALENDAR
METHOD:REQUEST
PRODID:-//Fictive//Agenda//FR
BEGIN:VTIMEZONE
TZID:Europe/Paris
X-LIC-LOCATION:Europe/Paris
END:VTIMEZONE
BEGIN:VEVENT
UID:1234567890@ch.example
DTSTAMP:20261101T080000Z
ORGANIZER;CN="Morel; Paul: chef":mailto:p.morel@ch.example
ATTENDEE;ROLE=REQ-PARTICIPANT;CN=l.martin@ch.example:MAILTO:l.martin@ch.ex
 ample
DTSTART;TZID=Europe/Paris:20261201T090000
DTEND;VALUE=DATE:20261202
SUMMARY:Consultation\, Mme Fictive Zo
 é
DESCRIPTION:Née le 03/04/1990\nà jeun\; carte Vitale \\ mutuelle
X-ALT-DESC;FMTTYPE=text/html:<p>N&eacute;e le <b>03/04/1990</b> à jeun carte Vitale mutuelle</p>
LOCATION:Box 4
X-DOSSIER:8004412337
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Consultation\, Mme Fictive Zoé
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:Consultation\, Mme Fictive Zoé
END:VEVENT
END:VCALENDAR
"""
TOLD = r"""Organisateur : Morel; Paul: chef <p.morel@ch.example>
Participant : <l.martin@ch.example>
Début : 01/12/2026 09:00
Fin : 02/12/2026
Objet : Consultation, Mme Fictive Zoé
Née le 03/04/1990
à jeun; carte Vitale \ mutuelle
Lieu : Box 4
X-DOSSIER : 8004412337

Objet : Consultation, Mme Fictive Zoé"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox()
    yield box
    box.close()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("name", "content_type"),
    [("rdv.ics", "text/calendar; charset=utf-8; method=REQUEST"), ("rdv.bin", ""), ("", "")],
)
def test_invitation_is_told_in_lines_when_read(
    name: str, content_type: str, line_end: str, sandbox: Sandbox
) -> None:
    (part,) = sandbox.parts(name, content_type, INVITATION.replace("\n", line_end).encode())
    assert part.text == TOLD


def test_text_is_kept_when_it_only_speaks_of_a_calendar(sandbox: Sandbox) -> None:
    text = "Objet:\nBEGIN:VCALENDAR\n SUMMARY:x"
    (part,) = sandbox.parts("a.txt", "text/plain", text.encode())
    assert part.text == text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [(base64.b64encode(b"CR de Zoe").decode(), None, "CR de Zoe"), ("A", "corrupt", "")],
)
def test_file_in_an_invitation_is_read_when_it_can_be(
    value: str, error: str | None, text: str, sandbox: Sandbox
) -> None:
    attached = f"ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=cr.txt:{value}"
    calendar = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Bilan\n{attached}\nEND:VEVENT"
    event, file = sandbox.parts("rdv.ics", "text/calendar", calendar.encode())
    assert event.text == "Objet : Bilan"
    assert (file.name, file.error, file.text) == ("rdv.ics/cr.txt", error, text)


def test_line_is_kept_when_it_is_none_of_a_calendar() -> None:
    assert calendars.read("BEGIN:VCALENDAR\nMme Fictive, fièvre")[0] == "Mme Fictive, fièvre"


@settings(max_examples=100, deadline=None)
@given(st.text('ABEGIND:;="\\,n\n \t', max_size=300))
def test_nothing_is_raised_when_lines_are_anything(lines: str) -> None:
    calendars.read(f"BEGIN:VCALENDAR\n{lines}")


@pytest.mark.parametrize(
    "repeated",
    [";", ';"', 'a"b', ';x="y', "BEGIN:A\n", "DESCRIPTION:a b\n", "SUMMARY:a\n ", "ATTACH:\\n"],
)
def test_time_is_linear_when_calendar_is_hostile(repeated: str) -> None:
    def seconds(number: int) -> float:
        started = time.process_time()
        calendars.read("BEGIN:VCALENDAR\nA" + repeated * number)
        return time.process_time() - started

    seconds(100)
    assert seconds(40_000) < 4 * 4 * seconds(10_000) + 0.2
