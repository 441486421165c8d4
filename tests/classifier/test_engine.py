# Marked sentences and messages read better unbroken.
# ruff: noqa: E501
from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaudit.classifier.engine import build
from groupaudit.classifier.text import Passage
from groupaudit.errors import ConfigError
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Document, Part, PartKind, Table

HANDOVER = (
    "Bonjour,\nMme DURAND Josette, née le 12/03/1941, hospitalisée pour une pneumopathie, sous Augmentin 1 g x 3/j, "
    "sat 89 % sous 3 L/min, chambre 12. Elle a chuté cette nuit, scanner cérébral demandé.\nBonne journée"
)
CASES = [
    (Verdict.IDENTIFIABLE_HEALTH, HANDOVER),
    (
        Verdict.IDENTIFIABLE_HEALTH,
        "Résultat critique : M. Karim BENALI, IPP 8012345678, kaliémie 6,8 mmol/L, le prévenir.",
    ),
    (
        Verdict.IDENTIFIABLE_HEALTH,
        "Mr Alan Whitcombe, NHS number 999 123 4560, admitted with sepsis, started on IV antibiotics, his lactate is 4.2.",
    ),
    (Verdict.ORDINARY, "L'ascenseur B est en panne jusqu'à jeudi, prenez l'escalier. Merci."),
    (
        Verdict.ORDINARY,
        "The build fails on the new branch since the last merge, can someone look at it?",
    ),
]


@pytest.mark.parametrize(("verdict", "text"), CASES)
def test_verdict_is_right_when_plain(verdict, text, judge):
    assert judge(text).verdict is verdict


def test_generic_text_is_not_identifiable_when_no_patient(judge):
    text = "Rappel du protocole : amoxicilline 1 g x 3/j pendant 7 jours chez l'adulte. Formation ouverte aux IDE le 12 mars."

    assert judge(text).verdict in (Verdict.HEALTH_GENERIC, Verdict.ORDINARY)


def test_score_persons_and_keys_are_given_when_identifiable(judge):
    result = judge(HANDOVER)

    assert 0.4 < result.score <= 1
    assert result.persons == len(result.person_keys) == 1
    assert {"name", "dob"} <= {name for name, _ in result.categories}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (
            "Mme DURAND Josette, née le 12/03/1991, enceinte de 32 SA, contractions cette nuit, vue par la sage-femme.",
            "pregnancy",
        ),
        (
            "M. Karim BENALI, IPP 8012345678, IRM cérébrale faite ce matin : pas de saignement, retour chambre 12.",
            "imaging",
        ),
        (
            "Mme Josette DURAND est en arrêt maladie jusqu'au 12, merci de la remplacer.",
            "sick_leave",
        ),
    ],
)
def test_category_is_told_by_the_terms_that_carry_the_verdict(text, category, judge):
    found = dict(judge(text).categories)

    assert category in found
    assert "nir" not in found


def test_same_person_has_same_key_when_named_twice(judge):
    first = judge(HANDOVER)
    second = judge(
        "Mme Durand est décédée d'une pneumopathie en réanimation cette nuit, elle était sous oxygène."
    )

    assert first.person_keys == second.person_keys


def test_verdict_is_null_when_document_is_unreadable(classifier):
    result = classifier.classify(Document(id="1", error="password-protected"))

    assert (result.verdict, result.error) == (None, "password-protected")


def test_subject_tells_of_a_patient_when_the_rest_is_unreadable(classifier):
    subject = "Mme Jeanne Durand, née le 12/03/1950 : cancer du sein métastatique, chimiothérapie"

    result = classifier.classify(Document(id="1", subject=subject, error="encrypted"))

    assert (result.verdict, result.error) == (Verdict.IDENTIFIABLE_HEALTH, None)


def test_part_error_is_kept_when_one_part_is_unreadable(judge):
    result = judge("Bonjour", "", "", Part(PartKind.ATTACHMENT, name="a.pdf", error="damaged"))

    assert result.parts[1].error == "damaged"
    assert result.parts[1].verdict is None


def test_attachment_decides_when_body_is_ordinary(judge):
    result = judge(
        "Voir la pièce jointe.", "", "", Part(PartKind.ATTACHMENT, name="note.txt", text=HANDOVER)
    )

    assert result.verdict is Verdict.IDENTIFIABLE_HEALTH
    assert result.parts[1].verdict is Verdict.IDENTIFIABLE_HEALTH


