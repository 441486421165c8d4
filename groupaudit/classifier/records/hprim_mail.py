"""HPRIM médecin: results and letters as plain mail, an identity by line numbers and a free text.

Twelve lines (reference, name, first name, two of address, town, birth date, social security number,
dossier number, date, sender, addressee), then the text, ``****LAB****`` before coded results,
``****FIN****`` at the end, ``****FINFICHIER****`` after the last. Source: H.PR.I.M. Médecins,
version 3.0, March 1997. As senders add lines at the top, the place is told by the birth date. A
text without that date is left to be read as text.
"""

from __future__ import annotations

import re
from itertools import pairwise

from groupaudit.classifier.records.identity import SOCIAL_SECURITY
from groupaudit.classifier.records.record import Dossier, Fact, Number, Patient, Record

_END = re.compile(r"(?m)^[> \t]*\*{4}FIN(?:FICHIER)?\*{2,4}[ \t\r]*$")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BIRTH = re.compile(r"\d{2}[/.\-]?\d{2}[/.\-]?(?:19|20)?\d{2}\Z")
_BIRTH_LINE, _DATE_LINE, _HEADER_LINES = 6, 9, 12
#: Lines above the header that a mail program or a sender may add.
_MOST_LINES_ABOVE = 60


def read(text: str) -> Record | None:
    """The results and letters in ``text``; None when no block has an HPRIM header."""
    if "****FIN" not in text:
        return None
    ends = [0, *(found.end() for found in _END.finditer(text))]
    outside: list[str] = []
    dossiers: list[Dossier] = []
    for start, end in pairwise((*ends, len(text))):
        lines = [
            line.strip("> \t\ufeff") for line in _LINE_END.split(text[start:end].lstrip("\r\n"))
        ]
        at = _header(lines)
        if at is None:
            outside += (line for line in lines if not line.startswith("****"))
        else:
            outside += lines[:at]
            dossiers.append(_dossier(lines[at : at + _HEADER_LINES], lines[at + _HEADER_LINES :]))
    if not dossiers:
        return None
    size = len(dossiers)
    return Record(
        "hprim-medecin", "HPRIM", "message", size, tuple(dossiers), "\n".join(outside).strip()
    )


def _header(lines: list[str]) -> int | None:
    """Number of the header's first line, told by the birth date six lines below it."""
    for number in range(_BIRTH_LINE, min(len(lines) - 1, _MOST_LINES_ABOVE)):
        first = number - _BIRTH_LINE
        if (
            _BIRTH.match(lines[number])
            and _is_name(lines[first + 1])
            and _is_name(lines[first + 2])
        ):
            return first
    return None


def _is_name(line: str) -> bool:
    return 0 < len(line) <= 60 and line[0].isalpha() and not any(c.isdigit() for c in line)


def _dossier(header: list[str], body: list[str]) -> Dossier:
    told = [line for line in body if line and not line.startswith("****")]
    results = [line.split("|")[1] for line in told if line.startswith("RES|")]
    facts = [Fact("lab", label) for label in results]
    if told and not results:  # a letter, or results in words
        facts = [Fact("care_setting", line) for line in told[:1]]
    rest = [Fact("", line) for line in told if not line.startswith("RES|")]
    return Dossier(_patient(header), tuple(facts + rest) if facts else (), year=_year(header))


def _patient(header: list[str]) -> Patient:
    security, dossier = [*header[7:9], "", ""][:2]
    number = Number("".join(security.split()), SOCIAL_SECURITY)
    return Patient(
        numbers=(number,) if number.value else (),
        episode=dossier,
        family=header[1],
        given=header[2],
        birth=_date(header[_BIRTH_LINE]),
        contacts=frozenset({"address"}) if any(header[3:6]) else frozenset(),
    )


def _year(header: list[str]) -> int | None:
    """The year of the tenth line, the date on which samples were taken or a letter written."""
    line = "".join(header[_DATE_LINE : _DATE_LINE + 1])
    if not _BIRTH.match(line):
        return None
    year = int(_date(line).rpartition("/")[2])
    return year if year > 99 else 2000 + year


def _date(line: str) -> str:
    """A date with separators."""
    digits = "".join(c for c in line if c.isdigit())
    return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
