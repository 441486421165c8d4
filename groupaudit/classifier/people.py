"""How many persons the tagged stretches of a document name, by keyed hash.

Chooses among the mentions those who are told of, and joins those of one person: mentions that share
a telling word; a first name alone is whoever bears it. Keeps no name outside the call.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from groupaudit.classifier import kinship, unnamed
from groupaudit.classifier.mentions import Mention, mentions
from groupaudit.classifier.persons import keyed
from groupaudit.classifier.span import Span
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage

#: Characters from a name to a health fact: the one is surely told of the other, and perhaps is.
#: Chosen on the training texts, where of the names farther off one in four was a patient's.
_BESIDE, _NEAR = 60, 200
#: Bearers of one surname who are told apart, each being compared with all others.
_NAMESAKES = 64
#: Persons, each by one keyed hash, with the hashes of all words by which the person is known.
Known = Mapping[int, frozenset[int]]
#: The other of two under one surname; no word of a name.
_PARTNER = b"+"


def distinct(
    key: bytes,
    passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]],
    places: Sequence[Place],
    health: Sequence[Place] = (),
) -> Known:
    """The persons named at ``places``: keyed 64-bit hashes, each with those of all words of a name.

    By these words other parts of the document may know the same person.
    ``health`` are the stretches tagged as health facts, in order and apart: where one name stands
    beside a fact, names far from all of them do not count, nor does what ``spans`` or the words
    around it show to be a sender, a professional or an address (see ``otherwise``).
    """
    return _named(key, passages, spans, places, _Facts(passages, health), others=False)


def otherwise(
    key: bytes,
    passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]],
    places: Sequence[Place],
    health: Sequence[Place] = (),
) -> frozenset[int]:
    """Keyed hashes where ``places`` name nobody else: the senders and professionals tagged there.

    Else of whom detectors know, there or anywhere, else see ``unnamed``. At least one person
    wherever ``health`` or anything tagged tells of somebody.
    """
    facts = _Facts(passages, health)
    known = list(_known(spans))
    touched = {(one.passage, at) for one in places for at in range(one.start, one.end)}
    tagged = [
        one
        for one in known
        if any((one.passage, at) in touched for at in range(one.start, one.end))
    ]
    named = _named(key, passages, spans, places, facts, others=True) or _named(
        key, passages, spans, tagged or known, facts, others=True
    )
    return frozenset(named) or unnamed.distinct(key, passages, spans, places, health)


def _known(spans: Sequence[Sequence[Span]]) -> Iterator[Place]:
    """Where detectors know names that may be a patient's."""
    for number, found in enumerate(spans):
        for span in found:
            if span.may_name_a_patient:
                yield Place(number, span.start, span.end)


def _named(  # noqa: PLR0913 - a document, what was found in it, and who counts
    key: bytes,
    passages: Sequence[Passage],
    spans: Sequence[Sequence[Span]],
    places: Sequence[Place],
    facts: _Facts,
    *,
    others: bool,
) -> Known:
    """Those named at ``places`` who are told of; ``others`` too where there is nobody else."""
    found = [
        facts.seen(mention)
        for place in places
        for mention in mentions(passages[place.passage], spans[place.passage], place)
    ]
    return {
        keyed(key, person): frozenset(keyed(key, word) for word in words)
        for person, words in _persons(_concerned(_as_listed(found), others=others))
    }


@dataclass(frozen=True, slots=True)
class _Seen:
    """A mention, its distance from the nearest fact of its passage, and its line.

    ``child``: what is told next is told of a newborn, who has no name but the mother's.
    """

    mention: Mention
    distance: int
    line: tuple[int, int]
    column: int
    child: bool


class _Facts:
    """Where the health facts of each passage stand."""

    def __init__(self, passages: Sequence[Passage], health: Sequence[Place]) -> None:
        self._passages = passages
        self._by_passage: dict[int, list[Place]] = defaultdict(list)
        for fact in health:
            self._by_passage[fact.passage].append(fact)

    def seen(self, mention: Mention) -> _Seen:
        """``mention`` with where it stands."""
        place = mention.place
        passage = self._passages[place.passage]
        line = passage.line_of(place.start)
        column = place.start - passage.line_starts[line]
        fact = self._next(place)
        follows = fact is not None and passage.line_of(fact.start) == line
        newborn = fact is not None and kinship.is_newborn(passage, fact.start, fact.end)
        return _Seen(
            mention.told_of() if follows else mention,
            self._distance(place),
            (place.passage, line),
            column,
            newborn and fact is not None and fact.start - place.end <= _BESIDE,
        )

    def _distance(self, place: Place) -> int:
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

    def _next(self, place: Place) -> Place | None:
        """The first fact after ``place`` in its passage."""
        facts = self._by_passage.get(place.passage, [])
        after = bisect_left(facts, place.end - 1, key=lambda fact: fact.start)
        return facts[after] if after < len(facts) else None


