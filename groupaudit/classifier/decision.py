"""From what the networks say to a verdict and to the categories of data seen."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

import re2

from groupaudit.classifier import file_names
from groupaudit.classifier.fictitious import may_be_made_up
from groupaudit.classifier.reading import Reading
from groupaudit.classifier.roles import is_correspondence
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.tagger.judge import Judgement
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import HEADERS, Passage
from groupaudit.model.finding import SENSITIVE, Verdict

#: Probability of identifiable_health from which it is the verdict where what the network tagged as
#: a health fact holds a term of the lexicons, and where it holds none: of posts of authors that a
#: network had not learned from, seven in ten are identifiable between .5 and .75
#: (docs/classifier.md).
THRESHOLD, UNTERMED = 0.55, 0.6
#: What these, ``BESIDE`` and ``CERTAIN`` are raised by where a text is no post, with words below
#: a header, and no civility stands before a name beside a telling term: the networks learned from
#: posts, and take titles of science for such.
BARE = 0.28
#: What the first three are raised by for a stretch alone: one more chance to be wrong.
ALONE = 0.1
#: Characters from which a text is long, and the probability where the evidence is thin.
LONG, CERTAIN = 2500, 0.7
#: The probability where exact evidence leaves little else to be told.
EVIDENT = 0.3
#: The same of somebody's health, named or not: exact evidence tells who it is.
CONCERNED = 0.6
#: The probability where a patient's name stands beside a telling term.
BESIDE = 0.45
#: Probabilities between which a clause or an announcement less may make another verdict of it:
#: below the first no text has been seen to become identifiable, from the second on none to cease.
SLIGHT, SURE = 0.08, 0.75
#: The scores, shares of texts of authors that a network had not learned from which are identifiable
#: (docs/classifier.md): of those so judged, of these with exact evidence, and of the others from
#: which probability on.
PROVED, EXACT = 0.85, 0.92
MISSED = ((0.0, 0.05), (0.3, 0.45))
#: Characters between a name and what is told of its bearer.
_REACH = 60
#: What stands between a fact and a patient's name that it is said of: 27 of 28 labelled texts in
#: which that is so are identifiable.
_OF = re.compile(
    rb"\s+(?:de|d'|of|chez|for|pour)\s+(?:(?:la |le |du )?patiente?\s+)?"
    rb"(?:(?:m|mr|mme|mlle|mrs|ms)\b\.?|madame|monsieur|miss)\s*"
)
#: The number of a passage, a name in it, and a telling term that stands beside the name.
_Beside = tuple[int, Span, Span]
#: Somebody's age behind the name.
_AGED = re2.compile(rb"[ ]?,?[ ]?\(?[ ]?(?:agee? de )?\d{1,3} ?(?:ans|a|mois|yo|y/o|yrs?|years?)\b")
_IDENTIFYING = frozenset({"nir", "ins", "record_number"})
#: Kinds of data that are personal by themselves.
_NEVER_ORDINARY = frozenset({"nir", "bank"})
_SOMEBODY_ILL = (Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON)
_ABOUT_SOMEBODY = (*_SOMEBODY_ILL, Verdict.IDENTITY_ONLY)
#: The texts' names of categories that the detectors call otherwise.
_CALLED = {"ipp": "record_number", "initials_room": "room"}
#: Identifiers that detectors know by their form, as the networks call them.
_FORMAL = frozenset({"nir", "ipp", "dob", "phone", "email", "bank"})


@dataclass(frozen=True, slots=True)
class Look:
    """A reading, what the networks say of it, and the verdict that comes of both.

    ``score`` is how often a text that looks so proved to be identifiable_health, 0..1: it has few
    steps, because more would tell apart what is chance.
    """

    reading: Reading
    told: Judgement
    verdict: Verdict
    exact: bool

    @property
    def found(self) -> bool:
        """Whether the verdict is identifiable_health."""
        return self.verdict is Verdict.IDENTIFIABLE_HEALTH

    @property
    def chance(self) -> float:
        """The networks' probability of identifiable_health."""
        return self.told.chances[Verdict.IDENTIFIABLE_HEALTH]

    @property
    def uncertain(self) -> bool:
        """Whether a clause more or less could make another verdict of it, in a text not long."""
        return SLIGHT <= self.chance < SURE and self.reading.length <= LONG

    @property
    def may_concern(self) -> bool:
        """Whether it may tell of the health of somebody whom it does not identify."""
        return not self.found and self.told.chances[Verdict.HEALTH_PERSON] >= SLIGHT

    @property
    def score(self) -> float:
        """The share of texts so judged, on such evidence or by such a chance, that are so."""
        if self.found:
            return EXACT if self.exact else PROVED
        return MISSED[bisect_right(MISSED, self.chance, key=itemgetter(0)) - 1][1]


