# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Identifiers and titles of professionals: RPPS, ADELI, FINESS, Dr, Pr. Never a patient by themselves."""

from __future__ import annotations

from groupaudit.classifier.detectors.name_words import FULL
from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind, Role

#: The number may be that of the place or of who runs it ("entité juridique").
_FINESS = (
    rb"\bfiness[ (]{0,2}(?:(?:de l'|d')?(?:etablissement|entite(?: (?:geographique|juridique))?)|geographique|juridique|geo\b|jur\b)?"
    rb"[ a-z:=.()\-]{0,8}(\d[\dab](?: ?\d){7})\b"
)

DETECTORS: tuple[Detector, ...] = (
    Pattern(
        "rpps", "rpps", Kind.PROFESSIONAL, rb"\brpps[ :n=o.()]{0,8}(\d(?:[ .]?\d){10})\b", "[RPPS]", role=Role.PROFESSIONAL
    ),
    Pattern(
        "adeli", "adeli", Kind.PROFESSIONAL, rb"\badeli[ :n=o]{0,5}([\d ]{9,12})\b", "[ADELI]", role=Role.PROFESSIONAL
    ),
    Pattern(
        "finess", "finess", Kind.PROFESSIONAL, _FINESS, "[FINESS]",
        role=Role.PROFESSIONAL,
    ),
    Pattern(
        "professional-name", "prescriber", Kind.PROFESSIONAL,
        rb"(?:^|[^A-Za-z0-9])(?:(?:Drs?|DR|Docteure?s?|DOCTEUR|Dre|Prs?|PR|Professeure?|Prof|PROFESSEUR|Doctor|Doc|Ma[i?]tre|Me|Dott|Doctora|Drs?a|Sister|Matron|Seur|Nurse|Nurs\.|Int\.|Interne|IDE|Cadre|Kin[e?]|Capitaine|Cne|Lt|Adj|Adjt|Sgt|Infirmiere|Infirmier)\.?"
        rb"|drs?\.?|docteure?s?|professeure?)[ ]+(?:[A-Z]\.[ ]?(?:-?[A-Z]\.)?[ ]?)?(" + FULL + rb")",
        "[SOIGNANT]", role=Role.PROFESSIONAL, case=True,
    ),
)  # fmt: skip
