"""How many persons the tagged stretches of a document name, by keyed hash.

Chooses among the mentions those who are told of, and joins those of one person: mentions that share
a telling word; a first name alone is whoever bears it. Keeps no name outside the call.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from groupaudit.classifier.mentions import Mention, mentions, whole_words
from groupaudit.classifier.persons import keyed
from groupaudit.classifier.span import Span
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage

#: Digits that a number needs to stand for a person whom nobody names.
_SHORTEST_NUMBER = 5
#: Characters from a name to a health fact: the one is surely told of the other, and perhaps is.
#: Chosen on the training texts, where of the names farther off one in four was a patient's.
_BESIDE, _NEAR = 60, 200


def distinct(
    key: bytes,
    passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]],
    places: Sequence[Place],
    health: Sequence[Place] = (),
) -> frozenset[int]:
    """Keyed 64-bit hashes of the persons named at ``places``; of numbers where nobody is named.

    ``health`` are the stretches tagged as health facts, in order and apart: where one name stands
    beside a fact, names far from all of them do not count. What ``spans`` or the words around it
    show to be a sender, a professional or an address counts only if nothing else is tagged.
    """
    facts = _Facts(passages, health)
    found = [
        (facts.sees(place, mention), facts.distance(place))
        for place in places
        for mention in mentions(passages[place.passage], spans[place.passage], place)
    ]
    named = _groups(_concerned(found))
    if named:
        return frozenset(keyed(key, min(group)) for group in named)
    return frozenset(keyed(key, number) for number in _numbers(passages, places))


class _Facts:
    """Where the health facts of each passage stand."""

    def __init__(self, passages: Sequence[Passage], health: Sequence[Place]) -> None:
        self._passages = passages
        self._by_passage: dict[int, list[Place]] = defaultdict(list)
        for fact in health:
            self._by_passage[fact.passage].append(fact)

    def distance(self, place: Place) -> int:
        """Characters between ``place`` and the nearest fact of its passage."""
        facts = self._by_passage.get(place.passage, [])
        after = bisect_left(facts, place.start, key=lambda fact: fact.start)
        return min(
            (
                max(0, fact.start - place.end, place.start - fact.end)
                for fact in facts[max(0, after - 1) : after + 1]
            ),
            default=sys.maxsize,
        )

    def sees(self, place: Place, mention: Mention) -> Mention:
        """``mention``, a patient's where a fact follows on its line: lists end as signatures do."""
        facts = self._by_passage.get(place.passage, [])
        after = bisect_left(facts, place.end - 1, key=lambda fact: fact.start)
        if after == len(facts):
            return mention
        line_of = self._passages[place.passage].line_of
        same = line_of(facts[after].start) == line_of(place.start)
        return mention.told_of() if same else mention


def _concerned(found: Sequence[tuple[Mention, int]]) -> list[Mention]:
    """Those who are told of: the best kind of mention that there is, no lesser one with it."""
    own = [pair for pair in found if not pair[0].others]
    sure = [pair for pair in own if pair[0].sure]
    chosen = sure or [pair for pair in own if not pair[0].given] or own or found
    beside = any(distance <= _BESIDE for _, distance in chosen)
    return [mention for mention, distance in chosen if not beside or distance <= _NEAR]


def _groups(found: Sequence[Mention]) -> Iterable[set[bytes]]:
    """The telling words of each person."""
    of_word: dict[bytes, bytes] = {}  # each word's next one of the same person, itself for the last

    def last(word: bytes) -> bytes:
        while of_word.setdefault(word, word) != word:
            of_word[word] = word = of_word[of_word[word]]
        return word

    borne = frozenset[bytes]().union(*(mention.beside for mention in found))
    for mention in found:
        if mention.telling <= borne:
            continue  # the first name of somebody who is named in full
        one, *others = sorted(mention.telling)
        for other in (one, *others):
            of_word[last(other)] = last(one)
    groups: dict[bytes, set[bytes]] = defaultdict(set)
    for word in list(of_word):
        groups[last(word)].add(word)
    return groups.values()


def _numbers(passages: Sequence[Passage], places: Sequence[Place]) -> set[bytes]:
    """One number for each person: those on one line are of the same."""
    numbers: dict[tuple[int, int], bytes] = {}
    for place in places:
        for line, piece in _lines(passages[place.passage], place):
            digits = bytes(code for code in piece if 0x30 <= code <= 0x39)
            if len(digits) >= _SHORTEST_NUMBER:
                numbers.setdefault((place.passage, line), digits)
    return set(numbers.values())


def _lines(passage: Passage, place: Place) -> Iterator[tuple[int, bytes]]:
    """The numbers of the lines that ``place`` touches, and what it holds of each."""
    start, end = whole_words(passage.folded.plain, place)
    return enumerate(passage.folded.plain[start:end].split(b"\n"), passage.line_of(start))
