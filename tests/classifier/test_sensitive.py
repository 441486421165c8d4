"""The most sensitive categories: told only of patients, by terms, ages and birth dates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.lexicon import STRONG, listed
from groupaudit.classifier.sensitive import marked
from groupaudit.classifier.text import passages
from groupaudit.model.finding import SENSITIVE, Classification, Verdict
from groupaudit.model.post import Document, Part, PartKind, Table

POSTED = datetime(2026, 3, 2, tzinfo=UTC)


def _document(text, *, subject="", date=POSTED, rows=()):
    tables = (Table(lambda: iter(rows)),) if rows else ()
    parts = (Part(PartKind.BODY, text=text, tables=tables),)
    return Document("post", date=date, subject=subject, parts=parts)


def _told(document, verdict=Verdict.IDENTIFIABLE_HEALTH, known=()):
    found = marked(Classification(verdict, categories=known), document, passages(document))
    return {name for name, _ in found.categories if name in SENSITIVE}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mme Durand, IVG médicamenteuse le 12", {"abortion"}),
        ("MME DURAND INTERRUPTION MEDICALE DE GROSSESSE A 15 SA", {"abortion"}),
        ("Jane Poole, termination of pregnancy booked Friday", {"abortion"}),
        ("Photo IMG_2034.jpg du brancard de M. Petit", set()),
        ("Mme Durand IVG med J1, IVG chir", {"abortion"}),
        ("M. Petit, scarifs aux avant-bras", {"mental_health"}),
        ("hospi sans consentement de M. Petit, certif des 24h", {"mental_health"}),
        ("Mme Roux, audience JLD jeudi", {"mental_health"}),
        ("M. Petit dit qu'il veut en finir", {"mental_health"}),
        ("Mme Roux, lame : schizocytes 2 %", set()),
        ("M. Petit, charge viral 120 000", {"hiv_sti"}),
        ("Mme Roux chlam +", {"hiv_sti"}),
        ("Mme Roux, tri 21 à annoncer", {"genetics"}),
        ("M. Petit séropositif, charge virale indétectable", {"hiv_sti"}),
        ("Mme Roux reste sous Biktarvy", {"hiv_sti"}),
        ("M. Petit, renouvellement PrEP jeudi", {"hiv_sti"}),
        ("Mme Roux, piquée au bloc, TPE débuté", {"hiv_sti"}),
        ("M. Petit, le TPE du guichet est en panne", set()),
        ("Mrs Poole, bowel prep tonight", set()),
        ("M. Petit, PSA indétectable, vaccin rage post-exposition", set()),
        ("Mr Poole, CTO of the LAD, PND for two weeks", set()),
        ("Prématuré Roux, HIV grade 2 à l’échographie", {"minor"}),
        ("Mme Roux, vaccination hépatite B à refaire", set()),
        ("LISTE ALD : PETIT P., ALD 7 ; ROUX A., ALD 23", {"hiv_sti", "mental_health"}),
        ("M. Alba admis en SPDT, chambre d’isolement", {"mental_health"}),
        ("Mrs Poole was sectioned last night", {"mental_health"}),
        ("M. Alba, tentative d’autolyse, avis psy", {"mental_health"}),
        ("Mr Poole, CTO recall, clopixol given", {"mental_health"}),
        ("M. Petit, sorti sous Xeplion, codé F20.0", {"mental_health"}),
        ("M. Petit, chambre F32, codé I21.0", set()),
        ("M. Petit, écho-doppler TSA, bas de contention", set()),
        ("M. Petit, delirium tremens sevré", set()),
        ("Mme Roux, clinophilie, pédopsychiatrie", {"mental_health", "minor"}),
        ("Tom Poole, seen by CAMHS", {"mental_health", "minor"}),
        ("Mme Roux, décompensation cardiaque, sous tutelle", set()),
        ("Schizocytes sur le frottis de M. Petit", set()),
        ("Mutation BRCA2 chez Mme Roux", {"genetics"}),
        ("Mme Roux, recherche de mutation TP53", {"genetics"}),
        ("M. Petit, retour de mutation en cardiologie", set()),
        ("Nolan, 8 ans, entorse", {"minor"}),
        ("Lina a eu une entorse. Elle a 15 ans.", {"minor"}),
        ("M. Petit, douleur il y a 15 ans, elle a duré", set()),
        ("M. Petit, lésion mineure au scanner", set()),
        ("Chloé Petit, 2nde 4, béquilles", {"minor"}),
        ("PETIT Jules, 4e B, asthme", {"minor"}),
        ("M. Petit, chimio en 3e ligne", set()),
        ("Yr 9 girl, fainted", {"minor"}),
        ("Mrs Poole, follow-up in 3 weeks f/u", set()),
        ("Tube of Mrs Poole, 3 days old", set()),
        ("Poole, 8 mo girl, febrile", {"minor"}),
        ("Mrs Poole, theatre Thursday, 7 a.m.", set()),
        ("fillette, vue en pédiatrie", {"minor"}),
        ("Tom Poole, 4 year-old, croup", {"minor"}),
        ("M. Petit, 58 ans, HTA depuis 10 ans", set()),
        ("Mme Roux et sa petite-fille sont passées, 12 ans de suivi", set()),
        ("M. Petit, fracture du poignet", set()),
    ],
)
def test_categories_are_told_by_terms_and_ages(text, told):
    assert _told(_document(text)) == told


@pytest.mark.parametrize(
    ("birth", "minor"),
    [
        ("né le 03/02/2016", True),
        ("née le 3 février 2012", True),
        ("DDN 03/02/16", True),
        ("né le 03/02/1956", False),
        ("né le 03/02/56", False),
        ("né le 03/02/2008", False),  # 17 or 18 in 2026: the year does not say
    ],
)
def test_birth_date_tells_a_minor_when_the_date_of_the_post_is_known(birth, minor):
    text = f"Petit Camille {birth}, angine"

    assert ("minor" in _told(_document(text))) is minor
    assert "minor" not in _told(_document(text, date=None))


def test_birth_dates_in_a_column_tell_a_minor():
    rows = (("Nom", "Date de naissance", "Résultat"), ("PETIT", "03/02/2016", "CRP 12"))

    assert _told(_document("Ci-joint", rows=rows)) == {"minor"}
    assert _told(_document("Ci-joint", rows=(rows[0], ("PETIT", "03/02/1956", "12")))) == set()


@pytest.mark.parametrize(
    ("head", "cell", "told"),
    [
        ("Motif", "IVG instrumentale", {"abortion"}),
        ("Diagnostic", "schizophrénie", {"mental_health"}),
        ("CIM-10", "F200", {"mental_health"}),
        ("CIM-10", "B24", {"hiv_sti"}),
        ("Salle", "F20", set()),
        ("Diagnostic", "décompensation cardiaque", set()),
        ("Traitement", "Biktarvy", {"hiv_sti"}),
        ("Résultat", "mutation BRCA1", {"genetics"}),
        ("Service", "Psychiatrie", {"mental_health"}),
        ("Médecin", "Dr Roux, psychiatre", set()),
        ("Vaccin hépatite B", "à jour", set()),
    ],
)
def test_cells_of_tables_tell(head, cell, told):
    rows = (("Liste du 12", ""), ("Nom", head), ("PETIT", cell))

    assert _told(_document("Ci-joint", rows=rows)) == told


def test_wards_of_a_list_of_staff_tell_nothing():
    rows = (("Nom", "Fonction", "Service", "Maladie"), ("PETIT", "cadre", "Psychiatrie", "grippe"))

    assert _told(_document("Ci-joint", rows=rows)) == set()


def test_birth_dates_tell_a_minor_under_a_title_and_in_a_form():
    titled = (("Urgences", "", ""), ("Nom", "DDN", "CRP"), ("PETIT", "03/02/2016", "12"))
    form = (("Nom", "PETIT"), ("DDN", "03/02/2016"), ("Allergie", "lait"))

    assert _told(_document("Ci-joint", rows=titled)) == {"minor"}
    assert _told(_document("Ci-joint", rows=form)) == {"minor"}


@pytest.mark.parametrize(
    "verdict",
    [None, Verdict.HEALTH_GENERIC, Verdict.IDENTITY_ONLY, Verdict.ORDINARY],
)
def test_nothing_is_marked_where_no_patient_is_told_of(verdict):
    document = _document("Réunion VIH, IVG et pédiatrie, enfants de 8 ans")

    assert _told(document, verdict, known=(("mental_health", 1),)) == set()


def test_what_the_networks_told_is_kept_beside_what_the_terms_tell():
    document = _document("Mme Roux, IVG")

    assert _told(document, known=(("genetics", 2),)) == {"abortion", "genetics"}


def test_disclaimers_never_mark():
    text = (
        "Mme Roux, fracture\n\nThis e-mail is confidential: HIV and abortion records are protected"
    )

    assert _told(_document(text)) == set()


def test_every_listed_term_is_of_a_sensitive_category_or_hides_one():
    terms = list(listed("sensitive.txt"))

    assert {term.category for term in terms} == {*SENSITIVE, "elsewhere"}
    assert {term.weight for term in terms} == {STRONG}


@given(st.text(max_size=400))
def test_any_text_is_judged_and_other_categories_stay(text):
    document = _document(text)
    before = Classification(Verdict.HEALTH_PERSON, categories=(("drug", 3), ("lab", 1)))

    found = marked(before, document, passages(document))

    assert dict(found.categories).items() >= {"drug": 3, "lab": 1}.items()
    assert found.verdict is before.verdict
