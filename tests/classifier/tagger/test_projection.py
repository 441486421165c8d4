"""What the quick network reads of a text, kept and forgotten."""

from __future__ import annotations

import numpy as np
import pytest

from groupaudit.classifier.tagger import projection as projections
from groupaudit.classifier.tagger.composed import FLAGS
from groupaudit.classifier.tagger.pieces import EMBEDDING, embeddings
from groupaudit.classifier.tagger.projection import Projection

WIDTH = 4
PIECES = np.array([11, 500, 11, 70_000, 3, 42])
LENGTHS = [2, 1, 3]


@pytest.fixture
def weights():
    chance = np.random.default_rng(0)
    sizes = {"embedding": (EMBEDDING, WIDTH), "flags": (len(FLAGS), WIDTH), "bias": (WIDTH,)}
    return {name: chance.normal(size=size).astype(np.float32) for name, size in sizes.items()}


def _marked():
    """Flags of ``PIECES``: those of ``LENGTHS`` as words, and a sign on the second piece."""
    marked = np.zeros((len(PIECES), len(FLAGS)), dtype=np.float32)
    marked[[0, 2, 3], FLAGS.index("word")] = 1
    marked[1, FLAGS.index("digit")] = 1
    return marked


def _expected(weights):
    marked, rows, start = _marked(), [], 0
    for length in LENGTHS:
        word = slice(start, start + length)
        mean = embeddings()(PIECES[word]).mean(axis=0) @ weights["embedding"]
        rows.append(mean + marked[word].max(axis=0) @ weights["flags"] + weights["bias"])
        start += length
    return rows


def test_word_is_the_mean_of_its_pieces_with_the_flags_of_any(weights):
    rows, lengths = Projection(weights).words(PIECES, _marked())

    assert lengths.tolist() == LENGTHS
    np.testing.assert_allclose(rows, _expected(weights), rtol=1e-4, atol=1e-5)


def test_answers_stay_when_pieces_are_forgotten_for_want_of_room(weights, monkeypatch):
    monkeypatch.setattr(projections, "_ROOM", 6 * WIDTH * 4)
    small = Projection(weights)

    for first in range(1, 40, 5):  # each time five other pieces
        small.words(np.arange(first, first + 5), _marked()[:5])
        rows, _ = small.words(PIECES, _marked())
        np.testing.assert_allclose(rows, _expected(weights), rtol=1e-4, atol=1e-5)
