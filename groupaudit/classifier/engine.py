# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""The classifier: gate, then spans and persons, then the score, then the verdict with masked reasons.

``RuleClassifier`` never raises for content. A learned model takes the place of ``scorer``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from groupaudit.classifier import patterns as local_patterns
from groupaudit.classifier import persons, redact, score, tables, wording
from groupaudit.classifier.features import STRONG
from groupaudit.classifier.gate import Gate
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.persons import Linked
from groupaudit.classifier.reading import Reader, Reading
from groupaudit.classifier.score import Scorer
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.text import Passage, passages
from groupaudit.model.finding import GRAVITY, Classification, Explanation, PartVerdict, Verdict
from groupaudit.model.post import Document, Part, Table

#: Probability of identifiable_health from which it is the verdict (docs/classifier.md).
THRESHOLD = 0.45
#: The probabilities come from hospital mail. Below this share of known words a text is of another kind,
#: and the threshold rises by so much for each point that is missing.
FAMILIAR, STRANGENESS = 0.6, 4.0
#: How likely the most telling sentence must be telling where strong facts are of one kind only.
TOLD_ENOUGH = 0.1
#: What the threshold rises by where no term or measure tells a fact by itself.
WITHOUT_FACT = 0.2
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
class RuleClassifier:
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
        judged = [self._judge(found)]
        parts = [self._part(number, part, found) for number, part in enumerate(document.parts)]
        judged += [one for group in parts for one in group]
        return _classification(judged, document, parts)

    def _part(self, number: int, part: Part, found: tuple[Passage, ...]) -> list[_Judged]:
        """Verdicts on one part by itself and on its tables."""
        own = tuple(p for p in found if p.part == number)
        whole = len(own) == len([p for p in found if p.part >= 0])
        judged = [] if whole and not part.tables else [self._judge(_headers(found) + own)]
        return judged + [one for table in part.tables for one in self._table(table, number, part)]

    def _table(self, table: Table, number: int, part: Part) -> list[_Judged]:
        finding = tables.judge(table, self.reader.lexicon, self.key)
        certain = finding.verdict is Verdict.IDENTIFIABLE_HEALTH
        judged = _Judged(
            finding.verdict, 0.95 if certain else 0.05, finding.persons if certain else frozenset(),
            Counter(finding.categories), (Explanation("table-columns", f"[TABLEAU] {finding.rows} lignes"),),
        )  # fmt: skip
        if part.text.strip() or finding.rows > TABLE_ROWS_AS_TEXT:
            return [judged]
        text = "\n".join(" ; ".join(row) for row in table.rows())
        return [judged, self._judge((Passage("attachment", number, text),))]

    def _judge(self, found: tuple[Passage, ...]) -> _Judged:
        if not found or not self.gate.opens(found):
            return _Judged(Verdict.ORDINARY)
        reading = self.reader.read(found)
        chances = self.scorer.score(reading)
        concerned = _concerned(reading)
        verdict = _verdict(dict(chances), reading)
        score = chances[Verdict.IDENTIFIABLE_HEALTH]
        keys = (
            self._keys(reading, concerned)
            if verdict is Verdict.IDENTIFIABLE_HEALTH
            else frozenset()
        )
        return _Judged(
            verdict,
            score,
            keys,
            _categories(reading, verdict),
            _explain(reading, concerned, verdict),
        )

    def _keys(self, reading: Reading, concerned: tuple[Linked, ...]) -> frozenset[int]:
        return persons.distinct(self.key, concerned, [p.folded.lower for p in reading.passages])


def build(
    key: bytes,
    *,
    languages: tuple[str, ...] = ("fr", "en"),
    lexicons: tuple[str, ...] = (),
    patterns: str = "",
) -> RuleClassifier:
    """A classifier whose hashes are keyed with ``key``.

    ``lexicons`` are files of further terms, ``patterns`` a TOML file of local identifiers. Raises
    ConfigError when one of them cannot be read.
    """
    terms = load(tuple(languages), tuple(lexicons))
    extra = local_patterns.load(patterns) if patterns else ()
    return RuleClassifier(
        key, Gate(terms), Reader(terms, wording.shipped(), extra), score.shipped()
    )


def _headers(found: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return tuple(p for p in found if p.part < 0)


def _concerned(reading: Reading) -> tuple[Linked, ...]:
    """The mentions of persons whom health facts concern: those with facts beside them, else numbers."""
    near = tuple(
        i
        for i in reading.candidates
        if i.here + i.near >= STRONG and i.mention.span.category != "dob"
    )
    if near:
        return near
    anywhere = tuple(i for i in reading.candidates if i.mention.span.category != "dob")
    if anywhere:
        return anywhere[:1]
    senders = tuple(i for i in reading.linked if i.mention.span.role is Role.CORRESPONDENT)
    return (
        senders or tuple(i for i in reading.linked if i.mention.span.role is Role.PROFESSIONAL)
    )[:1]


def _verdict(chances: dict[Verdict, float], reading: Reading) -> Verdict:
    """The likeliest verdict that the evidence allows."""
    facts = {span.category for span in reading.all(Kind.HEALTH) if span.weight >= STRONG}
    told = max((chance for passage in reading.told for chance in passage), default=0.0)
    evident = told >= TOLD_ENOUGH or len(facts) > 1
    needed = THRESHOLD + STRANGENESS * max(0.0, FAMILIAR - reading.familiar)
    enough = chances.pop(Verdict.IDENTIFIABLE_HEALTH) >= needed + (0.0 if facts else WITHOUT_FACT)
    if enough and evident:
        return Verdict.IDENTIFIABLE_HEALTH
    if not evident:
        chances.pop(Verdict.HEALTH_PERSON)
    return max(chances, key=lambda verdict: chances[verdict])


def _categories(reading: Reading, verdict: Verdict) -> Counter[str]:
    """Kinds of data seen, those of health from strong spans only."""
    if verdict in (Verdict.ORDINARY, Verdict.HEALTH_GENERIC):
        return Counter()
    kept = Counter(s.category for s in reading.all(Kind.IDENTITY) if s.role is Role.CANDIDATE)
    if verdict is not Verdict.IDENTITY_ONLY:
        kept.update(s.category for s in reading.all(Kind.HEALTH) if s.weight >= STRONG)
    return kept


def _explain(
    reading: Reading, concerned: tuple[Linked, ...], verdict: Verdict
) -> tuple[Explanation, ...]:
    """Masked excerpts around the spans that carried the verdict, the closest to a person first."""
    if verdict in (Verdict.ORDINARY, Verdict.IDENTITY_ONLY):
        return ()
    secret = _secret_words(reading)
    units = {(item.mention.passage, item.mention.span.start) for item in concerned}
    carrying = [
        (_distance(units, number, span), number, span)
        for number, spans in enumerate(reading.spans)
        for span in spans
        if span.kind is Kind.HEALTH and span.weight >= STRONG
    ]
    carrying.sort(key=lambda one: (one[0], one[1], one[2].start))
    explained: dict[str, Explanation] = {}
    for _, number, span in carrying:
        if span.detector not in explained:
            text = redact.excerpt(reading.passages[number], reading.spans[number], span, secret)
            explained[span.detector] = Explanation(span.detector, text)
        if len(explained) == MOST_EXPLANATIONS:
            break
    return tuple(explained.values())


def _distance(people: set[tuple[int, int]], passage: int, span: Span) -> int:
    return min(
        (abs(start - span.start) for where, start in list(people)[:50] if where == passage),
        default=10**6,
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
