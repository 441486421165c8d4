"""The trained networks as they are shipped: who is asked, and what comes back."""

from __future__ import annotations

import hashlib
from importlib import resources

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from groupaudit.classifier.reading import shipped_reader
from groupaudit.classifier.tagger import network
from groupaudit.classifier.tagger.composed import FLAGS, compose, flags
from groupaudit.classifier.tagger.pieces import vocabulary
from groupaudit.classifier.text import Passage
from groupaudit.model.finding import Verdict

PATIENT = (
    "Mme DURAND Paulette, née le 03/04/1950, chambre 12 : cancer du sein sous TAXOL, chute hier."
)
MEETING = "La réunion de service est déplacée à jeudi, salle bleue. Merci de confirmer."


def _input(text):
    passages = (Passage("body", 0, text),)
    composed = compose(passages)
    pieces = vocabulary().pieces(composed.text, network.LONGEST)
    return pieces.ids, flags(composed, pieces, shipped_reader().read(passages).spans)


@pytest.fixture
def networks():
    """The shipped networks."""
    return network.shipped()


@pytest.mark.parametrize(
    ("text", "verdict"),
    [(PATIENT, Verdict.IDENTIFIABLE_HEALTH), (MEETING, Verdict.ORDINARY)],
)
def test_clear_text_gets_its_verdict(networks, text, verdict):
    told = networks.read(*_input(text))

    assert list(Verdict)[int(told.verdicts.argmax())] is verdict
    assert told.verdicts.sum() == pytest.approx(1, abs=1e-5)


def test_matrices_are_multiplied_on_one_thread_when_networks_are_loaded(networks):
    libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]

    assert {one["num_threads"] for one in libraries} <= {1}


def test_every_piece_gets_tags(networks):
    ids, marked = _input(PATIENT)

    told = networks.read(ids, marked)

    assert told.tags.shape == (len(ids), 2)
    assert ((told.tags >= 0) & (told.tags <= 1)).all()
    assert told.tags[:, 0].max() > 0.5
    assert told.tags[:, 1].max() > 0.5


def test_what_is_kept_of_a_piece_changes_no_answer(networks):
    given = _input(PATIENT)

    first, again = networks.read(*given), networks.read(*given)

    np.testing.assert_array_equal(first.verdicts, again.verdicts)


def test_description_is_of_the_networks_that_ship():
    folder = resources.files("groupaudit.classifier.tagger") / "weights"
    told = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if not file.name.endswith(".json")
    }

    assert told == network.description()["weights"]


def test_description_names_what_the_networks_read_and_say():
    described = network.description()

    assert described["flags"] == list(FLAGS)
    assert described["verdicts"] == [verdict.value for verdict in Verdict]
    assert len(network.category_names()) == len(network.shipped().read(*_input("x")).categories)
