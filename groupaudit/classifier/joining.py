"""Which of the persons that were found in several parts of a document are the same.

Compares keyed hashes, of the words of names and of numbers, and never sees these.
"""

from __future__ import annotations

from collections.abc import Iterable

from groupaudit.classifier.people import Known


def merged(found: Iterable[Known]) -> Known:
    """The persons of all of ``found``; those that share a word are one, under the first's hash."""
    persons: dict[int, frozenset[int]] = {}
    of_word: dict[int, int] = {}
    for known in found:
        for person, words in known.items():
            same = (
                person if person in persons else next(filter(None, map(of_word.get, words)), person)
            )
            persons[same] = persons.get(same, frozenset()) | words
            of_word |= dict.fromkeys(words, same)
    return persons


def known_by(found: Iterable[Known]) -> frozenset[int]:
    """All hashes by which the persons of ``found`` are known."""
    return frozenset(word for known in found for words in known.values() for word in words)


def not_met(found: Iterable[Known], met: frozenset[int]) -> frozenset[int]:
    """A hash for each person of ``found`` who is known by none of those ``met`` elsewhere."""
    return frozenset(person for person, words in merged(found).items() if met.isdisjoint(words))
