"""The text that the networks read, and what is marked on its pieces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.reading import shipped_reader
from groupaudit.classifier.tagger.composed import FLAGS, compose, flags
from groupaudit.classifier.tagger.pieces import vocabulary
from groupaudit.classifier.text import Passage

POST = (
    Passage("from", -1, "Cadre <cadre@ch.example>"),
    Passage("subject", -1, "Chambre 12"),
    Passage("body", 0, "Mme DURAND, née le 03/04/1950, sous KARDEGIC 75 mg."),
    Passage("filename", 1, "bilan.pdf"),
    Passage("attachment", 1, "Na 138"),
)


def _marked(text: str) -> dict[str, set[str]]:
    """For each flag, the pieces of ``text`` (a body) that have it."""
    passages = (Passage("body", 0, text),)
    composed = compose(passages)
    pieces = vocabulary().pieces(composed.text, 1000)
    rows = flags(composed, pieces, shipped_reader().read(passages).spans)
    found: dict[str, set[str]] = {}
    for row, start, end in zip(rows, pieces.starts, pieces.ends, strict=True):
        for place in np.flatnonzero(row):
            found.setdefault(FLAGS[place], set()).add(composed.text[start:end].strip())
    return found


def test_passages_are_composed_as_in_training():
    assert compose(POST).text == (
        "De : Cadre <cadre@ch.example>\nObjet : Chambre 12\n"
        "Mme DURAND, née le 03/04/1950, sous KARDEGIC 75 mg.\n[bilan.pdf]\nNa 138\n"
    )


def test_offsets_lead_back_to_the_passage():
    composed = compose(POST)

    for number, (passage, offset) in enumerate(zip(POST, composed.offsets, strict=True)):
        assert composed.text[offset : offset + len(passage.text)] == passage.text
        assert composed.passage_of(offset) == number
        assert composed.passage_of(offset + len(passage.text) - 1) == number


@pytest.mark.parametrize(
    ("flag", "text", "piece"),
    [
        ("id-dob", "née le 03/04/1950", "1950"),
        ("name-test", "ZZTEST, née le 03/04/1950", "1950"),
        ("health-strong", "Elle est sous KARDEGIC", "GIC"),
        ("name-candidate", "Mme Durand va mieux", "Duran"),
        ("initial", "Mme D. va mieux", "D"),
        ("line", "Bonjour\nMerci", "Mer"),
        ("digit", "lit 12", "12"),
        ("first-name", "vu hortense au 219", "horten"),
        ("cut", "voir Delhommeau demain", "Del"),
        ("rare", "voir Poussineau demain", "Pous"),
    ],
)
def test_flag_marks_its_pieces(flag, text, piece):
    assert any(piece in found or found in piece for found in _marked(text).get(flag, set()))


@pytest.mark.parametrize("flag", ["health-strong", "name-candidate", "id-nir", "id-dob"])
def test_plain_text_has_no_such_flag(flag):
    assert flag not in _marked("La réunion de service est déplacée à jeudi, salle bleue.")


def test_common_word_is_not_cut_by_what_follows_it():
    assert "cut" not in _marked("Merci, oui.")


def test_what_is_quoted_or_attached_is_marked_as_what_is_written():
    text = "Mme DURAND, née le 03/04/1950, sous KARDEGIC 75 mg."
    rows = []
    for kind in ("body", "quoted", "attachment", "message"):
        passages = (Passage(kind, 0, text),)
        composed = compose(passages)
        pieces = vocabulary().pieces(composed.text, 1000)
        rows.append(flags(composed, pieces, shipped_reader().read(passages).spans))

    for other in rows[1:]:
        np.testing.assert_array_equal(rows[0], other)


@given(st.text(max_size=300))
def test_any_text_has_one_row_of_flags_for_each_piece(text):
    composed = compose((Passage("body", 0, text),))
    pieces = vocabulary().pieces(composed.text, 200)

    rows = flags(composed, pieces, ((),))

    assert rows.shape == (len(pieces), len(FLAGS))
    assert np.isin(rows, (0, 1)).all()