def _as_listed(found: Sequence[_Seen]) -> list[_Seen]:
    """``found``, with all rows of a list told of where one is: the last look like signatures.

    And all surely named where one is.
    """
    kept: list[_Seen] = []
    for rows in _lists(found):
        told = any(not each.mention.others for each in rows)
        sure = told and any(each.mention.sure for each in rows)
        kept += [replace(each, mention=each.mention.as_row(told=told, sure=sure)) for each in rows]
    return kept


def _lists(found: Sequence[_Seen]) -> list[list[_Seen]]:
    """``found`` in runs of those that stand in one column of lines one below the other."""
    open_: dict[tuple[int, int], list[_Seen]] = {}
    runs: list[list[_Seen]] = []
    for each in sorted(found, key=lambda one: one.line):
        passage, line = each.line
        run = open_.get((passage, each.column))
        if run is None or line - run[-1].line[1] > 1:
            run = open_[passage, each.column] = []
            runs.append(run)
        run.append(each)
    return runs


def _concerned(found: Sequence[_Seen], *, others: bool) -> list[_Seen]:
    """Those who are told of: the best kind of mention that there is, no lesser one with it.

    Senders, professionals and the like only with ``others``.
    """
    own = [each for each in found if not each.mention.others]
    sure = [each for each in own if each.mention.sure]
    rest = list(found) if others else []
    chosen = sure or [each for each in own if not each.mention.given] or own or rest
    beside = any(each.distance <= _BESIDE for each in chosen)
    return [each for each in chosen if not beside or each.distance <= _NEAR]


def _persons(found: Sequence[_Seen]) -> Iterator[tuple[bytes, set[bytes]]]:
    """What each person is known by, a telling word and more where several bear it; all words."""
    for words, borne in _groups(found):
        name = min(words)
        yield name, words
        for other in _beside_the_first(borne):
            yield name + b" " + other, {name + b" " + other}


def _groups(found: Sequence[_Seen]) -> Iterator[tuple[set[bytes], list[_Seen]]]:
    """The telling words that are joined by the mentions which share them, and these mentions."""
    of_word: dict[bytes, bytes] = {}  # each word's next one of the same person, itself for the last

    def last(word: bytes) -> bytes:
        while of_word.setdefault(word, word) != word:
            of_word[word] = word = of_word[of_word[word]]
        return word

    first_names = frozenset[bytes]().union(*(each.mention.beside for each in found))
    # A first name of somebody who is named in full tells nobody apart.
    telling = [each for each in found if not each.mention.telling <= first_names]
    for each in telling:
        one, *others = sorted(each.mention.telling)
        for other in (one, *others):
            of_word[last(other)] = last(one)
    groups: dict[bytes, tuple[set[bytes], list[_Seen]]] = defaultdict(lambda: (set(), []))
    for word in list(of_word):
        groups[last(word)][0].add(word)
    for each in telling:
        groups[last(min(each.mention.telling))][1].append(each)
    yield from groups.values()


def _beside_the_first(borne: Sequence[_Seen]) -> Iterator[bytes]:
    """What tells all but one of those apart who bear one surname.

    The first names of the rows of a list, each with its fact: elsewhere the others are relatives.
    """
    rows: dict[tuple[int, int], frozenset[bytes]] = {}
    for each in borne:
        if each.mention.beside and each.distance <= _BESIDE:
            rows[each.line] = rows.get(each.line, each.mention.beside) | each.mention.beside
    firsts = _apart(islice(dict.fromkeys(rows.values()), _NAMESAKES))
    if len(firsts) > 1:
        yield from sorted(min(names) for names in firsts)[1:]
    elif any(each.mention.two or each.child for each in borne):
        yield _PARTNER


def _apart(names: Iterable[frozenset[bytes]]) -> list[frozenset[bytes]]:
    """Sets of first names, those made one that share a name."""
    found: list[frozenset[bytes]] = []
    for each in names:
        same = [one for one in found if one & each]
        found = [one for one in found if not one & each] + [each.union(*same)]
    return found
