from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from shared import CORPORA

from groupaudit.classifier.gate import Gate
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.text import passages
from groupaudit.model.post import Document, Part, PartKind

ROOT = Path(__file__).parents[2]
ABOUT_SOMEBODY = ("identifiable_health", "health_person")
FILLER = "The kernel module loads the driver and the array resyncs after a reboot of the server. "

TOLD = [
    "Mme Durand est décédée cette nuit.",
    "la 12 a encore chuté, prévenir la famille",
    "Room 14: passed blood in his urine, hot to touch",
    "absente demain, mon fils a la varicelle",
    "NFS de M. Benali : Hb 6",
    "Dhr. Visser komt morgen voor de chemo",
    "Lefort au 6 pour la scinti",
    "Perrin 5,2 d'hb, rappeler svp",
    "Delmas n'a pas pris sa métha",
    "Inès dispensée de natation jusqu'en juin, un tympan",
    "Morel est prolongé jusqu'au 12 par son médecin",
    "Whitby is still signed off till the 9th",
    "Ardley has a cracked rib, no lates",
    "She has been vomiting since noon",  # French has the bare word, English its stem
    "A D. Lurdes entregou o atestado",
]
#: Subject and text of few words: somebody named, and a sign too slight for a longer text.
FEW_WORDS = [
    ("Vaillard", "4,1, rappeler le 2240"),
    ("F. Marsand", "elle ne vient plus"),
    ("Re: FFP3", "not Sarah, she cannot"),
]
FOOTERS = [
    """

--\x20
Vous recevez ce message, car vous êtes abonné au groupe Google Groupes « Service 4 ».
Pour vous désabonner de ce groupe et ne plus recevoir d'e-mails le concernant, envoyez un
e-mail à l'adresse service4+unsubscribe@example.org.
Cette discussion peut être lue sur le Web à l'adresse https://groups.google.com/d/msgid/4.
""",
    """

Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention exclusive
de leurs destinataires. Toute utilisation ou diffusion non autorisée est interdite. Si vous
n'êtes pas destinataire, merci de le détruire et d'en avertir l'expéditeur.
""",
]
ORDINARY = [
    "Please review the patch, the test results are stable on both units.",
    "echo 1 > /proc/scan; nfs and pci are disabled, pod drained",
    "The build fails on the new branch since the last merge, can someone look at it?",
    "L'ascenseur B est en panne jusqu'à jeudi, prenez l'escalier. Merci.",
    "3 tickets left for the concert, first come first served",
    "Signed-off-by: the maintainer; resync and recovery at 40 %, see the scripts on Sat",
    "Au sein de la direction, la nouvelle plaquette est en boîte",
]


@pytest.fixture(scope="module")
def opens():
    gate = Gate(load())

    def opened(text: str, subject: str = "") -> bool:
        document = Document(
            id="1", subject=subject, parts=(Part(PartKind.BODY, text=text),)
        )  # fmt: skip
        return gate.opens(passages(document))

    return opened


@pytest.mark.parametrize("text", TOLD)
def test_opens_when_short_text_tells_of_somebody(text, opens):
    assert opens(text)


@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("text", TOLD)
def test_opens_when_a_footer_makes_the_text_longer(text, footer, opens):
    assert opens(text + footer)


@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("text", ORDINARY)
def test_stays_shut_when_an_everyday_text_has_a_footer(text, footer, opens):
    assert not opens(text + footer)


def test_opens_when_a_notice_tells_of_somebody(opens):
    assert opens("Ce message est confidentiel : Mme Durand est décédée, pneumopathie.")


@pytest.mark.parametrize("text", ORDINARY)
def test_stays_shut_when_words_are_everyday(text, opens):
    assert not opens(text)


@pytest.mark.parametrize(("subject", "text"), FEW_WORDS)
def test_opens_when_few_words_name_somebody_beside_a_slight_sign(subject, text, opens):
    assert opens(text, subject)


@pytest.mark.parametrize(("subject", "text"), FEW_WORDS)
def test_stays_shut_when_the_same_stands_among_many_words(subject, text, opens):
    assert not opens(FILLER * 2 + text, subject)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Vaillard", "merci de rappeler"),  # a name and no sign
        ("planning", "4,1 % de plus sur la ligne 14"),  # a value and nobody
        ("", "elle arrive avec son badge"),  # signs and nobody
    ],
)
def test_stays_shut_when_few_words_hold_but_one_of_both(subject, text, opens):
    assert not opens(text, subject)


@pytest.mark.parametrize("text", ["Ewelina is 30/40, no lifts", "Ravoud, 33 SA"])
def test_weeks_of_a_pregnancy_open(text, opens):
    assert opens(text)


def test_subject_counts_when_body_is_empty(opens):
    assert opens("", "Mme Durand, pneumopathie")


def test_stays_shut_when_long_text_holds_terms_by_chance(opens):
    assert not opens(FILLER * 20 + "a mutation of the map. " + FILLER * 20)


def test_stays_shut_when_a_sign_is_repeated(opens):
    assert not opens((FILLER + "a mutation of the map. ") * 40)


def test_opens_when_long_text_has_a_patient_in_it(opens):
    assert opens(FILLER * 100 + "Mme Durand: pneumopathie, traitement en cours. " + FILLER * 100)


def test_acronym_opens_only_in_capitals_when_technical(opens):
    assert opens("PCI done, NFS to come")
    assert not opens("pci done, nfs to come")


@pytest.mark.parametrize(
    "text", ["mme " * 100_000, "cancer patient " * 50_000, "1 23 45 " * 50_000]
)
def test_time_is_linear_when_text_is_hostile(text, opens):
    started = time.perf_counter()
    opens(text)

    assert time.perf_counter() - started < 5


def _share_open(paths: list[Path], opens) -> float:
    records = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    told = [r for r in records if r["label"] in ABOUT_SOMEBODY]
    return sum(opens(r["text"], r.get("subject") or "") for r in told) / len(told)


def test_nearly_all_open_when_labelled_as_about_somebody(opens):
    assert _share_open(sorted((ROOT / "training/corpus").glob("*.jsonl")), opens) >= 0.975


def test_nearly_all_open_when_in_shared_texts(opens):
    paths = sorted((CORPORA / "train").glob("*.jsonl"))
    if not paths:
        pytest.skip("the shared labelled texts are not here")

    assert _share_open(paths, opens) >= 0.975


def test_few_open_when_mailbox_is_technical(opens):
    path = CORPORA / "fixtures/mail/linux-raid.mbox"
    if not path.exists():
        pytest.skip("the shared mailboxes are not here")
    raw = path.read_text("latin-1").split("\nFrom ")
    bodies = [message.partition("\n\n")[2] for message in raw]

    assert sum(map(opens, bodies)) <= 0.05 * len(bodies)
