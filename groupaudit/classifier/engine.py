# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""The classifier: a cascade of gate, linear score and networks, then the verdict with masked reasons.

``CascadeClassifier`` never raises for content, however hostile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from groupaudit.classifier import patterns as local_patterns
from groupaudit.classifier import people, records, redact, score, sensitive, tables, wording
from groupaudit.classifier.features import STRONG
from groupaudit.classifier.gate import Gate
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.reading import Reader, Reading
from groupaudit.classifier.reflow import reflowed
from groupaudit.classifier.score import Scorer
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.tagger.judge import Judgement, judge
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage, passages
from groupaudit.model.finding import (
    GRAVITY,
    SENSITIVE,
    Classification,
    Explanation,
    PartVerdict,
    Verdict,
)
from groupaudit.model.post import Document, Part, PartKind, Table

#: Probability of identifiable_health from which it is the verdict (docs/classifier.md).
THRESHOLD = 0.62
#: Characters from which a text is long, and the probability where the evidence is thin.
LONG, CERTAIN = 2500, 0.95
#: Score where the structure of a table or a record decides.
SURE = 0.95
#: Probability of being about a person, by the linear score, below which the networks are not asked.
DOUBT = 0.03
_IDENTIFYING = frozenset({"nir", "ins", "record_number"})
_ATTACHED = frozenset({PartKind.ATTACHMENT, PartKind.MESSAGE})
_ABOUT_SOMEBODY = (Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON, Verdict.IDENTITY_ONLY)
_HARMLESS = (Verdict.HEALTH_GENERIC, Verdict.IDENTITY_ONLY, Verdict.ORDINARY)
MOST_EXPLANATIONS = 5
_EXTENSIONS = frozenset(
    [
        "txt",
        "html",
        "csv",
        "tsv",
        "xlsx",
        "xls",
        "ods",
        "docx",
        "odt",
        "pdf",
        "zip",
        "eml",
        "msg",
        "png",
        "jpg",
        "jpeg",
        "ics",
        "jsonl",
        "xml",
        "json",
        "ndjson",
        "hl7",
        "hpr",
        "hprim",
    ]
)
#: A table whose part has no text is also read as text, up to so many rows.
TABLE_ROWS_AS_TEXT = 200


@dataclass(frozen=True, slots=True)
class _Judged:
    """Verdict on some passages, with what carried it."""

    verdict: Verdict
    score: float = 0.0
    keys: frozenset[int] = field(default=frozenset(), repr=False)
    categories: Counter[str] = field(default_factory=Counter)
    explanations: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True)
