from __future__ import annotations

import pytest

from groupaudit.classifier.persons import Units
from groupaudit.classifier.span import Kind, Role, Span
from groupaudit.classifier.text import Passage
from groupaudit.classifier.wording import Wording, unit_words

WEIGHTS = Wording({"": -3.0, "chute": 2.0, "#drug": 4.0}, {"chute": 3.0, "parking": -3.0})


def test_names_and_numbers_are_left_out_when_units_are_read():
    passage = Passage("body", 0, "Mme Durand a chute\nVoir 12 et x")
    name = Span(4, 10, "d", "name", Kind.IDENTITY, role=Role.CANDIDATE)

    first, second = unit_words(passage, Units(passage), [name])

    assert first == {"mme", "chute", "#name:candidate"}
    assert second == {"voir", "et"}


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ({"chute", "#drug"}, 0.9, 1.0),
        ({"chute"}, 0.2, 0.3),
        ({"other"}, 0.0, 0.1),
        (set(), 0.0, 0.0),
    ],
)
def test_chance_follows_the_weights_when_units_are_told(words, low, high):
    (chance,) = WEIGHTS.told([frozenset(words)])

    assert low <= chance <= high


def test_document_is_weighed_by_known_words_when_others_are_many():
    words = frozenset({"chute", "other", "unknown"})

    assert WEIGHTS.about_somebody(words) == pytest.approx(1.5)
    assert WEIGHTS.familiar(words) == pytest.approx(1 / 3)
    assert WEIGHTS.familiar(frozenset()) == 0
