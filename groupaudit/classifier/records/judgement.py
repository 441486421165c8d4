"""What a health record amounts to: verdict, persons, categories, and what is left to be read.

A patient's identity and a health fact in one dossier are identifiable health data. A message by
which a hospital receives, moves or discharges a named patient states such a fact: that this person
is cared for, and where (CJEU C-184/20: data that reveal health indirectly count). Demographics
without any sign of care are identity data. Facts of nobody, test patients, and what defines formats
and vocabularies concern no person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groupaudit.classifier.lexicon import STRONG, Lexicon
from groupaudit.classifier.records import identity
from groupaudit.classifier.records.record import Dossier, Fact, Patient, Record
from groupaudit.classifier.sensitive import under_age
from groupaudit.classifier.text import Passage, fold, unify
from groupaudit.model.finding import GRAVITY, SENSITIVE, Verdict

#: Categories that the words of a fact may add to that of its place in the record.
_TOLD_BY_WORDS = frozenset(SENSITIVE) | {"addiction", "cancer", "pregnancy"}
_LONGEST_LABEL = 400


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """What a record holds. ``categories`` counts dossiers and facts; ``persons`` are keyed hashes.

    ``names`` are those of all words of their names, by which a text may know the same persons.
    ``prose`` is the text that is still to be read as text: what stands around a record that answers
    for itself, None for everything when its structure leaves the question open. ``excerpt`` names
    the standard and the size and nothing else.
    """

    verdict: Verdict
    persons: frozenset[int] = field(repr=False)
    names: frozenset[int] = field(repr=False)
    categories: Mapping[str, int]
    standard: str
    excerpt: str
    prose: str | None = field(repr=False)


def judge(record: Record, lexicon: Lexicon, key: bytes, year: int | None = None) -> RecordFinding:
    """Verdict on ``record``, and the distinct patients whose health data it holds.

    ``lexicon`` tells the categories of facts that come in words, ``key`` keys the hashes. ``year``,
    that of the post, tells minors; None where it is unknown, so that the record's own date does.
    """
    concerned: list[Patient] = []
    counts, words = Counter[str](), _Words(lexicon)
    verdicts = [_nobody(record)]
    for dossier in record.dossiers:
        verdict, patient = _verdict(dossier), dossier.patient
        verdicts.append(verdict)
        if patient is None or verdict in (Verdict.HEALTH_GENERIC, Verdict.ORDINARY):
            continue
        counts += identity.categories(patient)
        counts += words.counted(dossier.facts)
        if verdict is Verdict.IDENTIFIABLE_HEALTH:
            concerned.append(patient)
            counts["minor"] += _is_minor(patient, dossier.year if year is None else year)
    gravest = min(verdicts, key=lambda verdict: GRAVITY[verdict])
    units = record.unit if record.size == 1 else f"{record.unit}s"
    excerpt = f"[{record.title}] {record.size} {units}"
    return RecordFinding(
        gravest,
        identity.distinct(concerned, key),
        identity.words(concerned, key),
        +counts,
        record.standard,
        excerpt,
        _prose(record, gravest),
    )


def _is_minor(patient: Patient, year: int | None) -> bool:
    return year is not None and under_age(fold(patient.birth).lower, year)


def _verdict(dossier: Dossier) -> Verdict:
    patient = dossier.patient
    if patient is None or identity.is_test(patient):
        return Verdict.HEALTH_GENERIC if dossier.facts else Verdict.ORDINARY
    if identity.is_identified(patient):
        return Verdict.IDENTIFIABLE_HEALTH if dossier.facts else Verdict.IDENTITY_ONLY
    return Verdict.HEALTH_PERSON if dossier.facts else Verdict.ORDINARY


def _nobody(record: Record) -> Verdict:
    """What the parts of ``record`` that concern nobody amount to."""
    return Verdict.HEALTH_GENERIC if record.definitions else Verdict.ORDINARY


def _prose(record: Record, verdict: Verdict) -> str | None:
    """Text that the structure leaves to be read; None for all of it."""
    if verdict is Verdict.IDENTIFIABLE_HEALTH:
        return record.outside
    if verdict is Verdict.IDENTITY_ONLY and not record.unread:
        notes = (dossier.notes for dossier in record.dossiers)
        return "\n".join(filter(None, (record.outside, *notes)))
    tests = all(d.patient is not None and identity.is_test(d.patient) for d in record.dossiers)
    told = record.dossiers or record.definitions or record.replies == record.size
    settled = tests and not record.unread and bool(told)
    return record.outside if settled else None


def left_to_read(
    found: Sequence[Passage], held: Sequence[RecordFinding | None]
) -> tuple[Passage, ...]:
    """``found`` with only the prose of the parts whose records answer for themselves.

    ``held`` has the finding of each part of the document, None for a part without a record.
    """
    kept, answered = [], set[int]()
    for passage in found:
        record = held[passage.part] if passage.part >= 0 and passage.kind != "filename" else None
        if record is None or record.prose is None:
            kept.append(passage)
        elif record.prose.strip() and passage.part not in answered:
            answered.add(passage.part)  # a body may be several passages
            kept.append(Passage(passage.kind, passage.part, unify(record.prose)))
    return tuple(kept)


class _Words:
    """Categories of facts, remembering labels: a batch repeats the same few hundred."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._known: dict[str, frozenset[str]] = {}
        self._last: tuple[tuple[Fact, ...], Counter[str]] = (), Counter()

    def counted(self, facts: tuple[Fact, ...]) -> Counter[str]:
        """How often ``facts`` tell each category.

        The patients of one document share its facts: these are counted once for all of them, as the
        time would be the product of both.
        """
        if facts is not self._last[0]:
            told = Counter(kind for fact in facts for kind in self.categories(fact))
            self._last = facts, told
        return self._last[1]

    def categories(self, fact: Fact) -> frozenset[str]:
        """The category of ``fact`` and those that its words tell; of mere words, all they tell."""
        told = self._told(fact.label[:_LONGEST_LABEL]) if fact.label else frozenset[str]()
        return (told & _TOLD_BY_WORDS) | {fact.category} if fact.category else told

    def _told(self, label: str) -> frozenset[str]:
        if label not in self._known:
            spans = self._lexicon.find(fold(label))
            self._known[label] = frozenset(s.category for s in spans if s.weight >= STRONG)
        return self._known[label]
