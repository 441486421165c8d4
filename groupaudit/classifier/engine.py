"""The classifier: a cascade of gate, detectors and networks, then the verdict with masked reasons.

``CascadeClassifier`` never raises for content, however hostile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from groupaudit.classifier import (
    bare,
    decision,
    explain,
    people,
    records,
    sensitive,
    tables,
    unnamed,
)
from groupaudit.classifier import patterns as local_patterns
from groupaudit.classifier.classification import classification
from groupaudit.classifier.decision import Look
from groupaudit.classifier.gate import Gate
from groupaudit.classifier.joining import known_by, merged
from groupaudit.classifier.judged import Judged, by_structure, categories
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.reading import Reader, Reading
from groupaudit.classifier.reflow import reflowed
from groupaudit.classifier.stretches import stretches
from groupaudit.classifier.tagger.judge import judge
from groupaudit.classifier.text import Passage, passages
from groupaudit.model.finding import GRAVITY, Classification, Explanation, Verdict
from groupaudit.model.post import Document, Part, PartKind, Table

_ATTACHED = frozenset({PartKind.ATTACHMENT, PartKind.MESSAGE})
#: The part of passages that stand in headers.
_HEADERS = -1
#: A table whose part has no text is also read as text, up to so many rows.
TABLE_ROWS_AS_TEXT = 200
#: Stretches of a long text that are judged alone to find something, then to count the persons.
MOST_TRIED, MOST_COUNTED = 8, 64


@dataclass(frozen=True, slots=True)
class CascadeClassifier:
    """Implements ``ports.Classifier``. Build it with ``build``."""

    key: bytes = field(repr=False)
    gate: Gate
    reader: Reader

    def classify(self, document: Document) -> Classification:
        """Verdict on ``document``: the gravest of the whole, of each part, and of each table.

        What text there is in a document with an error can tell of a patient; it never tells that
        there is none.
        """
        told = self._judged(document)
        written = document.subject or any(part.text for part in document.parts)
        telling = told.verdict is not Verdict.ORDINARY and written
        if document.error is None or telling:
            return told
        return Classification(None, parts=told.parts, error=document.error)

    def _judged(self, document: Document) -> Classification:
        found = passages(document)
        held = tuple(self._record(part, document) for part in document.parts)
        prose = records.left_to_read(found, held)
        opened, by_part = self.gate.opens(prose), _by_part(prose)
        whole = self._read(prose) if opened else Judged(Verdict.ORDINARY)
        alone = [self._alone(number, part, by_part) for number, part in enumerate(document.parts)]
        sought = known_by(one.known for one in [whole, *(one for own in alone for one in own)])
        parts = [
            _of_record(record)
            + own
            + self._tables(part, number, sought)
            + (self._typed(part, sought) if opened and record is None else [])
            for number, (part, record, own) in enumerate(
                zip(document.parts, held, alone, strict=True)
            )
        ]
        told = classification(whole, parts, document)
        return sensitive.marked(told, document, found)

    def _alone(
        self, number: int, part: Part, by_part: Mapping[int, tuple[Passage, ...]]
    ) -> list[Judged]:
        """The verdict on an attachment's text by itself; bodies share that of the whole."""
        others = len(by_part) - (number in by_part) - (_HEADERS in by_part)
        if part.kind not in _ATTACHED or not others:
            return []
        return [self._judge((*by_part.get(_HEADERS, ()), *by_part.get(number, ())))]

    def _typed(self, part: Part, sought: frozenset[int]) -> list[Judged]:
        """Those tables typed into the text of a part whose columns identify patients."""
        if part.tables:
            return []
        judged = [_of_columns(self._columns(one, sought)) for one in tables.typed(part.text)]
        return [one for one in judged if one.verdict is Verdict.IDENTIFIABLE_HEALTH]

    def _record(self, part: Part, document: Document) -> records.RecordFinding | None:
        """What a part amounts to that is, or holds, a health record in a standard's own form."""
        record = records.recognised(part.text)
        year = document.date.year if document.date else None
        return records.judge(record, self.reader.lexicon, self.key, year) if record else None

    def _tables(self, part: Part, number: int, sought: frozenset[int]) -> list[Judged]:
        """Verdicts on the tables of a part by their columns; small ones are read as text too."""
        read: list[list[Judged]] = []
        found: list[tables.TableFinding] = []
        for table in part.tables:
            read.append([] if part.text.strip() else self._rows(table, number))
            here = known_by(one.known for one in read[-1])
            found.append(self._columns(table, sought | here))
        told = [one for one in found if one.verdict is Verdict.IDENTIFIABLE_HEALTH]
        if len(told) > 1:
            once = tables.together(told, self.key)
            found = [replace(one, persons=one.persons & once) for one in found]
        judged = map(_of_columns, found)
        return [each for one, own in zip(judged, read, strict=True) for each in (one, *own)]

    def _rows(self, table: Table, number: int) -> list[Judged]:
        """Verdict on the rows of a table read as text; none on one of many."""
        rows = list(islice(table.rows(), TABLE_ROWS_AS_TEXT + 1))
        if len(rows) > TABLE_ROWS_AS_TEXT:
            return []
        text = "\n".join(" ; ".join(row) for row in rows)
        return [self._judge((Passage("attachment", number, text),))]

    def _columns(self, table: Table, sought: frozenset[int]) -> tables.TableFinding:
        """What a table's columns tell; ``sought`` are hashes of persons in text."""
        return tables.judge(table, self.reader.lexicon, self.key, sought)

    def _judge(self, found: tuple[Passage, ...]) -> Judged:
        """The cascade: what the gate lets through is read, anything else is ordinary."""
        return self._read(found) if self.gate.opens(found) else Judged(Verdict.ORDINARY)

    def _read(self, found: tuple[Passage, ...]) -> Judged:
        """What passages tell that the gate let through, read whole, then stretch by stretch."""
        first = self._plainly(self._looked(reflowed(found)))
        judged = self._surest(first)
        if judged.verdict is Verdict.IDENTIFIABLE_HEALTH:
            return judged
        return self._gravest_stretch(first.reading) or judged

    def _looked(self, found: tuple[Passage, ...], raised: float = 0.0) -> Look:
        return _look(self.reader.read(found), raised)

    def _plainly(self, first: Look) -> Look:
        """``first``, or where it leaves a doubt a look at the text without who wrote what."""
        plain = bare.unannounced(first.reading) if first.uncertain or first.may_concern else None
        return self._looked(plain) if plain else first

    def _surest(self, first: Look) -> Judged:
        """What is made of a look, or of a graver one at less text where it leaves a doubt."""
        if first.found or not first.uncertain:
            return self._made(first)
        looks = [first, *self._lessened(first)]
        gravest = min(looks, key=lambda look: (GRAVITY[look.verdict], -look.chance))
        if gravest.verdict is not first.verdict:
            return self._made(gravest)
        return replace(self._made(first), score=max(look.score for look in looks))

    def _gravest_stretch(self, reading: Reading) -> Judged | None:
        """What the stretches tell that identify somebody; None when none does."""
        alone = stretches(reading)
        found = list(self._identifying(alone[:MOST_TRIED]))
        if not found:
            return None
        return _together([*found, *self._identifying(alone[MOST_TRIED:MOST_COUNTED])])

    def _identifying(self, stretches_: Sequence[Reading]) -> Iterator[Judged]:
        """Those judgements on ``stretches_``, each alone, that identify somebody."""
        for stretch in stretches_:
            look = _look(stretch, decision.ALONE)
            less = self._lessened(look, decision.ALONE) if look.uncertain else ()
            told = next((each for each in chain([look], less) if each.found), None)
            if told:
                yield self._made(told)

    def _lessened(self, first: Look, raised: float = 0.0) -> Iterator[Look]:
        """Looks at the text without each of its clauses that only identify, and without all."""
        return (self._looked(less, raised) for less in bare.without_a_clause(first.reading))

    def _made(self, look: Look) -> Judged:
        """What is made of a look: persons, categories, explanations."""
        reading, told = look.reading, look.told
        known: people.Known = {}
        numbers = lesser = frozenset[int]()
        if look.found:
            found = self.key, reading.passages, reading.spans, told.persons, told.health
            known = people.distinct(*found)
            numbers = unnamed.numbers(self.key, reading.passages, told.persons)
            if not known and not numbers:
                lesser = people.otherwise(*found)
        return Judged(
            look.verdict,
            look.score,
            frozenset(known),
            decision.categories(reading, look.verdict, told),
            explain.explanations(reading, told, look.verdict),
            known=known,
            numbers=numbers,
            lesser=lesser,
        )


