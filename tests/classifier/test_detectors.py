from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.detectors import REGISTRY
from groupaudit.classifier.detectors.nir import has_valid_key
from groupaudit.classifier.reading import _prefilter
from groupaudit.classifier.text import Passage

IDENTITY = [
    "NIR <nir>2 84 05 2A 004 001 80</nir>, merci",
    "sécu : <nir>284057512300142</nir>",
    "NIR sans clé : <nir>2 84 05 75 123 001</nir>",
    "Mme <name>Durand</name> est née le <dob>12/03/1954</dob>",
    "née le <dob>3 mars 1954</dob> à Brest",
    "DOB: <dob>12/03/1954</dob>",
    "IPP : <record_number>8012345678</record_number>",
    "NHS number <record_number>999 123 4560</record_number>",
    "M. <name>Jean-Paul LE GOFF</name> sort demain",
    "Liste : <name>MARTIN Josette</name> ; lit 4",
    "Le <phone>06 39 98 12 34</phone> ne répond pas",
    "écrire à <email>p.martin@exemple.example</email>",
    "habite <address>12 rue des Lilas</address>",
    "IBAN <bank>FR76 3000 6000 0112 3456 7890 189</bank>",
]
NONE = [
    ("nir", "n° de lot 284057512300199"),
    ("nir", "colis 123456789012345"),
    ("dob", "réunion le 12/03/2026"),
    ("dob", "âgée de 54 ans"),
    ("record_number", "dossier 12"),
    ("name", "Madame, Monsieur, la directrice"),
    ("phone", "facture 0123456789012"),
    ("bank", "FR76 3000 6000 0112 3456 7890 188"),
]


def found(text: str) -> list[tuple[str, str]]:
    passage = Passage("body", 0, text)
    return [(s.category, text[s.start : s.end]) for d in REGISTRY for s in d.find(passage)]


@pytest.mark.parametrize("sentence", IDENTITY)
def test_identifier_is_found_when_marked(sentence, read_marks):
    text, expected = read_marks(sentence)

    assert set(expected) <= set(found(text))


@pytest.mark.parametrize(("category", "sentence"), NONE)
def test_nothing_is_found_when_only_resembling(category, sentence, read_marks):
    text, _ = read_marks(sentence, none=True)

    assert category not in {kind for kind, _ in found(text)}


@pytest.mark.parametrize(
    "body", ["2840575123001", "184052A004001", "299122B033012", "1852199123456"]
)
def test_nir_is_believed_when_its_key_holds(body):
    number = int(body.replace("2A", "19").replace("2B", "18"))
    key = 97 - number % 97

    assert has_valid_key(f"{body}{key:02d}".lower().encode())
    assert not has_valid_key(f"{body}{key % 97 + 1:02d}".lower().encode())


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("dose", "amoxicilline 1 g x 3/j"),
        ("lab", "CRP à 240"),
        ("lab", "kaliémie 6,2 mmol/L"),
        ("vital_signs", "TA 80/40, sat 86 %"),
        ("pregnancy", "G3P1, 32 SA + 4"),
        ("sick_leave", "elle est en arrêt jusqu'au 12"),
        ("prescriber", "vu par le Dr Le Bihan"),
        ("room", "chambre 12"),
    ],
)
def test_fact_is_found_when_written_as_wards_do(category, text):
    assert category in {kind for kind, _ in found(text)}


@pytest.mark.parametrize(
    "broken", ["<name>Durand", "Durand</name>", "<name>Durand</dob>", "<a><b>x</b></a>"]
)
def test_marks_are_refused_when_broken(broken, read_marks):
    with pytest.raises(ValueError, match="mark"):
        read_marks(broken)


def test_negative_is_refused_when_not_declared(read_marks):
    with pytest.raises(ValueError, match="none"):
        read_marks("rien ici")


@given(
    st.text(max_size=200) | st.from_regex(r"[A-Z][a-z]+ [A-Z]{2,8} ?[0-9 ]{0,15}", fullmatch=True)
)
def test_prefilter_agrees_when_any_detector_finds(text):
    passage = Passage("body", 0, text)
    hits = _prefilter().hits(passage.folded)

    assert {i for i, d in enumerate(REGISTRY) if any(True for _ in d.find(passage))} <= hits


def test_ids_are_kebab_case_and_patterns_are_unique():
    ids = [detector.id for detector in REGISTRY]

    assert len(ids) == len(set(ids))
    assert all(i == i.lower() and "_" not in i for i in ids)
