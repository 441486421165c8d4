"""The classifier: a cascade of gate, detectors and networks, then the verdict with masked reasons.

``CascadeClassifier`` never raises for content, however hostile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from groupaudit.classifier import decision, explain, people, records, sensitive, tables
from groupaudit.classifier import patterns as local_patterns
from groupaudit.classifier.classification import classification
from groupaudit.classifier.gate import Gate
from groupaudit.classifier.judged import Judged, by_structure, categories
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.reading import Reader, Reading
from groupaudit.classifier.reflow import reflowed
from groupaudit.classifier.stretches import stretches
from groupaudit.classifier.tagger.judge import Judgement, judge
from groupaudit.classifier.text import Passage, passages
from groupaudit.model.finding import Classification, Explanation, Verdict
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
        parts = [
            _of_record(record)
            + self._part(number, part, by_part)
            + (self._typed(part) if opened and record is None else [])
            for number, (part, record) in enumerate(zip(document.parts, held, strict=True))
        ]
        whole = self._read(prose) if opened else Judged(Verdict.ORDINARY)
        told = classification(whole, parts, document)
        return sensitive.marked(told, document, found)

    def _part(
        self, number: int, part: Part, by_part: Mapping[int, tuple[Passage, ...]]
    ) -> list[Judged]:
        """Verdicts on attachments by themselves and on tables; bodies share that of the whole."""
        others = len(by_part) - (number in by_part) - (_HEADERS in by_part)
        alone = part.kind in _ATTACHED and others > 0
        own = (*by_part.get(_HEADERS, ()), *by_part.get(number, ()))
        judged = [self._judge(own)] if alone else []
        return judged + [one for table in part.tables for one in self._table(table, number, part)]

    def _typed(self, part: Part) -> list[Judged]:
        """Those tables typed into the text of a part whose columns identify patients."""
        if part.tables:
            return []
        judged = [self._columns(table, again=True) for table in tables.typed(part.text)]
        return [one for one in judged if one.verdict is Verdict.IDENTIFIABLE_HEALTH]

    def _record(self, part: Part, document: Document) -> records.RecordFinding | None:
        """What a part amounts to that is, or holds, a health record in a standard's own form."""
        record = records.recognised(part.text)
        year = document.date.year if document.date else None
        return records.judge(record, self.reader.lexicon, self.key, year) if record else None

    def _table(self, table: Table, number: int, part: Part) -> list[Judged]:
        """Verdict on a table by its columns; a small one beside no text is read as text too."""
        read = bool(part.text.strip())
        judged = self._columns(table, again=read)
        if read or not judged.again:
            return [judged]
        text = "\n".join(" ; ".join(row) for row in table.rows())
        return [judged, self._judge((Passage("attachment", number, text),))]

    def _columns(self, table: Table, *, again: bool) -> Judged:
        """The judgement of a table by its columns; ``again``: its rows are surely read as text."""
        finding = tables.judge(table, self.reader.lexicon, self.key)
        identifiable = finding.verdict is Verdict.IDENTIFIABLE_HEALTH
        return by_structure(
            finding.verdict,
            finding.persons if identifiable else frozenset(),
            Counter(finding.categories),
            Explanation("table-columns", f"[TABLEAU] {finding.rows} lignes"),
            again=again or finding.rows <= TABLE_ROWS_AS_TEXT,
        )

    def _judge(self, found: tuple[Passage, ...]) -> Judged:
        """The cascade: what the gate lets through is read, anything else is ordinary."""
        return self._read(found) if self.gate.opens(found) else Judged(Verdict.ORDINARY)

    def _read(self, found: tuple[Passage, ...]) -> Judged:
        """What passages tell that the gate let through, read whole, then stretch by stretch."""
        reading = self.reader.read(reflowed(found))
        told = judge(reading.passages, reading.spans)
        verdict = decision.verdict(reading, told)
        if verdict is Verdict.IDENTIFIABLE_HEALTH:
            return self._made(reading, told, verdict)
        return self._gravest_stretch(reading) or self._made(reading, told, verdict)

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
            told = judge(stretch.passages, stretch.spans)
            verdict = decision.verdict(stretch, told, decision.ALONE)
            if verdict is Verdict.IDENTIFIABLE_HEALTH:
                yield self._made(stretch, told, verdict)

    def _made(self, reading: Reading, told: Judgement, verdict: Verdict) -> Judged:
        """What is made of a reading with this ``verdict``: persons, categories, explanations."""
        keys = lesser = frozenset[int]()
        if verdict is Verdict.IDENTIFIABLE_HEALTH:
            found = self.key, reading.passages, reading.spans, told.persons, told.health
            keys = people.distinct(*found)
            lesser = keys or people.otherwise(*found)
        return Judged(
            verdict,
            told.chances[Verdict.IDENTIFIABLE_HEALTH],
            keys,
            decision.categories(reading, verdict, told),
            explain.explanations(reading, told, verdict),
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

    ``lexicons`` are files of further terms, ``patterns`` a TOML file of local identifiers. Raises
    ConfigError when one of them cannot be read.
    """
    terms = load(tuple(languages), tuple(lexicons))
    extra = local_patterns.load(patterns) if patterns else ()
    return CascadeClassifier(key, Gate(terms), Reader(terms, extra))


def _by_part(found: Iterable[Passage]) -> dict[int, tuple[Passage, ...]]:
    """The passages of each part, by its number; those of headers under ``_HEADERS``."""
    parts: dict[int, list[Passage]] = {}
    for passage in found:
        parts.setdefault(passage.part, []).append(passage)
    return {number: tuple(own) for number, own in parts.items()}


def _of_record(found: records.RecordFinding | None) -> list[Judged]:
    """The verdict of a record's structure; none without a record."""
    if found is None:
        return []
    explained = Explanation(found.standard, found.excerpt)
    return [by_structure(found.verdict, found.persons, Counter(found.categories), explained)]


def _together(judged: Sequence[Judged]) -> Judged:
    """Judgements of one verdict on stretches of a text as one, with what all of them tell."""
    surest = max(judged, key=lambda one: one.score)
    explanations = tuple(each for one in judged for each in one.explanations)[: explain.MOST]
    return Judged(
        surest.verdict,
        surest.score,
        frozenset[int]().union(*(one.keys for one in judged)),
        categories(judged),
        explanations,
        lesser=frozenset[int]().union(*(one.lesser for one in judged)),
    )
