"""What the classifier says of a document. Nothing here holds unmasked text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Verdict on a document, gravest first (values of the contract)."""

    IDENTIFIABLE_HEALTH = "identifiable_health"
    HEALTH_PERSON = "health_person"
    HEALTH_GENERIC = "health_generic"
    IDENTITY_ONLY = "identity_only"
    ORDINARY = "ordinary"


#: Position of each verdict from the gravest (0) to the lightest.
GRAVITY: dict[Verdict, int] = {verdict: place for place, verdict in enumerate(Verdict)}


#: Categories that a breach notification names apart. All health data are special (GDPR art. 9);
#: these weigh more: genetic data are a special category of their own (art. 4(13) and 9(1));
#: children merit specific protection (recital 38); French law lets people be tested for HIV without
#: giving a name (Code de la santé publique, art. L. 3121-2); and the disclosure of psychiatric care
#: or of an abortion is likely to discriminate or to harm a reputation (recital 75). Addiction is
#: reported like any other category.
SENSITIVE: tuple[str, ...] = ("hiv_sti", "mental_health", "abortion", "genetics", "minor")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a verdict was given: a detector's stable id, a masked excerpt of at most 80 letters."""

    detector: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class PartVerdict:
    """Verdict on one part of a document, or the reason why that part could not be read.

    ``recognised``: it rests on words that were read off a picture (OCR).
    """

    name: str
    verdict: Verdict | None
    error: str | None = None
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Classification:
    """Verdict on one document.

    ``score`` is 0..1 for ``identifiable_health``. ``persons`` counts distinct persons whose health
    data the document holds; ``person_keys`` are their keyed 64-bit hashes (never reported or
    stored: they only serve to count across posts), and may be fewer than ``persons`` when some
    cannot be told apart. ``categories`` pairs a category with the number of times it was seen.
    ``excerpt`` is masked. A document that could not be read has ``verdict`` None and an ``error``.
    ``remembered``: an earlier run gave this verdict on the same document.
    """

    verdict: Verdict | None
    score: float = 0.0
    persons: int = 0
    person_keys: frozenset[int] = frozenset()
    categories: tuple[tuple[str, int], ...] = ()
    excerpt: str = ""
    explanations: tuple[Explanation, ...] = ()
    parts: tuple[PartVerdict, ...] = ()
    error: str | None = None
    remembered: bool = False
