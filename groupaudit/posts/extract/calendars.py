"""Invitations and calendars (iCalendar, RFC 5545) as lines that a person would write.

Who invites and who is invited stand on lines of their own, as in the headers of a message, so that
they are not taken for those whom the invitation is about. What serves programs alone is left out; a
line that is none of iCalendar's is kept as it is. Linear in the size of the file; what is attached
is given back unread.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field

from groupaudit.errors import PostsError
from groupaudit.posts.extract import html

#: A folded line goes on after a line end and one blank (RFC 5545, 3.1).
_FOLDED = re.compile(r"\n[ \t]")
#: Name, parameters and value; quoted values of parameters may hold colons. Nothing is tried twice.
_LINE = re.compile(r'(?>([A-Za-z][A-Za-z0-9-]*))((?>;(?>[^:";\n]|"[^"\n]*")*)*):(.*)')
_PARAMETER = re.compile(r';([A-Za-z-]+)=(?>"([^"\n]*)"|([^:";\n]*))')
_ESCAPED = re.compile(r"\\([\\;,nN])")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\dZ?)?\Z")
#: How the lines of properties begin; "" for those that need no name.
_LABELS = {
    "SUMMARY": "Objet : ", "DTSTART": "Début : ", "DTEND": "Fin : ", "DUE": "Échéance : ",
    "LOCATION": "Lieu : ", "DESCRIPTION": "", "COMMENT": "", "X-ALT-DESC": "",
    "ORGANIZER": "Organisateur : ", "ATTENDEE": "Participant : ", "CONTACT": "Contact : ",
    "CATEGORIES": "Catégories : ", "X-WR-CALNAME": "Calendrier : ", "X-WR-CALDESC": "",
    "ATTACH": "Pièce jointe : ",
}  # fmt: skip
_PEOPLE = frozenset({"ORGANIZER", "ATTENDEE"})
_MOMENTS = frozenset({"DTSTART", "DTEND", "DUE"})
#: What serves programs: identifiers, states, rules of repetition, time zones, addresses on the web.
_OF_PROGRAMS = re.compile(
    r"(?:ACKNOWLEDGED|ACTION|CALSCALE|CLASS|COLOR|COMPLETED|CREATED|DTSTAMP|DURATION|EXDATE|EXRULE"
    r"|FREEBUSY|GEO|LAST-MODIFIED|METHOD|PERCENT-COMPLETE|PRIORITY|PRODID|RDATE|RECURRENCE-ID"
    r"|RELATED-TO|REPEAT|REQUEST-STATUS|RRULE|SEQUENCE|STATUS|TRANSP|TRIGGER|TZ[A-Z-]*|UID|URL"
    r"|VERSION|X-APPLE-[A-Z-]*|X-GOOGLE-[A-Z-]*|X-LIC-[A-Z-]*|X-MICROSOFT-[A-Z-]*|X-MOZ-[A-Z-]*"
    r"|X-MS-[A-Z-]*|X-PUBLISHED-TTL|X-WR-TIMEZONE)\Z"
)
_SKIPPED = frozenset({"VTIMEZONE", "STANDARD", "DAYLIGHT"})
_REMINDER = "VALARM"
_BLANK = re.compile(r"\n{3,}")
_WORD = re.compile(r"\w+")
_BEGIN = "BEGIN:VCALENDAR"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that stands inside a calendar; ``data`` is None where it cannot be decoded."""

    name: str
    data: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    parameters: dict[str, str] = field(repr=False)
    value: str = field(repr=False)


def is_calendar(text: str) -> bool:
    """Whether ``text`` begins as a calendar does."""
    return text[:1000].lstrip("\ufeff \t\n")[: len(_BEGIN)].upper() == _BEGIN


def read(text: str) -> tuple[str, tuple[Attached, ...]]:
    """The text of a calendar, its events apart, and the files in it."""
    reader = _Reader()
    for line in _FOLDED.sub("", text).split("\n"):
        reader.add(line)
    return _BLANK.sub("\n\n", "\n".join(reader.written)).strip("\n"), tuple(reader.attached)


class _Reader:
    """What has been read so far of the lines of a calendar."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.attached: list[Attached] = []
        self._inside: list[str] = []
        self._known: set[str] = set()  # words of the event

    def add(self, line: str) -> None:
        """Read one more line."""
        each = _property(line)
        if each is None:
            self.written.append(line)
        elif each.name == "BEGIN":
            self._begin(each.value.strip().upper())
        elif each.name == "END":
            del self._inside[-1:]
        elif self._inside[-1:] and self._inside[-1] in _SKIPPED:
            return
        elif each.name == "ATTACH" and each.parameters.get("ENCODING", "").upper() == "BASE64":
            self.attached.append(_attached(each))
        else:
            self._write(each)

    def _begin(self, component: str) -> None:
        self._inside.append(component)
        if component != _REMINDER:
            self._known.clear()
            self.written.append("")

    def _write(self, each: _Property) -> None:
        """Its line or lines; a text only where it has a word that the event has not had.

        Reminders and versions in HTML repeat what the event says.
        """
        told = _told(each)
        words = set(_WORD.findall(told))
        if told and not (_LABELS.get(each.name) == "" and words <= self._known):
            self.written.append(told)
            self._known |= words


def _property(line: str) -> _Property | None:
    found = _LINE.match(line)
    if found is None:
        return None
    name, parameters, value = found.groups()
    known = {
        each[1].upper(): each[2] if each[2] is not None else each[3]
        for each in _PARAMETER.finditer(parameters)
    }
    return _Property(name.upper(), known, value)


def _told(each: _Property) -> str:
    """The line, or lines, for one property; blank for what serves programs alone."""
    if _OF_PROGRAMS.match(each.name):
        return ""
    label = _LABELS.get(each.name, f"{each.name} : ")
    if each.name in _PEOPLE:
        return label + _somebody(each)
    if each.name in _MOMENTS:
        return label + _MOMENT.sub(_moment, each.value.strip())
    text = _ESCAPED.sub(_unescaped, each.value)
    if each.parameters.get("FMTTYPE", "").lower() == "text/html":
        text = _without_markup(text)
    return label + text if text.strip() else ""


def _without_markup(text: str) -> str:
    try:
        return html.text_and_tables(text)[0]
    except PostsError:
        return text  # its words are there, among its marks


def _somebody(each: _Property) -> str:
    """Name and address, as in the header of a message."""
    address = re.sub(r"(?i)\Amailto:", "", each.value.strip())
    name = each.parameters.get("CN", "").strip()
    return f"{name} <{address}>" if name and name != address else f"<{address}>"


def _moment(found: re.Match[str]) -> str:
    year, month, day, hour, minute = found.groups()
    return f"{day}/{month}/{year}" + (f" {hour}:{minute}" if hour else "")


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]


def _attached(each: _Property) -> Attached:
    name = each.parameters.get("FILENAME") or each.parameters.get("X-FILENAME") or ""
    try:
        return Attached(name, base64.b64decode(each.value))
    except (binascii.Error, ValueError):
        return Attached(name, None)