def build(
    key: bytes,
    *,
    languages: tuple[str, ...] = ("fr", "en"),
    lexicons: tuple[str, ...] = (),
    patterns: str = "",
) -> CascadeClassifier:
    """A classifier whose hashes are keyed with ``key``.

    ``lexicons`` are files of further terms, ``patterns`` a TOML file of local expressions. Raises
    ConfigError when one of them cannot be read.
    """
    terms = load(tuple(languages), tuple(lexicons))
    extra = local_patterns.load(patterns) if patterns else ()
    return CascadeClassifier(key, Gate(terms), Reader(terms, extra))


def _look(reading: Reading, raised: float) -> Look:
    return decision.look(reading, judge(reading.passages, reading.spans), raised)


def _by_part(found: Iterable[Passage]) -> dict[int, tuple[Passage, ...]]:
    """The passages of each part, by its number; those of headers under ``_HEADERS``."""
    parts: dict[int, list[Passage]] = {}
    for passage in found:
        parts.setdefault(passage.part, []).append(passage)
    return {number: tuple(own) for number, own in parts.items()}


def _of_columns(finding: tables.TableFinding) -> Judged:
    """The judgement of a table by its columns."""
    identifiable = finding.verdict is Verdict.IDENTIFIABLE_HEALTH
    return by_structure(
        finding.verdict,
        finding.persons if identifiable else frozenset(),
        Counter(finding.categories),
        Explanation("table-columns", f"[TABLEAU] {finding.rows} ligne{'s' * (finding.rows > 1)}"),
        finding.met if identifiable else frozenset(),
    )


def _of_record(found: records.RecordFinding | None) -> list[Judged]:
    """The verdict of a record's structure; none without a record."""
    if found is None:
        return []
    explained = Explanation(found.standard, found.excerpt)
    seen = Counter(found.categories)
    return [by_structure(found.verdict, found.persons, seen, explained, found.names)]


def _together(judged: Sequence[Judged]) -> Judged:
    """Judgements of one verdict on stretches of a text as one, with what all of them tell."""
    surest = max(judged, key=lambda one: one.score)
    explanations = tuple(each for one in judged for each in one.explanations)[: explain.MOST]
    known = merged(one.known for one in judged)
    return Judged(
        surest.verdict,
        surest.score,
        frozenset(known),
        categories(judged),
        explanations,
        known=known,
        numbers=frozenset[int]().union(*(one.numbers for one in judged)),
        lesser=frozenset[int]().union(*(one.lesser for one in judged)),
    )
