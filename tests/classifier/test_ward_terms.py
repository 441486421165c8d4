"""Terms and values as wards shorten them, and what only looks like them."""

from __future__ import annotations

import pytest

from groupaudit.classifier.detectors import measures
from groupaudit.classifier.lexicon import STRONG, load
from groupaudit.classifier.text import Passage, fold


def measured(text: str) -> list[str]:
    passage = Passage("body", 0, text)
    return [text[s.start : s.end] for d in measures.DETECTORS for s in d.find(passage)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("FR 24, sat 91 %", ["FR 24", "sat 91"]),
        ("FR : 76 chez un prématuré", ["FR : 76"]),
        ("Glasgow 13", ["Glasgow 13"]),
        ("Glasgow initial à 9 puis Glasgow à 6", ["Glasgow initial à 9", "Glasgow à 6"]),
        ("GCS < 8", ["GCS < 8"]),
        ("IBAN fr76", []),
        ("FR76 XXXX XXXX", []),
        ("IBAN fr76 3000 6000 0112 3456 7890 189", []),
        ("FR1130006000011234567890189", []),
        ("hr12 1001 0051 8630 0016 0", []),
        ("T° 39,2 cette nuit", ["T° 39,2"]),
        ("fièvre à 40,1 ; monte à 41.0", ["fièvre à 40,1", "à 41.0"]),
        ("recettes : 41,2 M€, 40,5 heures", []),
        ("EVA 7/10, EN 6/10, EN : 4", ["EVA 7/10", "EN 6/10", "EN : 4"]),
        ("en 10 minutes, en 2 doses, imprimé en A4, on en a 19", []),
        ("pain 40 au lieu de 50", []),
        ("NIHSS à 14, NYHA III, Braden 11", ["NIHSS à 14", "NYHA III", "Braden 11"]),
        ("mmse 19/30, MoCA 18/30, ADL 3/6", ["mmse 19/30", "MoCA 18/30", "ADL 3/6"]),
        (
            "OMS 3 ; ECOG 2 ; Child-Pugh C ; child B7",
            ["OMS 3", "ECOG 2", "Child-Pugh C", "child B7"],
        ),
        ("give your child a toy, bref 3 personnes, Norton 360", []),
        ("l'OMS 2026, l'OMS recommande 3 doses", []),
        ("Gleason 7 (3+4), apgar 8/9/10", ["Gleason 7", "apgar 8/9/10"]),
        ("T3N1M0, pT2 N0, cT4b N2 Mx", ["T3N1M0", "pT2 N0", "cT4b N2 Mx"]),
        ("le T3 et le N1, tn1, t12n4", []),
        (
            "plq 9000, gluc 3.1, vanco résiduelle 32",
            ["plq 9000", "gluc 3.1", "vanco résiduelle 32"],
        ),
        ("d dimères 1200, éthylotest à 1,4", ["d dimères 1200", "éthylotest à 1,4"]),
        ("University of Glasgow 2026", []),
        ("Glasgow 45 minutes", []),
    ],
)
def test_value_is_found_when_no_account_or_town_is_meant(text, values):
    assert measured(text) == values


