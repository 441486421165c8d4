"""From what the networks say to a verdict and to the categories of data seen."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from groupaudit.classifier import file_names
from groupaudit.classifier.persons import is_correspondence
from groupaudit.classifier.reading import Reading
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.tagger.judge import Judgement
from groupaudit.classifier.tagger.places import Place
from groupaudit.model.finding import SENSITIVE, Verdict

#: Probability of identifiable_health from which it is the verdict where what networks tagged as a
#: health fact holds a term of the lexicons, and where it holds none: of held-out texts between the
#: two, 88 % of the former are identifiable and 60 % of the latter (docs/classifier.md).
THRESHOLD, UNTERMED = 0.5, 0.75
#: What these and ``BESIDE`` are raised by for a stretch alone: one more chance to be wrong.
ALONE = 0.07
#: Characters from which a text is long, and the probability where the evidence is thin.
LONG, CERTAIN = 2500, 0.85
#: The probability where exact evidence leaves little else to be told. Of the 11 held-out texts
#: between it and .55 that show it, 9 are identifiable; of all, 66 %.
EVIDENT = 0.2
#: What exact evidence proved worth there: the score where it decides.
EXACT = 9 / 11
#: The probability where a patient's name stands beside a telling term: of 25 such held-out texts
#: between .3 and .5, 21 are identifiable; of all, 67 %.
BESIDE = 0.35
#: Characters between a name and what is told of its bearer.
_REACH = 60
_IDENTIFYING = frozenset({"nir", "ins", "record_number"})
_ABOUT_SOMEBODY = (Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON, Verdict.IDENTITY_ONLY)
#: The texts' names of categories that the detectors call otherwise.
_CALLED = {"ipp": "record_number", "initials_room": "room"}
#: Identifiers that detectors know by their form, as the networks call them.
_FORMAL = frozenset({"nir", "ipp", "dob", "phone", "email", "bank"})


def verdict(reading: Reading, judged: Judgement, raised: float = 0.0) -> Verdict:
    """The likeliest verdict; identifiable health only from the probability that it takes.

    That depends on the evidence, and is more by ``raised`` where this is not exact. A file name may
    suffice by itself.
    """
    chances = judged.chances
    enough = chances[Verdict.IDENTIFIABLE_HEALTH] >= _needed(reading, judged, raised)
    if enough or file_names.tell_of_a_patient(reading):
        return Verdict.IDENTIFIABLE_HEALTH
    return _likeliest_but_identifiable(chances)


def score(reading: Reading, judged: Judgement, told: Verdict) -> float:
    """The probability of identifiable health, 0..1: the networks', or that of exact evidence."""
    chance = judged.chances[Verdict.IDENTIFIABLE_HEALTH]
    exact = told is Verdict.IDENTIFIABLE_HEALTH and _exact(reading)
    return max(chance, EXACT) if exact else chance


def categories(reading: Reading, told: Verdict, judged: Judgement) -> Counter[str]:
    """Kinds of data seen, by the names of reports; none where nobody is told of."""
    if told not in _ABOUT_SOMEBODY:
        return Counter()
    kept = Counter(
        span.category
        for passage, spans in zip(reading.passages, reading.spans, strict=True)
        for span in spans
        if span.kind is Kind.IDENTITY
        and span.role is Role.CANDIDATE
        and not (span.category == "email" and is_correspondence(passage, span))
    )
    for name in map(reported, _named(reading, judged)):
        kept[name] = max(kept[name], 1)
    return kept


def reported(category: str) -> str:
    """The name under which reports know a category of the networks."""
    return _CALLED.get(category, category)


def terms(reading: Reading, place: Place) -> list[Span]:
    """The health terms and measures that share a character with ``place``."""
    spans = reading.spans[place.passage]
    found: list[Span] = []
    for at in range(bisect_left(spans, place.end, key=_start) - 1, -1, -1):
        if spans[at].kind is Kind.HEALTH:
            if spans[at].end <= place.start:
                break  # those before it end earlier still
            found.append(spans[at])
    return found[::-1]


def _start(span: Span) -> int:
    return span.start


def _needed(reading: Reading, judged: Judgement, raised: float) -> float:
    """The probability that identifiable health takes.

    Nobody identified, neither by a detector nor by a tag: the networks must be sure. A patient's
    number beside a telling term, or a named person's sick leave: they need hardly agree. And among
    thousands of words of another kind of text (a novel, a log) some are tagged by chance: a long
    text must hold a tagged term that the lexicons know too, and that tells something by itself.
    """
    if not (judged.persons or _numbered(reading)):
        return CERTAIN
    tagged = [term for place in judged.health for term in terms(reading, place)]
    threshold = raised + (THRESHOLD if tagged else UNTERMED)
    if reading.length > LONG:
        return threshold if any(term.tells_health for term in tagged) else CERTAIN
    if _exact(reading):
        return EVIDENT
    named = any(any(_beside_a_name(spans)) for spans in reading.spans)
    return raised + BESIDE if named else threshold


def _exact(reading: Reading) -> bool:
    """Whether a number or birth date tells whose the health data are, or a name whose sick leave.

    A patient's number may stand anywhere in the text, a birth date beside a name that stands beside
    a telling term. Not in a long text, where the one may have nothing to do with the other.
    """
    if reading.length > LONG:
        return False
    if _numbered(reading) and any(term.tells_health for term in reading.all(Kind.HEALTH)):
        return True
    return any(
        term.category == "sick_leave" or _born(name, spans)
        for spans in reading.spans
        for name, term in _beside_a_name(spans)
    )


def _born(name: Span, spans: Sequence[Span]) -> bool:
    """Whether a birth date stands beside ``name``."""
    return any(span.category == "dob" and _beside(span, name) for span in spans)


def _numbered(reading: Reading) -> bool:
    return any(span.category in _IDENTIFYING for span in reading.all(Kind.IDENTITY))


def _beside_a_name(spans: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Names, perhaps of patients, each with a telling term that stands beside it."""
    names = [span for span in spans if span.may_name_a_patient]
    for term in spans:
        if term.tells_health:
            yield from ((name, term) for name in names if _beside(term, name))


def _beside(one: Span, other: Span) -> bool:
    return one.start - other.end <= _REACH and other.start - one.end <= _REACH


def _likeliest_but_identifiable(chances: Mapping[Verdict, float]) -> Verdict:
    rest = [each for each in Verdict if each is not Verdict.IDENTIFIABLE_HEALTH]
    return max(rest, key=lambda each: chances[each])


def _named(reading: Reading, judged: Judgement) -> set[str]:
    """The categories of the terms among what the networks tagged, and those that they are sure of.

    They learned too few texts of the rarer ones to name these by themselves. The most sensitive are
    left to ``sensitive``, whose terms are stricter, and what has a form of its own to detectors: a
    network must not report a NIR where there is none, nor HIV.
    """
    known = {term.category for place in judged.health for term in terms(reading, place)}
    return known.union(judged.categories).difference(SENSITIVE, _FORMAL)
