# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""Birth dates: a full date announced as one, or a date beside a person as lists write it.

A date alone is not one, and an age is not one.
"""

from __future__ import annotations

from groupaudit.classifier.detectors.pattern import Detector, Pattern
from groupaudit.classifier.span import Kind

_MONTHS = (
    rb"janv(?:ier)?|fevr?(?:ier)?|mar(?:s|ch)?|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept(?:em(?:bre|ber))?|oct(?:obre|ober)?|nov(?:em(?:bre|ber))?"
    rb"|dec(?:em(?:bre|ber))?|jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
)
_YEAR = rb"(?:(?:19|20)\d{2}|\d{2})"
_DAY, _MONTH = rb"(?:0[1-9]|[12]\d|3[01])", rb"(?:0[1-9]|1[0-2])"
DATE = (
    rb"(?:(?:0?[1-9]|[12]\d|3[01])(?:(?:er|st|nd|rd|th)?[ ./\-](?:of )?(?:(?:0?[1-9]|1[0-2])|(?:" + _MONTHS + rb")\.?),?[ ./\-])" + _YEAR
    + rb"|(?:" + _MONTHS + rb")\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4}"
    rb"|[0-3]\d[01]\d(?:19|20)\d{2})"
)  # fmt: skip
#: Digits that only a word which has no other use makes a date: "NE 120354" is a place on a map.
_COMPACT = rb"(?:(?:19|20)\d{2}" + _MONTH + _DAY + rb"|" + _DAY + _MONTH + rb"\d{2})\b"
#: "à La Roche sur Yon (85)": a place of two words at most, and more behind words that join.
_JOINS = rb"(?:sur|sous|les|lez|en|de|du|des|la|le|l'|d'|d|et|aux|of|the)"
_PLACE = (
    rb"(?:a|au|aux|en) (?:l[ae]s? |l')?[a-z'\-]+(?: [a-z'\-]+)?(?:(?: " + _JOINS + rb"){1,2} [a-z'\-]+){0,2}(?: \d{1,2}(?:er|eme|e)?)?"
)  # fmt: skip
_WHERE = rb"(?: ?\([a-z0-9 ,.'/\-]{1,30}\))?,?"
#: "ne", unaccented, is a negation too ("je ne viens pas le..."): only a place or a birth parts it from its date.
_BORN = (
    rb"(?:ne(?: " + _PLACE + rb"| prematur[a-z]*| par [a-z]+(?: [a-z]+)?| vivante?)?"
    rb"|n(?:ee|es|ees|e[(.\-]e[).]?s?)(?: " + _PLACE + rb"|(?: [a-z'\-]+){0,3}))"
    + _WHERE + rb"[ \n]le"
)  # fmt: skip
_WEEKDAY = (
    rb"(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
#: What a form prints before its field: "(JJ/MM/AAAA)", a colon, a line end.
_FIELD = (
    rb"(?: (?:du|de la) patiente?| du nouveau-ne| de l'(?:enfant|assuree?))?(?: ?\(?[jdmay]{1,4}[ ./\-]?[jdmay]{1,4}[ ./\-]?[jdmay]{2,4}\)?)?"
    rb"[ \t:=\-(*|]{0,30}(?:\n[ \t>*|]{0,6}){0,2}"
)
_HEADED = (
    rb"(?:ddn|d\.d\.n\.?|dob|d\.o\.b\.?|date de naissance|date naiss(?:ance)?\.?|birth ?date|date of birth|fecha de nacimiento)" + _FIELD
)  # fmt: skip
_ANNOUNCED = (
    rb"\b(?:" + _HEADED
    + rb"|(?:" + _BORN + rb"[ \t]{0,30}|nee?|ne[(.\-]e[).]?|dn|naissance|born(?: on)?(?: the)?|geb(?:oren)?\.?(?: am)?|nacid[oa] el|nat[oa] il)[ :=\-(]{0,4})"
    rb"(?:le )?(?:" + _WEEKDAY + rb",? )?(?:the )?(" + DATE + rb")"
)  # fmt: skip

DETECTORS: tuple[Detector, ...] = (
    Pattern("birth-date", "dob", Kind.IDENTITY, _ANNOUNCED, "[NAISSANCE]"),
    Pattern(
        "birth-date-compact", "dob", Kind.IDENTITY, rb"\b(?:" + _HEADED + rb"|" + _BORN + rb"[ :]{1,30})(" + _COMPACT + rb")",
        "[NAISSANCE]",
    ),
    # "DURAND Paul (12/03/1954)", "Durand P., 12.03.1954", "P.D. 12/03/54": a plausible year of birth right after a name.
    Pattern(
        "birth-date-beside-name", "dob", Kind.IDENTITY,
        rb"(?:[A-Z][A-Za-z'\-]+|[A-Z]\.[ \-]?[A-Z]\.|[A-Z][A-Za-z'\-]+ [A-Z]\.)[ ,;\t(]{1,4}((?:0?[1-9]|[12]\d|3[01])[./\-](?:0?[1-9]|1[0-2])[./\-](?:19[1-9]\d|200\d|201\d|[3-9]\d)|" + _DAY + rb" " + _MONTH + rb" (?:19[1-9]\d|200\d|201\d))\b",
        "[NAISSANCE]", weight=0.8, case=True,
    ),
)  # fmt: skip
