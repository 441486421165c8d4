# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Bank accounts (IBAN), with their ISO 13616 check digits. Other bank data is not sought."""

from __future__ import annotations

from stdnum import iban
from stdnum.exceptions import ValidationError

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind


def is_iban(found: bytes) -> bool:
    """Whether the check digits and the country's structure hold (no national keys)."""
    try:
        iban.validate(found.decode("ascii"), check_country=False)
    except ValidationError:
        return False
    return True


DETECTORS: tuple[Detector, ...] = (
    Pattern(
        "iban", "bank", Kind.IDENTITY, rb"\b([a-z]{2}\d{2}(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?)\b", "[IBAN]",
        check=is_iban,
    ),
)  # fmt: skip
