"""The many ways in which dates and numbers are written, and what only looks like them."""

from __future__ import annotations

import pytest

from groupaudit.classifier.detectors import REGISTRY
from groupaudit.classifier.sensitive import under_age
from groupaudit.classifier.text import Passage

FORMS = [
    ("dob", "Date de naissance\n<12/03/1954>"),
    ("dob", "Date de naissance :\n\n<12/03/1954>"),
    ("dob", "> Date de naissance\n> <12/03/1954>"),
    ("dob", "Date de naissance (JJ/MM/AAAA) : <12/03/1954>"),
    ("dob", "Date of birth (dd-mm-yyyy): <12-03-1954>"),
    ("dob", "Date de naissance du patient : <12/03/1954>"),
    ("dob", "Date de naissance\t<12/03/1954>"),
    ("dob", "née à Brest (29) le <12/03/1954>"),
    ("dob", "née à X (42) le <12/03/1954>"),
    ("dob", "né à Alger (Algérie), le <12/03/1954>"),
    ("dob", "née à La Roche sur Yon le <12 mars 1954>"),
    ("dob", "né à Saint Germain en Laye le <12 mars 1954>"),
    ("dob", "né au Mans le <12.03.1954>"),
    ("dob", "né à Lyon 3e le <12/03/1954>"),
    ("dob", "née le lundi <12 mars 1954>"),
    ("dob", "Né le             <04/04/1983>"),
    ("dob", "NE(E): <03.03.44>"),
    ("dob", "DOB <14 Mar 1992>, start Monday"),
    ("dob", "né(e)s le <12/03/2024>"),
    ("dob", "jumeaux nés le <12/03/2024>"),
    ("dob", "né.e le <12/03/1954>"),
    ("dob", "né prématurément le <12/03/2024>"),
    ("dob", "DDN <19540312>"),
    ("dob", "ddn <120354>"),
    ("dob", "DDN : <12031954>"),
    ("dob", "née le <120354>"),
    ("dob", "born <12th March 1954>"),
    ("dob", "DOB <12th March 1954>"),
    ("dob", "born on the <3rd of September 1954>"),
    ("dob", "born on Friday <12 November 1954>"),
    ("dob", "DOB <March 12th, 1954>"),
    ("dob", "P.L. <12/03/1954>, suivi"),
    ("dob", "(P. L., <12.03.1954>)"),
    ("dob", "Durand P., <12.03.54>"),
    ("dob", "DURAND PAUL <12 03 1954>"),
    ("age", "Mme B., <59 a>, chute"),
    ("age", "patient (<32 a>)"),
    ("age", "Mme B. <59a> chute"),
    ("age", "<âge : 84>, veuve"),
    ("room", "dialyse, <poste 12>"),
    ("room", "<chb 31> refaite"),
    ("room", "<chbr 31> refaite"),
    ("initials", "Mr. <B>, 45 ans"),
    ("initials", "melle <T.>, 19 ans"),
    ("initials", "mr <T.B.> dort"),
    ("phone", "tél.<0639981122>"),
    ("phone", "port.<0639981122>"),
    ("record_number", "I.P.P. <802345671>"),
    ("record_number", "n° anonymat <2611884>"),
    ("address", "<3 r. de la Paix>"),
    ("address", "<5 imp. du Moulin>"),
    ("address", "<lieu-dit Kerambellec, 29200>"),
    ("prescriber", "vu par le docteur <Le Goff>"),
    ("prescriber", "vu par dr <Durand>"),
    ("prescriber", "le professeur <Durand>"),
    ("nir", "<1 85 05 78 006 084 / 91>"),
    ("nir", "<1 85 05 78 006 084/91>"),
    ("nir", "<185057800608491>"),
    ("nir", "<1 85 05 78 006 084 clé 91>"),
    ("nir", "<1 85 05 78 006 084 (clé : 91>)"),
    ("nir", "NIR : <1 85 05 78 006 084 / 99>"),
    ("nir", "INS : <1 85 05 78 006 084 / 91>"),
    ("phone", "au <06/12/34/56/78>"),
    ("phone", "au <06 / 12 / 34 / 56 / 78>, après 18h"),
    ("record_number", "n° d'hospitalisation <24017345>"),
    ("record_number", "N° d’hospitalisation : <24017345>"),
    ("record_number", "n°admission <24017345>"),
    ("record_number", "numéro d'admission : <24017345>"),
    ("record_number", "dossier médical n° <24017345>"),
    ("record_number", "Dossier médical : <24017345>"),
    ("record_number", "identifiant patient <24017345>"),
    ("record_number", "Identifiant permanent du patient : <24017345>"),
    ("record_number", "identification du patient (IPP) : <2849201835>"),
    ("rpps", "RPPS <10 003 456 789>"),
    ("rpps", "N° RPPS : <1000 3456 789>"),
    ("rpps", "RPPS n° : <10003456789>"),
    ("finess", "FINESS géographique : <290000017>"),
    ("finess", "N° FINESS juridique <29 000 001 7>"),
    ("finess", "FINESS (entité juridique) n° <2A0000014>"),
    ("finess", "FINESS ET : <290000017>"),
]
LOOKALIKES = [
    ("dob", "je ne viens pas le 12/03/2026"),
    ("dob", "Nous ne serons pas présents le 12 mars 2026"),
    ("dob", "née à Brest, hospitalisée le 12/03/2026"),
    ("dob", "naissance prévue le 12/03/2026"),
    ("dob", "Date de naissance\n\n\n\n12/03/1954"),
    ("dob", "Date de naissance obligatoire avant le 12/03/2026"),
    ("dob", "ddn 129954"),
    ("dob", "DDN 12035"),
    ("dob", "ddn 123456789"),
    ("dob", "facture 19540312"),
    ("dob", "grid reference NE 120354"),
    ("dob", "M. Durand 12 03 26"),
    ("dob", "P.L. 12/03/2026"),
    ("age", "réunion le 12 à 9h30"),
    ("age", "INR 6,2 à rappeler"),
    ("age", "le brancard 7 a une roue cassée"),
    ("age", "de 50 à 74"),
    ("room", "secrétariat, poste 4471"),
    ("phone", "www.site.0639981122"),
    ("address", "dont 61 avec arrêt"),
    ("address", "voici 25 places."),
    ("address", "24 000 passages contre 51 000"),
    ("prescriber", "ce n'est pas un docteur. Jean revient"),
    ("prescriber", "le docteur de garde"),
    ("dob", "born in March 1954"),
    ("nir", "1 85 05 78 006 084 / 35"),
    ("nir", "1 85 05 78 006 084 clé 35"),
    ("phone", "chambres 01/02/03/04/05"),
    ("phone", "chambres 02/04/06/08/10"),
    ("phone", "le 01/02/2026 12:30"),
    ("phone", "01/02/26, 03/02/26"),
    ("record_number", "n° d'agrément 24017345"),
    ("record_number", "dossier médical partagé 2026"),
    ("record_number", "le dossier médical 2026"),
    ("record_number", "numéro d'admission 12"),
    ("rpps", "RPPS 10 003 456"),
    ("finess", "la finesse géographique 290000017"),
    ("finess", "FINESS juridique 29 000"),
]


