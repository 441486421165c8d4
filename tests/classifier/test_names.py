from __future__ import annotations

import time

import pytest

from groupaudit.classifier.lexicon import load
from groupaudit.classifier.reading import Reader
from groupaudit.classifier.span import Kind
from groupaudit.classifier.text import Passage


def read(text: str) -> tuple[list[str], list[str]]:
    """The names and the health terms of ``text``."""
    (spans,) = Reader(load()).read((Passage("body", 0, text),)).spans
    names = [text[one.start : one.end] for one in spans if one.category == "name"]
    return names, [text[one.start : one.end] for one in spans if one.kind is Kind.HEALTH]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mme Le Goff sort", "Le Goff"),
        ("M. Le Roux sort", "Le Roux"),
        ("Mme LE MEUR sort", "LE MEUR"),
        ("Mme De Sousa sort", "De Sousa"),
        ("M. du Pontavice sort", "du Pontavice"),
        ("Mme de Villiers sort", "de Villiers"),
        ("Mme Le Bihan-Kervoas sort", "Le Bihan-Kervoas"),
        ("M. de la Cruz sort", "de la Cruz"),
        ("Mme DE LA TOUR sort", "DE LA TOUR"),
        ("la famille Le Goff vient", "Le Goff"),
        ("patient LE GOFF vu", "LE GOFF"),
        ("Anne, née Le Goff", "Le Goff"),
        ("la famille de Mme Durand vient", "Durand"),
        ("Mme Mars sort", "Mars"),
        ("M. Avril sort", "Avril"),
        ("Mme Janvier sort", "Janvier"),
        ("M. Juin sort", "Juin"),
        ("Mme Samedi sort", "Samedi"),
        ("M.Durand sort", "Durand"),
        ("Mme.Durand sort", "Durand"),
        ("Mme\tDurand", "Durand"),
        ("Mme\tDURAND\tPaule", "DURAND\tPaule"),
        ("Mme\tDURAND\tCardiologie", "DURAND"),
        ("madame durand est sortie", "durand"),
        ("Madame durand a dormi", "durand"),
        ("monsieur le goff va bien", "le goff"),
        ("Mme durand, 82 ans", "durand"),
        ("mme durand jeanne", "durand jeanne"),
        ("mme durand refuse la toilette", "durand"),
        ("melle durand veut sortir", "durand"),
        ("mme le goff veut sortir", "le goff"),
        ("mr ben amor veut sortir", "ben amor"),
        ("Melle Durand sort", "Durand"),
        ("Résidente Mme Durand", "Durand"),
        ("votre patient Madame Durand", "Durand"),
        ("Pt Le Goff vu", "Le Goff"),
        ("pte Durand vue", "Durand"),
        ("bébé Durand, J2", "Durand"),
        ("NN DURAND, J2", "DURAND"),
        ("BEBE DURAND J2", "DURAND"),
        ("les jumelles Durand", "Durand"),
        ("enfant DURAND Maël", "DURAND Maël"),
        ("L'AS Paule Durand", "Paule Durand"),
        ("pour mme Durand ce soir", "Durand"),
        ("voir mr DURAND", "DURAND"),
        ("c'est monsieur Le Goff", "Le Goff"),
        ("la voisine de mlle Durand", "Durand"),
        ("Papa de Paul Durand", "Paul Durand"),
        ("Départ d'Anne Durand", "Anne Durand"),
        ("Paul de Villiers", "Paul de Villiers"),
        ("Paul de Martin", "Paul de Martin"),
        ("Mme DURAND ép. LE GOFF", "DURAND ép. LE GOFF"),
        ("Mme Durand EP Petit", "Durand EP Petit"),
        ("Nom : DURAND\nPrénom : Zéphyrin", "DURAND"),
        ("Nom de naissance : Le Goff\n", "Le Goff"),
        ("NOM : DURAND   Prénom : Zéphyrin", "DURAND"),
        ("Surname: Whitmore\nForename:", "Whitmore"),
        ("Nom : Mme Durand, 82 ans", "Durand"),
    ],
)
def test_name_is_found_when_addressed(text: str, name: str) -> None:
    assert read(text)[0] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Mme La Directrice",
        "M. le Maire",
        "Mme la Présidente",
        "Monsieur le Directeur Adjoint",
        "Madame la Proviseure",
        "Monsieur le Juge",
        "MADAME LA VICE-PRÉSIDENTE",
        "patient du CHU Nord",
        "une patiente de Bretagne",
        "LE MONSIEUR DU SECTEUR 2",
        "Monsieur Mardi 12",
        "vu M. Mars 2024",
        "at 4 P.M. Friday",
        "M Mardi",
        "un M.Sc de santé publique",
        "M.Phil thesis",
        "Patient\tTraitement\tRemarques",
        "madame qui a appelé",
        "Madame la directrice est là",
        "monsieur refuse de manger",
        "Anne, née Le Dimanche 3",
        "Mme de HTA",
        "Patient NDA",
        "Patient NDA 2611004587",
        "Patient    Traitement    Remarques",
        "Enfant     Poids",
        "bébé de trois jours",
        "pas de TC, EVA 3",
        "mme la directrice arrive",
        "le monsieur de Brest",
        "la madame du Bourg",
        "Nom : idem",
        "Nom du logiciel : Chimio",
        "le nom : Brest est une ville",
        "Prénom : Zéphyrin",
        "Arbre de Noël",
        "Pot de Denise",
        "Obsèques d'Emmanuel",
    ],
)
def test_nobody_is_named_when_offices_dates_and_prose_follow(text: str) -> None:
    assert read(text)[0] == []


