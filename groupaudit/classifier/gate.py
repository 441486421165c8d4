# Word lists and expressions read better unbroken.
# ruff: noqa: E501
"""The gate: lets mail that tells of nobody go in microseconds.

A text that the gate stops is ordinary. It counts distinct signs, never repetitions: health terms, words
of persons and of care, traces of identifiers. What opens it grows with the length of the text: hospital
posts are short and tell much in few words; a long technical mail holds a term or two by chance. In a post
of few words that names somebody, one sign of any weight opens it. Disclaimers and footers of lists make
no post longer than it is. A text without signs opens it all the same where it lists people or bears
somebody's number. It judges nothing: everything finer is left to the detectors and the networks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log2
from typing import Any

from groupaudit.classifier import brief
from groupaudit.classifier import lexicon as lexicons
from groupaudit.classifier.detectors import bank, nir
from groupaudit.classifier.detectors.pattern import which_of
from groupaudit.classifier.lexicon import STRONG, Lexicon, Term
from groupaudit.classifier.roster import names_people
from groupaudit.classifier.text import Folded, Passage

#: What a sign counts for: a strong health term 1, and beside it (measured on labelled hospital mail):
_WEAK_TERM = _CUE = _TRACE = 0.4
_WEAK_CUE = 0.15
#: Signs that open a short text, the length in characters up to which it is short, and what each doubling
#: beyond it asks for in addition.
_NEEDED, _SHORT, _DOUBLING = 0.4, 450, 0.8
#: Beyond so many characters each thousand asks for so much in addition: logs and listings hold every acronym.
_VAST, _THOUSAND = 20_000, 0.1
#: Signs within two adjacent stretches of so many characters that open a text of any length: somebody's
#: health told in the middle of something else.
_STRETCH, _DENSE = 300, 1.8
#: The same in the name of a file, which has few words: one strong term.
_NAMED = 1.0

#: Characters up to which a text is read again without its disclaimers and footers of lists, longer than many
#: a post: beside more they weigh little.
_FOOTED = 2000

#: Traces of identifiers, cheaper than the expressions that they stand for.
_TRACES: tuple[bytes, ...] = (
    rb"\b[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[ab]) ?\d{3} ?\d{3}(?: ?\d\d)?\b",
    rb"\bne\(?e?\)?s? le\b|\b(?:ipp|nir|ddn|dob|mrn)\b ?[:\d]|date de naissance|date of birth|birthdate",
    rb"\b(?:mme|mlle|mr|mrs|ms|m)\.? [a-z]{2}|\b(?:monsieur|madame) [a-z]|\bpatiente?\b",
    rb"\b\d{1,3} ?(?:ans|mois|yo|y/o|years? old|jahre)\b|\b(?:ch|chambre|lit|bed|room|box|bay|rm) ?\d",
    rb"\b0[1-9](?:[ ./]\d\d){4}\b|\b0\d{9,10}\b",
    rb"\b\d{1,4}(?: bis)?,? (?:rue|avenue|boulevard|impasse|chemin|allee)\b|\b\d{1,4} [a-z]+ (?:street|road|avenue|lane)\b",
    rb"\b[a-z]{2}\d\d(?: ?[a-z0-9]{4}){3}",
    rb"\b(?:[1-3]\d|4[0-2])(?:/40| ?sa)\b",  # weeks of a pregnancy
)
#: Of these, with the place of its trace, the numbers that name somebody by themselves where they bear their key.
_NUMBERS = tuple(
    (place, number) for place, kind in ((0, nir), (6, bank)) for number in kind.DETECTORS
)


def _everyday() -> dict[bytes, Term]:
    return {term.words: term for term in lexicons.listed("everyday.txt")}


def _people() -> Lexicon:
    return Lexicon(lexicons.listed("people.txt"))


_Weights = dict[tuple[str, bytes | int], float]


@dataclass(frozen=True, slots=True)
class _Signs:
    """What one passage holds: distinct signs with their weights, and the most that stand together."""

    weights: _Weights = field(repr=False)
    traces: frozenset[int]
    densest: float


@dataclass(frozen=True, slots=True, eq=False)  # passages keep signs by the gate that saw them
class Gate:
    """Decides whether passages deserve to be read. ``lexicon`` are the health terms."""

    lexicon: Lexicon
    people: Lexicon = field(default_factory=_people, repr=False)
    everyday: dict[bytes, Term] = field(default_factory=_everyday, repr=False)
    traces: Any = field(default_factory=lambda: which_of(_TRACES), repr=False)

    def opens(self, passages: tuple[Passage, ...]) -> bool:
        """Whether ``passages`` hold signs enough, for their length, of somebody's health, or people."""
        read = [passage for passage in passages if passage.kind != "from"]
        if self._tells(read):
            return True
        spoken = [_spoken(passage) for passage in read]
        if spoken != read and self._tells(spoken):
            return True
        return any(passage.look_once(self._is_personal, self._is_personal) for passage in read)

    def _tells(self, read: list[Passage]) -> bool:
        """Whether the signs of ``read`` are dense, enough for its length, or beside a name in few words."""
        weights: _Weights = {}
        for passage in read:
            signs = passage.look_once(self, self._signs)
            if signs.densest >= (_NAMED if passage.kind == "filename" else _DENSE):
                return True
            weights.update(signs.weights)
        length = sum(len(passage.text) for passage in read)
        if sum(weights.values()) >= _needed(length):
            return True
        return length <= brief.FEW and brief.tells_of_somebody(read, signed=bool(weights))

    def _signs(self, passage: Passage) -> _Signs:
        """The signs of one passage."""
        folded = passage.folded
        stretches: dict[int, _Weights] = {}
        for term, start, stop in self.lexicon.terms(passage):
            weight = self._weight(term, folded, start, stop)
            if weight:
                stretches.setdefault(start // _STRETCH, {})["term", term.words] = weight
        for term, start, _ in self.people.terms(passage):
            weight = _CUE if term.weight >= STRONG else _WEAK_CUE
            stretches.setdefault(start // _STRETCH, {})["cue", term.words] = weight
        traces = frozenset(self.traces.Match(folded.lower) or ())
        weights: _Weights = {("trace", n): _TRACE for n in traces}
        for found in stretches.values():
            weights.update(found)
        return _Signs(weights, traces, _densest(stretches))

    def _is_personal(self, passage: Passage) -> bool:
        """Whether it holds personal data all the same, without a sign of anybody's health."""
        if passage.part >= 0 and names_people(passage):
            return True
        traces = passage.look_once(self, self._signs).traces
        return bool(traces) and any(
            True for place, each in _NUMBERS if place in traces for _ in each.find(passage)
        )

    def _weight(self, term: Term, folded: Folded, start: int, stop: int) -> float:
        common = self.everyday.get(folded.words[start:stop])
        if common is None:
            return STRONG if term.weight >= STRONG else _WEAK_TERM
        return _WEAK_TERM if common.capitals and folded.plain[start:stop].isupper() else 0.0


def _spoken(passage: Passage) -> Passage:
    """``passage``, a short one without its disclaimers and footers: they would make few words many."""
    if len(passage.text) > _FOOTED or not passage.silent:
        return passage
    return Passage(passage.kind, passage.part, passage.spoken())


def _needed(length: int) -> float:
    """What signs must amount to in a text of ``length`` characters."""
    vast = max(0, length - _VAST) / 1000
    return _NEEDED + _DOUBLING * log2(max(length, _SHORT) / _SHORT) + _THOUSAND * vast


def _densest(stretches: dict[int, _Weights]) -> float:
    """The most that the distinct signs of two adjacent stretches amount to."""
    most = 0.0
    for number, found in stretches.items():
        beside = stretches.get(number + 1)
        most = max(most, sum((found | beside if beside else found).values()))
    return most
