# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Birth dates: a full date announced as one, or a date beside a person as lists write it.

A date alone is not one, and an age is not one.
"""

from __future__ import annotations

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind

_MONTHS = (
    rb"janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?"
    rb"|dec(?:embre)?|jan(?:uary)?|feb(?:ruary)?|march|apr(?:il)?|may|june?|july?|aug(?:ust)?|october|december"
)
_YEAR = rb"(?:(?:19|20)\d{2}|\d{2})"
DATE = (
    rb"(?:(?:0?[1-9]|[12]\d|3[01])(?:er)?[ ./\-](?:(?:0?[1-9]|1[0-2])|(?:" + _MONTHS + rb")\.?)[ ./\-]" + _YEAR
    + rb"|(?:" + _MONTHS + rb")\.? \d{1,2},? (?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4}|[0-3]\d[01]\d(?:19|20)\d{2})"
)  # fmt: skip
_ANNOUNCED = (
    rb"\b(?:ne\(?e?\)?(?: [a-z'\-]+){0,3} le|nee?|ddn|dn|d\.d\.n\.?|dob|d\.o\.b\.?|date de naissance|date naiss(?:ance)?|naissance"
    rb"|birth ?date|date of birth|born(?: on)?|geb(?:oren)?\.?(?: am)?|nacid[oa] el|nat[oa] il|fecha de nacimiento)"
    rb"[ :=\-(]{0,4}(?:le )?(" + DATE + rb")"
)

DETECTORS: tuple[Detector, ...] = (
    Pattern("birth-date", "dob", Kind.IDENTITY, _ANNOUNCED, "[NAISSANCE]"),
    # "DURAND Paul (12/03/1954)", "Durand Paul, 12.03.1954": a plausible year of birth right after a name.
    Pattern(
        "birth-date-beside-name", "dob", Kind.IDENTITY,
        rb"[A-Z][A-Za-z'\-]+[ ,;\t(]{1,4}((?:0?[1-9]|[12]\d|3[01])[./\-](?:0?[1-9]|1[0-2])[./\-](?:19[1-9]\d|200\d|201\d|[3-9]\d))\b",
        "[NAISSANCE]", weight=0.8, case=True,
    ),
)  # fmt: skip
