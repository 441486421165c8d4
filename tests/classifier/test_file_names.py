from __future__ import annotations

import pytest

from groupaudit.classifier import engine
from groupaudit.classifier.file_names import tell_of_a_patient
from groupaudit.classifier.reading import shipped_reader
from groupaudit.classifier.text import Passage, passages, spaced
from groupaudit.model.finding import Verdict
from groupaudit.model.post import Document, Part, PartKind

PATIENTS = [
    "CR_TEP_DUPOND_Marie_lymphome.pdf",
    "IRM-cerebrale-MERCIER-Julien.dcm.zip",
    "DurandPaul_hepatiteC.pdf",
    "arret_maladie_Nathalie_Roux.pdf",
    "discharge_summary_OConnor_Liam_stroke.pdf",
    "Ordo_Seresta_Mme_Garnier.jpg",
    "CR_hospit_DURAND_Paul_12031954.pdf",
    "ordonnance-mme-garnier-marie.pdf",
]
NOBODY = [
    "HAS_lymphome_guide.pdf",
    "poster_diabete_congres_Dr_Paul_Renard.pdf",
    "contrat_DUPOND_Marie.pdf",
    "IMG_4471_Marie_Dupond.jpg",
    "ZZTEST_Marie_lymphome.pdf",
    "Parkinson_atelier_mercredi.pdf",
    "Ordonnance_type_Dr_Paul_Renard.pdf",
    "CR_reunion_DURAND_Paul.pdf",
]


@pytest.fixture(scope="module")
def verdict():
    classifier = engine.build(b"k" * 32)

    def judged(name: str, kind: PartKind = PartKind.ATTACHMENT) -> Verdict | None:
        parts = (
            Part(PartKind.BODY, text="Bonjour, ci-joint comme convenu. Bonne journée"),
            Part(kind, name=name, text=""),
        )
        return classifier.classify(Document(id="1", subject="document", parts=parts)).verdict

    return judged


@pytest.mark.parametrize("name", PATIENTS)
def test_empty_attachment_is_identifiable_when_its_name_tells(name, verdict):
    assert verdict(name) is Verdict.IDENTIFIABLE_HEALTH


@pytest.mark.parametrize("name", NOBODY)
def test_empty_attachment_is_not_identifiable_when_its_name_tells_of_no_patient(name, verdict):
    with_name = verdict(name)
    assert with_name is not Verdict.IDENTIFIABLE_HEALTH
    assert with_name is not Verdict.HEALTH_PERSON


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("lymphome_Camille_Bernard.pdf", True),
        ("these_Camille_Bernard_lymphome.pdf", False),
        ("poster lymphome Camille Bernard.pdf", False),
        ("lymphome_Dr_Camille_Bernard.pdf", False),
        ("lymphome_Bernard.pdf", False),
        ("CRO_BERNARD_Camille.pdf", True),
        ("IRM_Bernard.pdf", False),
        ("Lettre_de_sortie_Camille_Bernard.pdf", True),
        ("Lettre_Camille_Bernard.pdf", False),
        ("Camille_Bernard.pdf", False),
    ],
)
def test_rule_believes_file_names_when_no_paper_about_medicine_bears_them(name, told):
    passage = Passage("filename", 1, spaced(name))
    assert tell_of_a_patient(shipped_reader().read((passage,))) is told


def test_rule_reads_nothing_but_names_of_files_when_text_says_the_same():
    passage = Passage("attachment", 1, "lymphome Camille Bernard")
    assert not tell_of_a_patient(shipped_reader().read((passage,)))


def test_name_of_body_part_tells_nothing_when_it_is_no_file(verdict):
    assert verdict(PATIENTS[0], PartKind.BODY) is Verdict.ORDINARY


def test_long_body_hides_no_file_name_when_it_tells():
    classifier = engine.build(b"k" * 32)
    body = Part(PartKind.BODY, text="Le quai est ouvert aux livraisons. " * 300)
    told = [
        classifier.classify(
            Document(id="1", parts=(body, Part(PartKind.ATTACHMENT, name=name, text="")))
        ).verdict
        for name in PATIENTS[:2]
    ]
    assert told == [Verdict.IDENTIFIABLE_HEALTH] * 2


@pytest.mark.parametrize("quote", ["", "> "])
def test_name_of_a_file_on_a_line_of_its_own_tells_as_an_attachment_does(quote):
    text = f"{quote}Bonjour,\n{quote}ci-joint comme convenu.\n{quote}[{PATIENTS[0]}]\n"
    document = Document(id="1", subject="document", parts=(Part(PartKind.BODY, text=text),))

    assert engine.build(b"k" * 32).classify(document).verdict is Verdict.IDENTIFIABLE_HEALTH


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("[CR_DurandPaul.pdf]", "CR Durand Paul.pdf"),
        ("> [CR.pdf.7z]  ", "CR.pdf.7z"),
        ("voir [CR_DurandPaul.pdf]", None),
        ("[CR_DurandPaul.pdf] relu", None),
        ("[...]", None),
        ("[cf. 2.11]", None),
        ("[a.b]", None),
    ],
)
def test_file_is_named_where_a_line_holds_nothing_else(line, name):
    document = Document(id="1", parts=(Part(PartKind.BODY, text=f"Bonjour\n{line}\nMerci"),))
    found = passages(document)

    assert [each.text for each in found if each.kind == "filename"] == ([name] if name else [])
    assert "".join(each.text for each in found).count("Merci") == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CR_DurandPaul.pdf", "CR Durand Paul.pdf"),
        ("CR%20irm+genou.pdf", "CR irm genou.pdf"),
        ("IRM-cerebrale-Mercier-Julien.pdf", "IRM cerebrale Mercier Julien.pdf"),
        ("bilan Jean-Pierre Petit-Roux.pdf", "bilan Jean-Pierre Petit-Roux.pdf"),
        ("bilan2024.pdf", "bilan 2024.pdf"),
        ("hépatiteC.txt", "hépatite C.txt"),
        ("", ""),
    ],
)
def test_file_name_is_read_in_words_when_signs_join_them(name, words):
    assert spaced(name) == words


SUBJECT = "Cancer du sein de Mme Sophie Durand née le 12/03/1961"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (SUBJECT, True),
        ("Thèse de Sophie Durand sur le cancer du sein", False),
        ("Réunion avec Mme Sophie Durand jeudi", False),
    ],
)
def test_subject_above_nothing_suffices_when_it_tells_of_a_patient(subject, expected):
    classifier = engine.build(b"k" * 32)
    part = Part(PartKind.BODY, text="")
    told = classifier.classify(Document(id="1", subject=subject, parts=(part,)))

    assert (told.verdict is Verdict.IDENTIFIABLE_HEALTH) is expected