def look(reading: Reading, judged: Judgement, raised: float = 0.0) -> Look:
    """The likeliest verdict; identifiable health only from the probability that it takes.

    That depends on the evidence, and is more by ``raised`` where this is not exact. A file name may
    suffice by itself.
    """
    beside, chances = tuple(_beside_a_name(reading)), judged.chances
    exact = _exact(reading, beside)
    needed = EVIDENT if exact else _needed(reading, judged, raised, beside)
    enough = chances[Verdict.IDENTIFIABLE_HEALTH] >= needed
    meant = exact and sum(chances[each] for each in _SOMEBODY_ILL) >= CONCERNED
    if enough or meant or file_names.tell_of_a_patient(reading):
        return Look(reading, judged, Verdict.IDENTIFIABLE_HEALTH, exact)
    return Look(reading, judged, _likeliest_but_identifiable(reading, judged), exact)


def categories(reading: Reading, told: Verdict, judged: Judgement) -> Counter[str]:
    """Kinds of data seen, by the names of reports; none where nobody is told of."""
    if told not in _ABOUT_SOMEBODY:
        return Counter()
    kept = Counter(
        span.category
        for passage, spans in zip(reading.passages, reading.spans, strict=True)
        for span in spans
        if span.may_identify_a_patient
        and not (span.category == "email" and is_correspondence(passage, span))
    )
    for name in map(reported, _named(reading, told, judged)):
        kept[name] = max(kept[name], 1)
    return kept


def facts(reading: Reading, told: Verdict, judged: Judgement) -> tuple[Place, ...]:
    """Where the health is told that the verdict is about: what the network tagged.

    Where exact evidence or a file name decided and it tagged nothing, every telling term.
    """
    if judged.health or told not in _SOMEBODY_ILL:
        return judged.health
    return tuple(
        Place(number, span.start, span.end)
        for number, spans in enumerate(reading.spans)
        for span in spans
        if span.tells_health
    )


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


def _end(span: Span) -> int:
    return span.end


def _needed(reading: Reading, judged: Judgement, raised: float, beside: Sequence[_Beside]) -> float:
    """The probability that identifiable health takes where no evidence is exact.

    Nobody identified, neither by a detector nor by a tag, but perhaps the sender: the networks must
    be sure. And among thousands of words of another kind of text (a novel, a log) some are
    tagged by chance: a long text must hold a tagged term that the lexicons know too, and that tells
    something by itself.
    """
    bare = 0.0 if _is_post(reading) or _addresses_a_patient(beside) else BARE
    told = any(_may_be_told(reading, place) for place in judged.persons)
    certain = CERTAIN + bare
    if not (told or beside or _numbered(reading)):
        return certain
    tagged = [term for place in judged.health for term in terms(reading, place)]
    raised += bare
    threshold = raised + (THRESHOLD if tagged else UNTERMED)
    if reading.length > LONG:
        return threshold if any(term.tells_health for term in tagged) else certain
    return raised + BESIDE if beside else threshold


def _may_be_told(reading: Reading, person: Place) -> bool:
    """Whether ``person``, whom the networks tagged, is neither the sender nor a test record."""
    if reading.passages[person.passage].kind == "from":
        return False
    tests = (span for span in reading.spans[person.passage] if span.role is Role.TEST)
    return not any(span.start < person.end and person.start < span.end for span in tests)


def _is_post(reading: Reading) -> bool:
    """Whether something stands below a header."""
    return len({passage.kind in HEADERS for passage in reading.passages}) > 1


