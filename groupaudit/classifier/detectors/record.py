# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Numbers under which a hospital knows a patient: IPP, NDA, dossier, MRN, NHS number, and the like.

Believed after a word that announces them; the NHS number also by its check digit. The formats of one
hospital come from its configuration.
"""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.gb import nhs

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind


def is_nhs_number(found: bytes) -> bool:
    """Whether the check digit of an NHS number holds."""
    try:
        nhs.validate(found.decode("ascii"))
    except ValidationError:
        return False
    return True


def has_digits(found: bytes) -> bool:
    """Whether a number has at least four digits: "dossier 12" is a chapter, not a patient."""
    return len(re.findall(rb"\d", found)) >= 4


_NUMBER = rb"([a-z]{0,4}[ \-]?\d[\d .\-/]{2,14}\d|[a-z]{1,3}\d{4,12})"
_HOSPITAL = (
    rb"\b(?:ipp|i\.p\.p\.?|n[o ]{0,2}anonymat|nda|iep|nip|(?:n[o .]{0,3}|num(?:ero)?\.? )(?:de |du |d')?(?:dossier|sejour|venue|passage|patiente?|hospi(?:talisation)?|admission)"
    rb"|dossier(?: patient| n[o ]{0,2}|(?: num(?:ero)?))?|dossier (?:medical|hospitalier|du patient|de la patiente)(?: n[o .]{0,3}| num(?:ero)?| ?[:#])|sejour|mrn|hospital (?:no|number|num)\.?|hosp\.? no\.?|unit no\.?|patient (?:id|no|number)"
    rb"|medical record(?: number| no)?|chart(?: number| no| #)?|health card(?: number| no)?|ohip|phn|hcn|medicare(?: no| number)?|chi(?: number| no)?|nss|id patient|identifiant(?: unique| permanent)?(?: du)? patient)"
    rb"[ :=#\-.n)]{0,5}" + _NUMBER + rb"\b"
)

DETECTORS: tuple[Detector, ...] = (
    Pattern(
        "nhs-number", "record_number", Kind.IDENTITY,
        rb"\b(?:nhs)[ :#]{0,3}(?:no\.?|number|num)?[ :#]{0,3}(\d{3}[ \-]?\d{3}[ \-]?\d{4})\b", "[NHS]",
    ),
    Pattern(
        "nhs-number-bare", "record_number", Kind.IDENTITY, rb"\b(\d{3}[ \-]\d{3}[ \-]\d{4})\b", "[NHS]", weight=0.9,
        check=is_nhs_number,
    ),
    Pattern("record-number", "record_number", Kind.IDENTITY, _HOSPITAL, "[DOSSIER]", check=has_digits),
)  # fmt: skip
