"""Stretches of long texts that tell something by themselves."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.reading import shipped_reader
from groupaudit.classifier.stretches import SIZE, _windows, stretches
from groupaudit.classifier.text import Passage

FACT = "Mme DURAND Paulette, née le 03/04/1950, est sous TAXOL pour son cancer du sein."
ORDINARY = (
    "Le parking du personnel sera fermé lundi pour travaux, merci de vous garer ailleurs. " * 3
)


def _reading(text):
    return shipped_reader().read(
        (Passage("subject", -1, "Transmissions"), Passage("body", 0, text))
    )


def test_short_text_has_none():
    assert stretches(_reading(FACT)) == []


@pytest.mark.parametrize("before", [0, 1, 12])
@pytest.mark.parametrize("after", [1, 12])
def test_fact_among_ordinary_paragraphs_stands_alone(before, after):
    text = "\n\n".join([ORDINARY] * before + [FACT] + [ORDINARY] * after + [ORDINARY] * 2)

    found = stretches(_reading(text))

    assert found
    assert any(FACT in stretch.passages[-1].text for stretch in found)


def test_stretch_keeps_the_headers_and_moves_the_spans():
    stretch = stretches(_reading("\n\n".join([ORDINARY] * 4 + [FACT])))[0]

    subject, body = stretch.passages
    told = {body.text[span.start : span.end].lower() for span in stretch.spans[-1]}

    assert subject.kind == "subject"
    assert any("durand" in word for word in told)
    assert any("taxol" in word for word in told)


def test_ordinary_text_has_none():
    assert stretches(_reading(ORDINARY * 20)) == []


def test_most_telling_stretch_comes_first():
    much = f"{FACT} Elle a aussi une HTA, un diabète, une BPCO et prend du KARDEGIC."
    found = stretches(_reading("\n\n".join([FACT, *[ORDINARY] * 8, much])))

    assert much in found[0].passages[-1].text


@given(st.text(alphabet="ab \n.", min_size=SIZE, max_size=3000))
def test_stretches_cover_any_text(text):
    ranges = list(_windows(text))

    assert ranges[0][0] == 0
    assert ranges[-1][1] == len(text)
    assert all(one[1] >= other[0] > one[0] for one, other in pairwise(ranges))