def _addresses_a_patient(beside: Sequence[_Beside]) -> bool:
    """Whether a name behind a civility stands beside a telling term: authors are named without."""
    return any(name.detector == "name-after-civility" for _, name, _ in beside)


def _exact(reading: Reading, beside: Sequence[_Beside]) -> bool:
    """Whether a number or birth date tells whose the health data are, or a name whose sick leave.

    A patient's number may stand anywhere in the text, a birth date beside a name that stands beside
    a telling term; so it is where that is said to be of the name ("dialyse de Mme Durand"), or an
    age behind it where no case is made up. Not in a long text, where the one may have nothing to do
    with the other.
    """
    if reading.length > LONG:
        return False
    if _numbered(reading) and any(term.tells_health for term in reading.all(Kind.HEALTH)):
        return True
    return any(
        term.category == "sick_leave"
        or _born(name, reading.spans[number])
        or _is_of(reading.passages[number], term, name)
        for number, name, term in beside
    ) or (
        any(_is_aged(reading.passages[number], name) for number, name, _ in beside)
        and not may_be_made_up(reading.passages)
    )


def _is_of(passage: Passage, term: Span, name: Span) -> bool:
    """Whether ``term`` is said to be of the person called ``name``."""
    return _OF.fullmatch(passage.folded.lower, term.end, max(term.end, name.start)) is not None


def _is_aged(passage: Passage, name: Span) -> bool:
    """Whether an age stands behind ``name``: "Mme Durand, 84 ans"."""
    return _AGED.match(passage.folded.lower, name.end) is not None


def _born(name: Span, spans: Sequence[Span]) -> bool:
    """Whether a birth date stands beside ``name``."""
    return any(span.category == "dob" and _beside(span, name) for span in spans)


def _numbered(reading: Reading) -> bool:
    return any(span.category in _IDENTIFYING for span in reading.all(Kind.IDENTITY))


def _beside_a_name(reading: Reading) -> Iterator[_Beside]:
    """Names, perhaps of patients, each with a telling term that stands beside it.

    Names stand in order and overlap no other: only those within reach of a term are looked at.
    """
    for number, spans in enumerate(reading.spans):
        names = [span for span in spans if span.may_name_a_patient]
        for term in spans:
            if names and term.tells_health:
                first = bisect_left(names, term.start - _REACH, key=_end)
                last = bisect_right(names, term.end + _REACH, key=_start)
                yield from ((number, name, term) for name in names[first:last])


def _beside(one: Span, other: Span) -> bool:
    return one.start - other.end <= _REACH and other.start - one.end <= _REACH


def _likeliest_but_identifiable(reading: Reading, judged: Judgement) -> Verdict:
    """The likeliest of the other verdicts: of identity only where somebody is identified.

    Who sends, signs or is quoted is in every mail. A social security number or a bank account is
    personal data whatever stands around it: of 159 texts with one, none is labelled as less.
    """
    out = {Verdict.IDENTIFIABLE_HEALTH}
    found = map(_identifying, reading.passages, reading.spans)
    identifying = {span.category for spans in found for span in spans}
    if not identifying:
        out.add(Verdict.IDENTITY_ONLY)
    if identifying & _NEVER_ORDINARY:
        out.add(Verdict.ORDINARY)
    return max((each for each in Verdict if each not in out), key=lambda each: judged.chances[each])


def _identifying(passage: Passage, spans: Sequence[Span]) -> Iterator[Span]:
    """What identifies anybody but correspondents and professionals."""
    return (
        span
        for span in spans
        if span.may_identify_a_patient and not is_correspondence(passage, span)
    )


def _named(reading: Reading, told: Verdict, judged: Judgement) -> set[str]:
    """The categories of the terms among the facts, and those that the networks are sure of.

    They learned too few texts of the rarer ones to name these by themselves. The most sensitive are
    left to ``sensitive``, whose terms are stricter, and what has a form of its own to detectors: a
    network must not report a NIR where there is none, nor HIV.
    """
    places = facts(reading, told, judged)
    known = {term.category for place in places for term in terms(reading, place)}
    return known.union(judged.categories).difference(SENSITIVE, _FORMAL)