class CascadeClassifier:
    """Implements ``ports.Classifier``. Build it with ``build``."""

    key: bytes = field(repr=False)
    gate: Gate
    reader: Reader
    scorer: Scorer

    def classify(self, document: Document) -> Classification:
        """Verdict on ``document``: the gravest of the whole, of each part, and of each table."""
        if document.error is not None:
            return Classification(None, error=document.error)
        found = passages(document)
        held = tuple(self._record(part, document) for part in document.parts)
        prose = records.left_to_read(found, held)
        judged = [self._judge(prose)]
        parts = [
            _of_record(record) + self._part(number, part, prose)
            for number, (part, record) in enumerate(zip(document.parts, held, strict=True))
        ]
        judged += [one for group in parts for one in group]
        return sensitive.marked(_classification(judged, document, parts), document, found)

    def _part(self, number: int, part: Part, found: tuple[Passage, ...]) -> list[_Judged]:
        """Verdicts on what is attached, by itself, and on tables; bodies share that of the whole."""
        own = tuple(p for p in found if p.part == number)
        alone = part.kind in _ATTACHED and any(0 <= p.part != number for p in found)
        judged = [self._judge(_headers(found) + own)] if alone else []
        return judged + [one for table in part.tables for one in self._table(table, number, part)]

    def _record(self, part: Part, document: Document) -> records.RecordFinding | None:
        """What a part amounts to that is, or holds, a health record in a standard's own form."""
        record = records.recognised(part.text)
        year = document.date.year if document.date else None
        return records.judge(record, self.reader.lexicon, self.key, year) if record else None

    def _table(self, table: Table, number: int, part: Part) -> list[_Judged]:
        finding = tables.judge(table, self.reader.lexicon, self.key)
        certain = finding.verdict is Verdict.IDENTIFIABLE_HEALTH
        judged = _Judged(
            finding.verdict, SURE if certain else 1 - SURE, finding.persons if certain else frozenset(),
            Counter(finding.categories), (Explanation("table-columns", f"[TABLEAU] {finding.rows} lignes"),),
        )  # fmt: skip
        if part.text.strip() or finding.rows > TABLE_ROWS_AS_TEXT:
            return [judged]
        text = "\n".join(" ; ".join(row) for row in table.rows())
        return [judged, self._judge((Passage("attachment", number, text),))]

    def _judge(self, found: tuple[Passage, ...]) -> _Judged:
        """The cascade: gate, then the linear score, then the networks where it leaves a doubt."""
        if not found or not self.gate.opens(found):
            return _Judged(Verdict.ORDINARY)
        reading = self.reader.read(reflowed(found))
        chances = self.scorer.score(reading)
        if _about_a_person(chances) < DOUBT:
            verdict = max(_HARMLESS, key=lambda each: chances[each])
            return _Judged(
                verdict,
                chances[Verdict.IDENTIFIABLE_HEALTH],
                frozenset(),
                _categories(reading, verdict),
            )
        return self._read(reading)

    def _read(self, reading: Reading) -> _Judged:
        """What the networks make of a reading."""
        judged = judge(reading.passages, reading.spans)
        verdict = _verdict(judged.chances, _needed(reading, judged))
        keys = frozenset[int]()
        if verdict is Verdict.IDENTIFIABLE_HEALTH:
            keys = people.distinct(self.key, reading.passages, reading.spans, judged.persons)
        return _Judged(
            verdict,
            judged.chances[Verdict.IDENTIFIABLE_HEALTH],
            keys,
            _categories(reading, verdict, _named(reading, judged)),
            _explain(reading, judged, verdict),
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
    return CascadeClassifier(
        key, Gate(terms), Reader(terms, wording.shipped(), extra), score.shipped()
    )


def _of_record(found: records.RecordFinding | None) -> list[_Judged]:
    """The verdict of a record's structure; none without a record."""
    if found is None:
        return []
    certain = found.verdict is Verdict.IDENTIFIABLE_HEALTH
    explained = (Explanation(found.standard, found.excerpt),)
    score = SURE if certain else 1 - SURE
    return [_Judged(found.verdict, score, found.persons, Counter(found.categories), explained)]


def _headers(found: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return tuple(p for p in found if p.part < 0)


def _about_a_person(chances: Mapping[Verdict, float]) -> float:
    return chances[Verdict.IDENTIFIABLE_HEALTH] + chances[Verdict.HEALTH_PERSON]


def _needed(reading: Reading, judged: Judgement) -> float:
    """The probability that identifiable health takes.

    Nobody identified, neither by a detector nor by a tag: the networks must be sure. And among
    thousands of words of another kind of text (a novel, a log) some are tagged by chance: a long
    text must hold a tagged term that the lexicons know too.
    """
    numbered = any(span.category in _IDENTIFYING for span in reading.all(Kind.IDENTITY))
    if not (judged.persons or numbered):
        return CERTAIN
    if sum(len(passage.text) for passage in reading.passages) <= LONG:
        return THRESHOLD
    return THRESHOLD if _known(reading, judged) else CERTAIN


def _known(reading: Reading, judged: Judgement) -> bool:
    """Whether a stretch tagged as health holds a term that tells something by itself."""
    return any(term.weight >= STRONG for place in judged.health for term in _terms(reading, place))


def _terms(reading: Reading, place: Place) -> list[Span]:
    """The health terms and measures that share a character with ``place``."""
    return [
        span
        for span in reading.spans[place.passage]
        if span.kind is Kind.HEALTH and place.start < span.end and span.start < place.end
    ]


def _verdict(chances: Mapping[Verdict, float], needed: float) -> Verdict:
    """The likeliest verdict; identifiable health only from ``needed``."""
    if chances[Verdict.IDENTIFIABLE_HEALTH] >= needed:
        return Verdict.IDENTIFIABLE_HEALTH
    rest = [verdict for verdict in Verdict if verdict is not Verdict.IDENTIFIABLE_HEALTH]
    return max(rest, key=lambda verdict: chances[verdict])


#: The texts' names of categories that the detectors call otherwise.
_CALLED = {"ipp": "record_number", "initials_room": "room"}


def _categories(reading: Reading, verdict: Verdict, told: Iterable[str] = ()) -> Counter[str]:
    """Kinds of data seen: identifiers by the detectors, health by the networks (``told``)."""
    if verdict not in _ABOUT_SOMEBODY:
        return Counter()
    kept = Counter(s.category for s in reading.all(Kind.IDENTITY) if s.role is Role.CANDIDATE)
    for name in map(reported, told):
        kept[name] = max(kept[name], 1)
    return kept


#: Identifiers that detectors know by their form, as the networks call them.
_EXACT = frozenset({"nir", "ipp", "dob", "phone", "email", "bank"})


def _named(reading: Reading, judged: Judgement) -> set[str]:
    """The categories that the networks name, and those of the strong terms among what they tagged.

    They learned too few texts of the rarer ones to name these by themselves. The most sensitive are
    left to ``sensitive``, whose terms are stricter, and what has a form of its own to detectors: a
    network must not report a NIR where there is none.
    """
    inside = (term for place in judged.health for term in _terms(reading, place))
    known = {term.category for term in inside if term.weight >= STRONG}
    return known.difference(SENSITIVE).union(judged.categories).difference(_EXACT)


def reported(category: str) -> str:
    """The name under which reports know a category of the networks."""
    return _CALLED.get(category, category)


def _explain(reading: Reading, judged: Judgement, verdict: Verdict) -> tuple[Explanation, ...]:
    """Masked excerpts around the health facts that carried the verdict."""
    if verdict in (Verdict.ORDINARY, Verdict.IDENTITY_ONLY):
        return ()
    secret = _secret_words(reading) | _words(reading, judged.persons)
    explained: dict[str, Explanation] = {}
    for place in judged.health:
        spans = reading.spans[place.passage]
        inside = _terms(reading, place)
        centre = max(inside, key=lambda span: span.weight, default=None) or Span(
            place.start, place.end, "told-by-the-model", "health", Kind.HEALTH, mask="[SANTE]"
        )
        if centre.detector not in explained:
            shown = spans if inside else (*spans, centre)
            text = redact.excerpt(reading.passages[place.passage], shown, centre, secret)
            explained[centre.detector] = Explanation(centre.detector, text)
        if len(explained) == MOST_EXPLANATIONS:
            break
    return tuple(explained.values())


def _words(reading: Reading, places: Iterable[Place]) -> frozenset[bytes]:
    """Every folded word of ``places``."""
    return frozenset(
        word
        for place in places
        for word in reading.passages[place.passage].folded.words[place.start : place.end].split()
    )


def _secret_words(reading: Reading) -> frozenset[bytes]:
    """Every folded word of every identifier found in the document."""
    words: set[bytes] = set()
    for passage, spans in zip(reading.passages, reading.spans, strict=True):
        for span in spans:
            if span.kind in (Kind.IDENTITY, Kind.PROFESSIONAL):
                words.update(passage.folded.words[span.start : span.end].split())
    return frozenset(words)


def _classification(
    judged: list[_Judged], document: Document, parts: list[list[_Judged]]
) -> Classification:
    """The gravest of several verdicts, with the persons and categories of all that share it."""
    worst = min(judged, key=lambda one: (GRAVITY[one.verdict], -one.score))
    keys = frozenset[int]().union(*(one.keys for one in judged))
    categories: Counter[str] = Counter()
    for one in judged:
        categories |= one.categories
    identifiable = worst.verdict is Verdict.IDENTIFIABLE_HEALTH
    explanations = tuple(
        e for one in sorted(judged, key=lambda o: GRAVITY[o.verdict]) for e in one.explanations
    )
    return Classification(
        verdict=worst.verdict,
        score=round(max(one.score for one in judged), 4),
        persons=max(len(keys), 1) if identifiable else int(worst.verdict is Verdict.HEALTH_PERSON),
        person_keys=keys,
        categories=tuple(sorted(categories.items()))
        if worst.verdict is not Verdict.ORDINARY
        else (),
        excerpt=next((e.excerpt for e in worst.explanations), ""),
        explanations=explanations[:MOST_EXPLANATIONS],
        parts=tuple(
            _part_verdict(number, part, own or judged[:1])
            for number, (part, own) in enumerate(zip(document.parts, parts, strict=True))
        ),
    )


def _part_verdict(number: int, part: Part, judged: list[_Judged]) -> PartVerdict:
    """Verdict on one part, named by kind, place and extension: a file name may name a patient."""
    suffix = part.name.rpartition(".")[2].lower() if "." in part.name else ""
    known = f".{suffix}" if suffix in _EXTENSIONS else ""
    name = f"{part.kind.value}-{number + 1}{known}"
    if part.error is not None:
        return PartVerdict(name, None, part.error)
    return PartVerdict(
        name, min((one.verdict for one in judged), key=lambda verdict: GRAVITY[verdict])
    )