def found(text: str) -> list[tuple[str, str]]:
    passage = Passage("body", 0, text)
    return [(s.category, text[s.start : s.end]) for d in REGISTRY for s in d.find(passage)]


@pytest.mark.parametrize(("category", "sentence"), FORMS)
def test_form_is_found_when_people_write_it_so(category, sentence):
    text = sentence.replace("<", "").replace(">", "")
    expected = [piece.partition(">")[0] for piece in sentence.split("<")[1:]]

    assert list(dict.fromkeys(p for kind, p in found(text) if kind == category)) == expected


@pytest.mark.parametrize(("category", "text"), LOOKALIKES)
def test_nothing_is_found_when_it_only_looks_alike(category, text):
    assert category not in {kind for kind, _ in found(text)}


@pytest.mark.parametrize(
    ("date", "minor"),
    [
        (b"12032015", True),
        (b"20150312", True),
        (b"120315", True),
        (b"12/03/15", True),
        (b"12th march 2015", True),
        (b"2015-03-12t00:00:00", True),
        (b"12031954", False),
        (b"19540312", False),
        (b"120354", False),
        (b"20031954", False),
        (b"20011954", False),
        (b"201503", False),
        (b"birth", False),
    ],
)
def test_minor_is_told_when_the_date_has_no_separators(date, minor):
    assert under_age(date, 2026) is minor
