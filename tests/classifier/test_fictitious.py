"""Records of nobody, made to test a program or to teach, and people who only seem to be such."""

from __future__ import annotations

import pytest

from groupaudit.classifier.fictitious import is_test_name
from groupaudit.classifier.reading import shipped_reader
from groupaudit.classifier.span import Kind, Role
from groupaudit.classifier.text import Passage


def roles(text: str) -> dict[str, Role]:
    """Everything in ``text`` that identifies somebody, and who that is."""
    (spans,) = shipped_reader().read((Passage("body", 0, text + "\n"),)).spans
    return {
        text[one.start : one.end]: one.role
        for one in spans
        if one.kind is Kind.IDENTITY and one.category in ("name", "dob", "record_number", "nir")
    }


@pytest.mark.parametrize(
    "text",
    [
        "ZZTEST ALPHA, née le 01/01/1900, IPP 9999999901, TSH 0,01",
        "Mme TEST Marie, née le 01/01/1950, IPP 12345678",
        "PATIENT TEST né le 01/01/1900, IPP 12345678",
        "TEST PATIENT, IPP 12345678",
        "IPP 12345678 – ZZTEST PATIENT-UN",
        "Nom : ZZTEST\nPrénom : BRAVO\nIPP : 12345678",
        "dossier zztoto de recette, IPP 12345678",
        "M. EXEMPLE Paul, IPP 12345678",
        "John Doe, MRN 12345678",
        "Donald Duck, MRN 12345678",
    ],
)
def test_what_stands_with_a_test_name_is_nobodys(text):
    found = roles(text)

    assert found
    assert set(found.values()) == {Role.TEST}


@pytest.mark.parametrize(
    "name",
    ["xxtest", "patienttest", "test2", "testing", "zzzalpha", "xxx", "essai1", "dummy", "demo",
     "recette", "exemple", "example", "demonstration", "formation", "jane doe", "mouse mickey"],
)  # fmt: skip
def test_word_is_nobodys_when_makers_of_software_put_it_for_a_name(name):
    assert is_test_name(name.encode().split())


@pytest.mark.parametrize(
    "name", ["testard", "contest", "essaidi", "demoulin", "john smith", "donald", "xz", "z"]
)
def test_name_is_somebodys_when_it_only_begins_like_a_test(name):
    assert not is_test_name(name.encode().split())


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("Mr Donald Hughes, DOB 01/02/1950, MRN 12345678", "12345678"),
        ("Mme TESTARD Anne, née le 01/02/1950", "TESTARD Anne"),
        ("M. Jean Dupont, IPP 12345678", "Jean Dupont"),
        ("Mme Durand, test positif, IPP 12345678", "12345678"),
        ("TEST PCR positif Mme Durand IPP 12345678", "12345678"),
        ("PATIENT TEST COVID POSITIF, IPP 12345678", "12345678"),
        ("Mme XXXXX, IPP 12345678, VIH", "12345678"),
        ("patient testé hier, IPP 12345678", "12345678"),
        ("le patient test était à jeun, IPP 12345678", "12345678"),
        ("IPP 99999999 ZZTEST ALPHA\nIPP 12345678 Mme Durand HTA", "12345678"),
        ("Nom : ZZTEST\nIPP : 99999999\n\nIPP : 12345678, HTA", "12345678"),
        ("ZZTEST ALPHA et Mme Durand, IPP 12345678", "12345678"),
    ],
)
def test_somebody_beside_a_test_stays_somebody(text, real):
    assert roles(text)[real] is Role.CANDIDATE
