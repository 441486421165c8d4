"""The classifier's categories of data under the headings of the CNIL's form, and what they entail.

Pure tables and look-ups. A category that is not listed here is one of health: that is what the
classifier's lexicons hold, the hospital's own included.
"""

from __future__ import annotations

from groupaudit.model.finding import SENSITIVE
from groupaudit.model.report import Assessment
from groupaudit.reporter.language import mark

#: Headings in the order of the form (its field "nature of the data"), with our categories.
#: ``minor`` is told among the persons, not among the data.
_HEADINGS: dict[str, tuple[str, ...]] = {
    mark("Civil status and identity"): ("name", "initials", "dob", "age", "record_number", "room"),
    mark("National identifier (social security number, health identifier)"): ("nir", "ins"),
    mark("Contact details"): ("address", "email", "phone"),
    mark("Economic and financial data"): ("bank",),
}

HEALTH = mark("Sensitive data: health (art. 9)")

SPECIAL = mark("of which the most sensitive")

_NOT_HEALTH = frozenset(name for names in _HEADINGS.values() for name in names) | {"minor"}

#: Categories with which somebody can pass for another.
_IMPERSONATION = ("nir", "ins", "bank", "dob", "address")


def found(assessment: Assessment) -> dict[str, int]:
    """Category to the number of examined posts that hold it."""
    return dict(assessment.health.categories) if assessment.health else {}


def headed(assessment: Assessment) -> list[tuple[str, tuple[str, ...]]]:
    """Headings with the categories found under each; none that is empty."""
    names = found(assessment)
    rows = [
        (heading, tuple(name for name in under if name in names))
        for heading, under in _HEADINGS.items()
    ]
    rows.append((HEALTH, tuple(name for name in names if name not in _NOT_HEALTH)))
    rows.append((SPECIAL, sensitive(assessment)))
    return [(heading, under) for heading, under in rows if under]


def sensitive(assessment: Assessment) -> tuple[str, ...]:
    """The most sensitive categories found, that of minors included."""
    names = found(assessment)
    return tuple(name for name in SENSITIVE if name in names)


def harms(assessment: Assessment) -> list[tuple[str, tuple[str, ...]]]:
    """Harms of the CNIL's form that the data make likely, with the categories that do."""
    names = found(assessment)
    health = tuple(name for name in names if name not in _NOT_HEALTH)
    special = tuple(name for name in sensitive(assessment) if name != "minor")
    rows = [
        (mark("Loss of confidentiality of data protected by professional secrecy"), health),
        (mark("Discrimination"), special or health),
        (mark("Damage to reputation"), special),
        (mark("Identity theft or fraud"), tuple(n for n in _IMPERSONATION if n in names)),
        (mark("Financial loss"), tuple(n for n in ("bank",) if n in names)),
    ]
    return [(harm, because) for harm, because in rows if because]
