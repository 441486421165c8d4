"""In which role a name stands: somebody who may be a patient, a professional, a sender."""

from __future__ import annotations

import time

import pytest

from groupaudit.classifier.reading import shipped_reader
from groupaudit.classifier.span import Role
from groupaudit.classifier.text import Passage


def roles(text: str) -> list[Role]:
    (spans,) = shipped_reader().read((Passage("body", 0, text),)).spans
    return [one.role for one in spans if one.category == "name"]


@pytest.mark.parametrize(
    "text",
    [
        # a sentence on one of the last lines signs nothing
        "Bonjour,\nM. Hamelin n'a pas eu son bilan, K+ à 2,9 hier.\nMerci",
        "Bonjour,\nMme Hamelin est tombée cette nuit",
        "Bonjour,\nMme Hamelin : SNG posée",
        "Hello all,\nMrs Whitmore is on oxygen",
        "Hier :\nPaul Hamelin, né le 12/03/1954",
        # nor does an item of a list
        "Entrées :\n- HAMELIN Paul, décomp cardiaque\n- LE BRIS Anne, pneumopathie",
        "Sorties\n* Paul Hamelin (SSR)\n* Anne Lebris (domicile)",
        "Sorties\nPaul Hamelin\nLebris;A;SSR",
        # what the patient is to have is no job
        "M. Hamelin : charge virale indétectable",
        "M. Hamelin : ambulance couchée 10h30",
        "Mme Hamelin, aide à la toilette",
        "Mme Hamelin : biologie ce matin",
        "Mme Hamelin, orthophonie lundi",
        "Mme Hamelin, éducation au diabète",
        "Mme Hamelin : IDE à domicile x2/j",
        "Mme Hamelin : kiné respi matin et soir",
        "M. Hamelin, télémétrie",
        "Mr Whitmore, physio review today",
    ],
)
def test_name_may_be_a_patients_when_something_is_told_of_it(text: str) -> None:
    assert set(roles(text)) == {Role.CANDIDATE}


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Merci de votre aide\nPaul Hamelin", Role.CORRESPONDENT),
        ("À demain\nPaul Hamelin\nIDE, hépato-gastro", Role.CORRESPONDENT),
        ("À demain\n- Paul Hamelin", Role.CORRESPONDENT),
        ("À demain\nPaul Hamelin, pour le bureau", Role.CORRESPONDENT),
        ("voir avec M. Hamelin, chargé de mission", Role.PROFESSIONAL),
        ("voir avec M. Hamelin (aide comptable)", Role.PROFESSIONAL),
        ("voir avec Mme Hamelin (orthophonie)", Role.PROFESSIONAL),
        ("voir avec Mme Hamelin, orthophoniste", Role.PROFESSIONAL),
        ("voir avec M. Hamelin, ambulancier", Role.PROFESSIONAL),
        ("voir avec Mme Hamelin, aide-soignante", Role.PROFESSIONAL),
        ("voir avec Mme Hamelin, IDE", Role.PROFESSIONAL),
        ("voir avec M. Hamelin, kiné du service", Role.PROFESSIONAL),
        ("voir avec Mme Hamelin, tél 4512", Role.PROFESSIONAL),
    ],
)
def test_name_is_of_staff_when_it_signs_or_acts(text: str, role: Role) -> None:
    assert roles(text) == [role]


@pytest.mark.parametrize("text", ["- Paul Hamelin\n" * 20_000, "Mme Hamelin : " * 30_000])
def test_time_is_linear_when_lists_go_on(text: str) -> None:
    begin = time.process_time()
    roles(text)

    assert time.process_time() - begin < 3