def test_verdict_is_the_same_when_line_ends_differ(judge):
    assert judge(HANDOVER) == judge(HANDOVER.replace("\n", "\r\n"))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_nothing_is_raised_when_text_is_anything(judge, text):
    assert judge(text, text[:40], text[:20]).verdict is not None


NAMES = st.sampled_from(
    ["Durand", "BENALI", "Whitcombe", "Le Goff", "Cancer", "Depressac", "Ndiaye-Morel"]
)
FIRST = st.sampled_from(["Josette", "Karim", "Alan", "Zoé", "Jean-Paul"])
TEMPLATES = st.sampled_from(
    [
        "Mme {last} {first}, IPP 8012345678, {fact}, tél 06 39 98 12 34",
        "{fact} : M. {last}, {first}.{last}@exemple.example, chambre 12",
        "> {last} {first} (12/03/1951) {fact}",
    ]
)
FACTS = st.sampled_from(
    [
        "cancer du sein sous chimio",
        "VIH connu",
        "fracture du fémur opérée",
        "dépression, hospitalisée",
    ]
)


@settings(max_examples=80, deadline=None)
@given(NAMES, FIRST, TEMPLATES, FACTS)
def test_no_identifier_survives_when_masked(judge, last, first, template, fact):
    result = judge(template.format(last=last, first=first, fact=fact))
    shown = " ".join([result.excerpt, *(e.excerpt for e in result.explanations)]).lower()

    names = [word for word in last.lower().split() if len(word) > 2]  # "le" alone names nobody
    for word in (*names, first.lower(), "8012345678", "06 39", "exemple", "1951"):
        assert f" {word} " not in f" {shown} "
    assert all(len(e.excerpt) <= 80 for e in result.explanations)


def test_repr_holds_no_key_when_printed(classifier):
    assert repr(bytes(range(32))) not in repr(classifier)


@pytest.mark.parametrize(
    "text", ["Mme " * 60_000, "A a" * 80_000, "1 23 45 " * 40_000, "\n" * 200_000, "é " * 100_000]
)
def test_time_is_linear_when_text_is_hostile(judge, text):
    started = time.perf_counter()
    judge(text)

    assert time.perf_counter() - started < 10


def test_own_terms_and_patterns_are_used_when_configured(tmp_path):
    terms, patterns = tmp_path / "terms.txt", tmp_path / "patterns.toml"
    terms.write_text("= diagnosis strong\nmaladie de zorglub\n", encoding="utf-8")
    patterns.write_text("[ipp]\nexpression = '\\bzq\\d{5}\\b'\n", encoding="utf-8")
    local = build(b"k" * 32, lexicons=(str(terms),), patterns=str(patterns))
    text = (
        "Patient ZQ12345 vu ce matin : maladie de Zorglub, hospitalisé, sous Augmentin, il va mieux"
    )

    result = local.classify(Document(id="1", parts=(Part(PartKind.BODY, text=text),)))

    assert "record_number" in {name for name, _ in result.categories}


def test_wards_and_beds_tell_when_configured(tmp_path, classifier):
    terms, patterns = tmp_path / "wards.txt", tmp_path / "patterns.toml"
    terms.write_text("= care_setting strong\naux glycines, secteur Rimbaud\n", encoding="utf-8")
    patterns.write_text(
        "[beds]\nexpression = '\\bgl-\\d{3}\\b'\ncategory = 'room'\n"
        "[wards]\nexpression = '\\buva ?\\d\\b'\ncategory = 'care_setting'\n",
        encoding="utf-8",
    )
    local = build(b"k" * 32, lexicons=(str(terms),), patterns=str(patterns))
    text = "M. Petitjean Marcel passe aux Glycines, UVA 3, lit GL-204 demain. Prévenir la famille."
    document = Document(id="1", parts=(Part(PartKind.BODY, text=text),))

    found = local.classify(document)

    assert found.verdict is Verdict.IDENTIFIABLE_HEALTH
    assert "care_setting" in {name for name, _ in found.categories}
    assert "204" not in found.excerpt
    assert "room" not in {name for name, _ in classifier.classify(document).categories}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("lexicons", "term without section"),
        ("lexicons", "= diagnosys strong\nzonalgie"),
        ("patterns", "not toml ["),
        ("patterns", "[a]\nexpression = '('"),
        ("patterns", "[a]\nexpression = 'x*'"),
        ("patterns", "[a]\nx = 1"),
        ("patterns", "[a]\nexpression = 'a'\ncategory = 'rooom'"),
        ("patterns", "[a]\nexpression = 'a'\ncategory = ['room']"),
    ],
)
def test_config_error_names_the_file_when_malformed(kind, content, tmp_path):
    path = tmp_path / "local"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match="local"):
        build(b"k" * 32, **{kind: (str(path),) if kind == "lexicons" else str(path)})


