# Expressions read better unbroken.
# ruff: noqa: E501
"""Names that the field of a form announces, or "née" and "épouse".

Finds names, not roles (``roles``). Which words a name is made of is for ``name_words`` to say.
"""

from __future__ import annotations

from groupaudit.classifier.detectors.name_words import FULL, is_born
from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind

#: Fields of forms that hold somebody's surname, or the whole name; behind a civility ``addressed_names`` finds it.
_FIELD = (
    rb"(?:^|[\n\t>|;,\-*] ?)(?i:nom(?: (?:de naissance|d'usage|usuel|marital|de famille|de jeune fille|du patient|de la patiente|patient)|(?: et |[, /]+)prenoms?)?"
    rb"|surname|last name|family name) ?[:=][ \t]{0,8}"
)

DETECTORS: tuple[Detector, ...] = (
    Pattern(
        "name-in-field", "name", Kind.IDENTITY, _FIELD + rb"(" + FULL + rb")[ ]*(?:[\n\t,;/|(]|[ ](?i:prenom|ne[e (]|ddn|dob|ipp|sexe|le\b)|$)",
        "[NOM]", check=is_born, case=True,
    ),
    Pattern(
        "name-at-birth", "name", Kind.IDENTITY,
        rb"\b(?:[Nn][e?]e|NEE|veuve|Vve|epouse|[e?]pouse|ep\.)[ ]+(" + FULL + rb")", "[NOM]", check=is_born, case=True,
    ),
)  # fmt: skip
