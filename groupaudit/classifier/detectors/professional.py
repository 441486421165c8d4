# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Identifiers and titles of professionals: RPPS, ADELI, FINESS, Dr, Pr. Never a patient by themselves."""

from __future__ import annotations

from groupaudit.classifier.detectors.names import FULL
from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind, Role

DETECTORS: tuple[Detector, ...] = (
    Pattern(
        "rpps", "rpps", Kind.PROFESSIONAL, rb"\brpps[ :n=o]{0,5}(\d{11})\b", "[RPPS]", role=Role.PROFESSIONAL
    ),
    Pattern(
        "adeli", "adeli", Kind.PROFESSIONAL, rb"\badeli[ :n=o]{0,5}([\d ]{9,12})\b", "[ADELI]", role=Role.PROFESSIONAL
    ),
    Pattern(
        "finess", "finess", Kind.PROFESSIONAL, rb"\bfiness[ a-z:=]{0,8}(\d[\dab]\d{7})\b", "[FINESS]",
        role=Role.PROFESSIONAL,
    ),
    Pattern(
        "professional-name", "prescriber", Kind.PROFESSIONAL,
        rb"(?:^|[^A-Za-z0-9])(?:Drs?|DR|Docteure?s?|DOCTEUR|Dre|Prs?|PR|Professeure?|Prof|PROFESSEUR|Doctor|Doc|Ma[i?]tre|Me|Dott|Doctora|Drs?a|Sister|Matron|Seur|Nurse|Nurs\.|Int\.|Interne|IDE|Cadre|Kin[e?]|Capitaine|Cne|Lt|Adj|Adjt|Sgt|Infirmiere|Infirmier)"
        rb"\.?[ ]+(?:[A-Z]\.[ ]?(?:-?[A-Z]\.)?[ ]?)?(" + FULL + rb")",
        "[SOIGNANT]", role=Role.PROFESSIONAL, case=True,
    ),
)  # fmt: skip
