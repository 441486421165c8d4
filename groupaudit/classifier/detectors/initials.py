# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Traces of a person that do not identify alone: initials, a room, a bed, a box, an age."""

from __future__ import annotations

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind

_ROOM = (
    rb"\b((?:chambres?|ch\.?|chbr?e?|chamb\.?|lits?|box|place|studio|appartement|rooms?|bed|bay|rm|cubicle|side ?room|fauteuil|sdb)"
    rb" ?(?:n[o ]{0,2})?[:#]? ?[a-z]?\d{1,4}[a-z]?(?:[ \-]?(?:bis|p|f|[ab])\b)?|poste ?(?:n[o ]{0,2})?[:#]? ?\d{1,2})\b"
)

DETECTORS: tuple[Detector, ...] = (
    Pattern("initials-room", "room", Kind.CUE, _ROOM, "[CHAMBRE]", weight=0.4),
    Pattern(
        "initials", "initials", Kind.CUE,
        rb"\b(?:M\.?|[Mm]r\.?|[Mm]me\.?|[Mm](?:l|el)le\.?|Mrs|Ms|[Mm]onsieur|[Mm]adame|patiente?|couple)[ ]+([A-Z](?:\.[ ]?-?[A-Z])?\.?)(?:[ ,;:)\n/]|$)",
        "[INITIALES]", weight=0.4, case=True,
    ),
    Pattern(
        "age", "age", Kind.CUE,
        rb"\b(\d{1,3}(?:a\b| ?(?:ans|mois|jours de vie|yo|y/o|yrs?|years? old|year-old|months? old))|\d{1,3}-year-old|\d{2}[mf]\b|(?:homme|femme|h|f) (?:de )?\d{2,3}|age ?[:=] ?\d{1,3}\b)",
        "[AGE]", weight=0.3,
    ),
    # "M. Cozic, 59 a, SCA": elsewhere "12 a" is a date before an hour, a value before a verb.
    Pattern("age-abbreviated", "age", Kind.CUE, rb"[ ,(\n](\d{2,3} a)[ ]?(?:[,;)|\-/\n]|\.[ \n])", "[AGE]", weight=0.3),
)  # fmt: skip
