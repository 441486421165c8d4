# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""French social security numbers (NIR) and the national health identity (INS).

Structure from INSEE: sex, year, month, department (2A and 2B in Corsica, 99 abroad), commune, order,
and a key that is 97 less the rest modulo 97. Months 20 and above are those of births whose month is
unknown. Never says whose number it is.
"""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.fr import nir

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind

_SEP = rb"[ .\-]?"
_BODY = _SEP.join(
    (
        rb"[12378]",
        rb"\d{2}",
        rb"(?:0[1-9]|1[0-2]|[2-9]\d)",
        rb"(?:\d{2}|2[ab])",
        rb"\d{3}",
        rb"\d{3}",
    )
)
#: What parts the key from the rest: "006 084 / 36", "006 084 (clé 36)".
_KEY = rb"(?:[ .\-]?| ?/ ?|[ ,(\-/:]{0,3}cle[ :=]{0,3})"
_KEYED = rb"(?:^|[^a-z0-9])(" + _BODY + _KEY + rb"(?:0[1-9]|[1-8]\d|9[0-7]))\b"
#: What stands in a NIR beside digits and Corsica's letter.
_BETWEEN = re.compile(rb"cle|[ .\-/(,:=]")
#: Without its key a NIR is only believed after a word that announces it.
_ANNOUNCED = (
    rb"\b(?:nir|n[o ]{0,2} ?ss|num(?:ero)? (?:de )?ss|secu(?:rite)? ?(?:sociale)?|insee|ins|matricule (?:ins|ameli)|carte vitale|immatriculation)"
    rb"(?: sans cle)?[ :=\-]{0,4}(?:n[o ]{0,3}|numero)?[ :=]{0,3}("
    + _BODY
    + rb"(?:"
    + _KEY
    + rb"\d{2})?)\b"
)


def has_valid_key(found: bytes) -> bool:
    """Whether a NIR of 15 characters bears its key."""
    try:
        nir.validate(_BETWEEN.sub(b"", found).decode("ascii").upper())
    except ValidationError:
        return False
    return True


DETECTORS: tuple[Detector, ...] = (
    Pattern(
        "fr-ins", "nir", Kind.IDENTITY,
        rb"\bins(?:-c|-a)?[ :=]{1,3}(?:nir[ :=]{1,3})?(" + _BODY + _KEY + rb"\d{2})\b", "[INS]", check=has_valid_key,
    ),
    Pattern("fr-nir", "nir", Kind.IDENTITY, _KEYED, "[NIR]", check=has_valid_key),
    Pattern("fr-nir-announced", "nir", Kind.IDENTITY, _ANNOUNCED, "[NIR]"),
)  # fmt: skip
