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
    ],
)
def test_no_strong_term_is_known_when_words_only_look_alike(text):
    assert told(text) == set()