@pytest.mark.parametrize(
    ("text", "names", "terms"),
    [
        ("Mme DURAND HTA DNID", ["DURAND"], ["HTA", "DNID"]),
        ("M. LEROY VIH +", ["LEROY"], ["VIH"]),
        ("Mme Bernard IVG demain", ["Bernard"], ["IVG"]),
        ("M. PETIT OAP ce soir", ["PETIT"], ["OAP"]),
        ("Mme ROUX BMR +", ["ROUX"], ["BMR"]),
        ("Mme LE MEUR BPCO", ["LE MEUR"], ["BPCO"]),
        ("Mme DURAND ET SARM", ["DURAND"], ["SARM"]),
        ("M. LEROY LAM", ["LEROY"], ["LAM"]),
        ("Mme Anne LAM", ["Anne LAM"], []),
        ("M. DURAND de BPCO", ["DURAND"], ["BPCO"]),
        ("Mme Suong Le", ["Suong Le"], []),
        ("M. LEROY ET SA SOEUR", ["LEROY ET SA SOEUR"], []),
        ("Mme DURAND DT2", ["DURAND"], ["DT2"]),
        ("Mme DURAND Mme PETIT", ["DURAND", "PETIT"], []),
        ("MARTIN Josette HTA", ["MARTIN Josette"], ["HTA"]),
        ("MME DURAND FRACTURE COL", ["DURAND"], ["FRACTURE"]),
        ("Mme Bensimon Méthadone", ["Bensimon"], ["Méthadone"]),
        ("M. MARTIN DIABETE", ["MARTIN"], ["DIABETE"]),
        ("Mme Hermine Fièvre", ["Hermine Fièvre"], []),
        ("M. Paul Parkinson", ["Paul Parkinson"], []),
        ("Patient BPCO", [], ["Patient", "BPCO"]),
        ("Patiente VIH+", [], ["Patiente", "VIH"]),
        # and surnames in capitals stay whole
        ("Mme DURAND PETIT", ["DURAND PETIT"], []),
        ("M. LE ROUX PAUL", ["LE ROUX PAUL"], []),
        ("Mme DURAND VEUVE MARTIN", ["DURAND VEUVE MARTIN"], []),
        ("Mme DURAND EVA", ["DURAND EVA"], []),
        ("Mrs Addison", ["Addison"], []),
        ("M. PARKINSON", ["PARKINSON"], []),
    ],
)
def test_name_ends_when_an_abbreviation_follows(
    text: str, names: list[str], terms: list[str]
) -> None:
    assert read(text) == (names, terms)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anne Petit, Paul Durand, Luc Hamelin", ["Anne Petit", "Paul Durand", "Luc Hamelin"]),
        ("DURAND Paul, PETIT Anne", ["DURAND Paul", "PETIT Anne"]),
        ("Hamelin, Paul Durand, Anne Petit", ["Hamelin, Paul Durand", "Anne Petit"]),
        ("Durand, Paul", ["Durand, Paul"]),
        ("DURAND;Paul;12/03/1954", ["DURAND;Paul"]),
        ("DURAND;Paul;AVC;ch 12", ["DURAND;Paul"]),
        ("Chaise;Table;Lampe", []),
    ],
)
def test_names_are_told_apart_when_listed(text: str, names: list[str]) -> None:
    assert read(text)[0] == names


def test_first_name_is_none_when_among_abbreviations() -> None:
    assert read("BMR SARM EVA GIR")[0] == []
    assert read("DURAND EVA")[0] == ["DURAND EVA"]


@pytest.mark.parametrize(
    "text",
    [
        "Mme " * 50_000,
        "famille de Mme De " * 12_000,
        "Mme " + "A" * 200_000 + " HTA",
        "Mme LE " + "HTA " * 50_000,
        "M.\t" * 60_000,
        "Mme DURAND " + "FRACTUR" * 30_000,
        "madame le " * 20_000,
        "mme le " * 30_000,
        "Résidente " * 30_000,
        "patient Mme " * 30_000,
        "Papa de Anne " * 20_000,
        "Anne Petit, " * 20_000,
        "Anne;" * 40_000,
        "Nom : " * 40_000,
        "Nom : De La " * 20_000,
    ],
)
def test_time_is_linear_when_civilities_go_on(text: str) -> None:
    begin = time.process_time()
    read(text)

    assert time.process_time() - begin < 2
