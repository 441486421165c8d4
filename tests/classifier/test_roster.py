from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.gate import Gate
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.roster import names_people
from groupaudit.classifier.text import Passage, passages
from groupaudit.model.post import Document, Part, PartKind

LONG = "Le badge reste sur vous. La salle ferme tard le soir, pensez aux fenêtres. " * 12
FOOTER = "\n--\nVous recevez ce message, car vous êtes abonné au groupe « tous ». " + "x" * 700

LISTS = [
    """Numéros à vérifier :
ROUBAUD Christelle  06 39 98 10 11
GANNAT Tanguy  06 39 98 10 29
STERNAC Nora  06 39 98 10 44
""",
    """- Erwan Coustel (société Fibre), pièce 1
- Sabrina Doutel (société Fibre), pièce 2
- Pierre Classen, passeport 3
""",
    "Liste A : 1. AVEILHOU Martine (02/03/1970) 2. CORDIER Rui (14/08/1985) 3. VASSOLLO Julie\n",
    "Visitors on Saturday: Colin Heggarty, Jakob Sienk, Theresa Mbekal.\n",
    """Alderton, Carl   01632 960411
Bukhar, Samira   01632 960422
Crossway, Edward 01632 960433
""",
]
NO_LISTS = [
    """From: Anne Durois <a@x.example>
To: Paul Petiot <p@x.example>,
  Luc Renard <l@x.example>,
""",
    """Signed-off-by: Anne Durois <a@x.example>
Reviewed-by: Paul Petiot <p@x.example>
Acked-by: Luc Renard <l@x.example>
""",
    """Organisateur : Anne Durois <a@x.example>
Participant : Paul Petiot <p@x.example>
Participant : Luc Renard <l@x.example>
""",
    "Reset Controller\nPower Supply\nNetwork Interface\nDisk Array\n",
    "Hier Anne Durois a vu Paul Petiot chez Luc Renard, puis Marie Duval est passée.\n",
]


def told(text: str) -> bool:
    return names_people(Passage("body", 0, text))


@pytest.mark.parametrize("text", LISTS)
def test_tells_of_people_when_text_lists_them(text):
    assert told(text)
    assert told(LONG + "\n" + text)
    assert told(text + FOOTER)


@pytest.mark.parametrize("text", NO_LISTS)
def test_tells_of_nobody_when_names_are_no_list(text):
    assert not told(LONG + "\n" + text)


def test_short_text_tells_of_people_when_sentences_name_two():
    assert told("Paul Petiot prend la garde de Marie Duval.")
    assert not told("Paul Petiot prend la garde.")
    assert not told("Paul Petiot prend la garde. " + LONG + "Marie Duval aussi.")


def test_short_text_tells_of_people_when_unknown_names_stand_before_data():
    rows = "Paul Petiot, matricule 77120\nThaddax Wilkerl, matricule 77342\n"
    assert told("Virements rejetés :\n" + rows)
    assert not told("Virements rejetés :\n" + rows.replace("Paul", "Xylon"))
    assert not told("Paul Petiot, matricule 77120\nService Paie, bureau ouvert\n")


def test_attribution_counts_for_nobody_when_mail_is_quoted():
    assert not told("On Mon, May 6, 2019 at 2:48 PM Paul Petiot\n<p@x.example> wrote:\n> ok\n")


def test_short_text_stays_short_when_footer_follows():
    assert told("Paul Petiot prend la garde de Marie Duval." + FOOTER)
    assert not told("Merci à tous.\n-- \nPaul Petiot\nMarie Duval\n")


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("Trouvé une carte au nom de R. L., n° 2 59 12 20 033 045 88, et un parapluie", True),
        ("Trouvé un colis n° 2 59 12 20 033 045 89 et un parapluie sur le quai.", False),
        ("The account that we hold is GB82 WEST 1234 5698 7654 32, reply before Thursday", True),
        ("The part that we hold is GB83 WEST 1234 5698 7654 32, reply before Thursday", False),
    ],
)
def test_gate_opens_when_number_bears_its_key(text, opened):
    around = "Le quai est ouvert. " * 60
    document = Document(id="1", parts=(Part(PartKind.BODY, text=around + text),))
    assert Gate(load()).opens(passages(document)) is opened


@given(st.text(max_size=400))
def test_adding_lines_never_hides_people_when_text_stays_short(text):
    quiet = text.replace("--", "").lower()
    if len(quiet) < 500:
        assert told(LISTS[0] + quiet)


@pytest.mark.parametrize("piece", ["Anne Durois, ", "Ab", "A' ", "Anne Durois\n", "Anne (", "\t"])
def test_time_is_linear_when_text_is_hostile(piece):
    spent = []
    for size in (36_000, 144_000):  # of more than 145,500 characters no name is looked at
        passage = Passage("body", 0, piece * (size // len(piece)))
        assert passage.folded
        start = time.process_time()
        told_of = names_people(passage)
        spent.append(time.process_time() - start)
        assert told_of in (True, False)
    assert spent[1] < 16 * max(spent[0], 0.01)
