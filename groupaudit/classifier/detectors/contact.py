# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Ways to reach a person: phone numbers, e-mail and postal addresses. Not whose they are."""

from __future__ import annotations

from itertools import pairwise

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind

_FR_PHONE = rb"(?:^|[^0-9a-z/.\-]|tel\.|port\.)((?:\+33 ?(?:\(0\) ?)?|0033 ?|0)[1-9](?:(?:[ .\-]?\d{2}){4}|(?: ?/ ?\d{2}){4}))\b"
_EN_PHONE = (
    rb"(?:^|[^0-9a-z/.\-])((?:\+44 ?(?:\(0\) ?)?|0)(?:[17]\d{3} ?\d{3} ?\d{3}|2\d ?\d{4} ?\d{4})"
    rb"|(?:\+1[ .\-]?)?\(?\d{3}\)?[ .\-]\d{3}[.\-]\d{4}|555-\d{4})\b"
)
#: Of digits, in a French number.
_PAIRS = 5
_FR_STREET = (
    rb"\b(\d{1,4}(?: ?(?:bis|ter|quater))?,? (?:(?:rue|avenue|av\.?|boulevard|bd|bld|allee|impasse|chemin|route|place|quai|cours|square|lotissement"
    rb"|hameau|passage|residence|faubourg|sentier|venelle|ruelle|villa|cite) |(?:r|all|imp|pl|lot|rte)\. ?(?:de |du |des |d'))"
    rb"[a-z' .\-]{2,40}(?:,? ?\d{5}\b)?|\blieu[- ]?dit [a-z' \-]{3,30}(?:,? ?\d{5}\b)?)"
)
_EN_STREET = rb"\b(\d{1,4}[a-z]? (?:[a-z'\-]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|close|drive|crescent|court|terrace|way|gardens|place))\b"


def is_phone(found: bytes) -> bool:
    """Whether pairs between slashes do not just count, as the rooms 01/02/03/04/05 do."""
    pairs = [int(pair) for pair in found.split(b"/") if pair.strip().isdigit()]
    return len(pairs) < _PAIRS or any(b - a not in (1, 2) for a, b in pairwise(pairs))


DETECTORS: tuple[Detector, ...] = (
    Pattern("email", "email", Kind.IDENTITY, rb"([a-z0-9][a-z0-9._%+\-]{0,63}@[a-z0-9][a-z0-9.\-]{0,200}\.[a-z]{2,12})\b", "[COURRIEL]"),
    Pattern("phone", "phone", Kind.IDENTITY, _FR_PHONE, "[TELEPHONE]", check=is_phone),
    Pattern("phone-international", "phone", Kind.IDENTITY, _EN_PHONE, "[TELEPHONE]"),
    Pattern("address", "address", Kind.IDENTITY, _FR_STREET, "[ADRESSE]"),
    Pattern("address-english", "address", Kind.IDENTITY, _EN_STREET, "[ADRESSE]"),
)  # fmt: skip