def test_own_files_may_bear_a_mark_of_order_capitals_and_accents(tmp_path):
    terms, patterns = tmp_path / "terms.txt", tmp_path / "patterns.toml"
    terms.write_text("= care_setting strong\naux glycines\n", encoding="utf-8-sig")
    patterns.write_text("[lits]\nexpression = 'ÉTÉ-(\\d*)'\n", encoding="utf-8-sig")
    local = build(b"k" * 32, lexicons=(str(terms),), patterns=str(patterns))

    found = local.reader.read((Passage("body", 0, "aux Glycines, lit été-204, pas été-"),))

    assert {(span.detector, span.end - span.start) for span in found.spans[0]} >= {
        ("local-lits", 3), ("care-setting", 12),
    }  # fmt: skip
    assert all(span.end > span.start for span in found.spans[0])


def test_library_of_expressions_writes_nothing_when_one_is_wrong(tmp_path, capfd):
    path = tmp_path / "local.toml"
    path.write_text("[a]\nexpression = '('", encoding="utf-8")

    with pytest.raises(ConfigError):
        build(b"k" * 32, patterns=str(path))

    assert not capfd.readouterr().err


def test_somebody_in_two_sheets_counts_once_whatever_each_knows(classifier):
    sheets = (
        (("NOM", "PRENOM", "DDN", "IPP", "CRP"), ("ROUX", "Luc", "01/02/1950", "80012", "12"),
         ("PETIT", "Ana", "03/04/1960", "80013", "3")),
        (("NOM", "PRENOM", "DDN", "ALLERGIE"), ("Roux", "Luc", "1950-02-01", "iode"),
         ("BENALI", "Aya", "05/06/1970", "latex")),
        (("NOM", "PRENOM", "FONCTION"), ("LEROY", "Eva", "cadre")),
    )  # fmt: skip
    attached = Part(
        PartKind.ATTACHMENT,
        name="suivi.xlsx",
        tables=tuple(Table(lambda rows=rows: iter(rows)) for rows in sheets),
    )

    assert classifier.classify(Document(id="1", parts=(attached,))).persons == 3


def test_table_decides_when_attached(judge):
    table = Table(
        lambda: iter(
            [
                ("NOM", "PRENOM", "TRAITEMENT"),
                ("DURAND", "Josette", "methotrexate"),
                ("BENALI", "Karim", "insuline"),
            ]
        )
    )

    result = judge("ci-joint", "", "", Part(PartKind.ATTACHMENT, name="t.csv", tables=(table,)))

    assert result.verdict is Verdict.IDENTIFIABLE_HEALTH
    assert result.persons >= 2


@pytest.mark.parametrize(("rows", "excerpt"), [(1, "[TABLEAU] 1 ligne"), (2, "[TABLEAU] 2 lignes")])
def test_one_row_of_a_table_is_no_plural(judge, rows, excerpt):
    of_patients = [("NOM", "PRENOM", "ALLERGIE"), *(("DURAND", "Josette", "ambroisie"),) * rows]
    table = Table(lambda: iter(of_patients))
    result = judge("ci-joint", "", "", Part(PartKind.ATTACHMENT, name="t.csv", tables=(table,)))

    assert result.excerpt == excerpt


@pytest.mark.parametrize("name", ["Addison", "Parkinson", "Crohn"])
def test_patient_called_like_a_disease_is_judged_as_any_other(judge, name):
    text = "Mrs {} is on the phone for the director."
    found, other = (judge(text.format(each)) for each in (name, "Durand"))

    assert Verdict.IDENTIFIABLE_HEALTH not in {found.verdict, other.verdict}
    assert "diagnosis" not in {category for category, _ in found.categories}