def told(text: str) -> set[str]:
    return {span.category for span in load().find(fold(text)) if span.weight >= STRONG}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("M. Roux DCD à 4h", "death"),
        ("dcd cette nuit", "death"),
        ("entrée en HDT hier", "mental_health"),
        ("K sein gauche", "cancer"),
        ("K du sein", "cancer"),
        ("K. prostatique ; K prostate", "cancer"),
        ("K de l'ovaire", "cancer"),
        ("néo pulm", "cancer"),
        ("néo prostatique", "cancer"),
        ("méta hépatique", "cancer"),
        ("métas hépatiques", "cancer"),
        ("métas os", "cancer"),
        ("FOGD demain", "procedure"),
        ("HELLP à 34 SA", "pregnancy"),
        ("un hellp syndrome", "pregnancy"),
        ("score de Glasgow", "vital_signs"),
        ("Glasgow 13", "vital_signs"),
        ("Glasgow à 9", "vital_signs"),
        ("glasgow limite", "vital_signs"),
        ("GCS 13", "vital_signs"),
        ("résultat de BMO", "lab"),
        ("une cure d'addictologie", "addiction"),
        ("sous chimiothérapie", "drug"),
        ("GIR2, demande d'APA", "vital_signs"),
        ("désat sous 3L", "vital_signs"),
        ("SPDRE ce soir", "mental_health"),
        ("hospi sans consentement", "mental_health"),
        ("Audience JLD jeudi", "mental_health"),
        ("certif des 24h", "mental_health"),
        ("escare talon", "diagnosis"),
        ("cirrhoze", "diagnosis"),
        ("pyélo", "diagnosis"),
        ("candida auris", "diagnosis"),
        ("isolement strict", "procedure"),
        ("RTUV lundi", "procedure"),
        ("sous tazo J5", "drug"),
        ("ss insuline", "drug"),
        ("en AT depuis hier", "sick_leave"),
        ("arrêtée 3 sem", "sick_leave"),
        ("nous a quittés ce matin", "death"),
        ("aux soins pal", "care_setting"),
        ("charge viral", "hiv_sti"),
        ("microbiopsies", "lab"),
        ("hypermétabolisme", "imaging"),
        ("ponction, 7 follicules", "procedure"),
        ("IVG médicamenteuse, IVG med", "pregnancy"),
        ("TEC annulé", "pregnancy"),
        ("chlam + et partenaire", "hiv_sti"),
        ("revient en mi temps thérap.", "sick_leave"),
        ("LBA vendredi", "procedure"),
        ("post arthroplastie", "procedure"),
        ("2 cas de grippe", "diagnosis"),
        ("adénopathies", "diagnosis"),
        ("schizocytes", "lab"),
        ("certif circonstancié, certificat circonstancié", "mental_health"),
        ("corps à descendre", "death"),
        ("retour du bloc", "care_setting"),
        ("greffe du foie, greffe rénale", "procedure"),
        ("scanner en urgence", "imaging"),
    ],
)
def test_term_is_known_when_wards_shorten_it(text, category):
    assert category in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "University of Glasgow",
        "Glasgow 2014",
        "Glasgow, 13 Great Western Road",
        "Brest : BMO et CHU",
        "vitamine K",
        "le K du sénateur",
        "la néo-écologie",
        "un méta moteur, les métas de la page",
        "méta-analyse",
        "hellp me",
        "la hdt",
        "une néo-vessie",
        "les greffes de pommiers, au greffe, le greffe du tribunal",
        "porteur de projet, corps de métier, arrêt de bus",
        "scanner de documents, panne du scanner, IRM en panne",
        "fracture numérique, mort de rire, bleeding edge",
        "mot de passe invalide, délivrance des badges, appels entrants",
        "matériel en fin de vie, relevé de décisions, pose de cloisons",
        "account is disabled, the battery died, septic tank",
        "ce n'est pas à faire, jours de carence, muté à Brest",
        "Melle Prigent, la cafetière est morte ce matin, le PC s'est éteint",
        "bip en fin de vie, fièvre acheteuse, chute de la bourse",
    ],
)
def test_no_strong_term_is_known_when_words_only_look_alike(text):
    assert told(text) == set()


def weighed(text: str) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.category) for s in load().find(fold(text))]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("traitement de texte", []),
        ("virus informatique", []),
        ("sous tension", []),
        ("congé annuel, cellule de crise, radio locale", []),
        (
            "congé, crise, radio",
            [("congé", "sick_leave"), ("crise", "mental_health"), ("radio", "imaging")],
        ),
        ("traitement de la dame", [("traitement", "drug")]),
        ("chute de tension", [("chute", "diagnosis"), ("tension", "vital_signs")]),
        ("le site infecté, un virus", [("virus", "diagnosis")]),
    ],
)
def test_phrase_of_elsewhere_hides_the_terms_that_it_holds(text, terms):
    assert weighed(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("soins pal", [("soins pal", "care_setting")]),
        ("soins paliatifs", [("soins", "procedure")]),
        ("mort subitement", [("mort", "death")]),
        ("grippe aviaire", [("grippe", "diagnosis")]),
        ("Fiche ivg_medic_2", [("ivg_medic", "pregnancy")]),
    ],
)
def test_shorter_term_counts_when_the_longer_is_the_beginning_of_other_words(text, terms):
    assert weighed(text) == terms


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("at a stroke unit in Leeds", "stroke"),
        ("le greffé a rejeté", "greffe"),
        ("great depression since her husband died", "depression"),
        ("sortie de crise convulsive", "crise convulsive"),
    ],
)
def test_no_phrase_hides_a_term_that_goes_on_about_somebody(text, term):
    assert any(term in fold(found).lower.decode() for found, _ in weighed(text))


def test_term_that_a_hospital_lists_counts_though_a_phrase_of_elsewhere_is_the_same(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("= vital_signs strong\nsous tension\n", encoding="utf-8")
    text = fold("sous tension")

    assert not list(load().find(text))
    assert [span.category for span in load(extra=(str(own),)).find(text)] == ["vital_signs"]
