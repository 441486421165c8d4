from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.bare import MOST, unannounced, without_a_clause
from groupaudit.classifier.reading import shipped_reader
from groupaudit.classifier.text import Passage

TOLD = "Fistule fragile, dialyse mercredi."


def lessened(*texts: str) -> list[tuple[str, ...]]:
    passages = tuple(Passage("body", number, text) for number, text in enumerate(texts))
    found = without_a_clause(shipped_reader().read(passages))
    return [tuple(passage.text for passage in each) for each in found]


@pytest.mark.parametrize(
    "clause",
    [
        "IPP : 8000520015.",
        "Date de naissance : 04/05/1939.",
        "Patient : M. GUÉGAN Gérard.",
        "Téléphone du patient : 06 39 98 55 10.",
        "Date of birth: 18/06/1944.",
        "Il est suivi sous le numéro IPP 8000520015 depuis lundi.",
    ],
)
@pytest.mark.parametrize(
    "around",
    [
        f"{TOLD} @",
        f"@ {TOLD}",
        f"{TOLD}\n@\nMerci.",
        f"Bonjour,\n\n{TOLD}\n\n@\n\nCordialement\n",
        f"{TOLD}\n\n@\n",
        f"@\n\n{TOLD}\n",
    ],
)
def test_text_is_read_as_if_a_clause_that_only_identifies_had_never_been_added(clause, around):
    with_it = around.replace("@", clause)
    without = {
        f"{TOLD} @": TOLD,
        f"@ {TOLD}": TOLD,
        f"{TOLD}\n@\nMerci.": f"{TOLD}\nMerci.",
        f"Bonjour,\n\n{TOLD}\n\n@\n\nCordialement\n": f"Bonjour,\n\n{TOLD}\n\nCordialement\n",
        f"{TOLD}\n\n@\n": f"{TOLD}\n",
        f"@\n\n{TOLD}\n": f"{TOLD}\n",
    }

    assert (without[around],) in lessened(with_it)


def test_subject_is_read_without_an_end_that_only_identifies():
    passages = (Passage("subject", -1, "Dialyse de demain Patient : M. GUÉGAN Gérard"),)
    found = {each[0].text for each in without_a_clause(shipped_reader().read(passages))}

    assert "Dialyse de demain" in found


@pytest.mark.parametrize(
    "text",
    [
        "Mme Jeanne MERCANT a une fracture du col.",
        "La salle 3 est fermée lundi.",
        "IPP : 8000520015.",
        "Patient : M. GUÉGAN Gérard, " + "vu ce matin avec sa famille, " * 5 + "rappeler.",
    ],
    ids=["also tells of health", "identifies nobody", "is all there is", "is long"],
)
def test_nothing_is_left_out_when_a_clause(text):
    assert lessened(text) == []


def test_so_many_clauses_are_tried_when_there_are_more():
    alone_and_together = MOST + 1
    told = lessened(TOLD + "\nPatient : M. GUÉGAN Gérard." * (MOST + 3))

    assert len(told) == alone_and_together
    assert [text for (text,) in told[-1:]] == [TOLD + "\nPatient : M. GUÉGAN Gérard." * 3]


@pytest.mark.parametrize(
    ("text", "without"),
    [
        (
            "Le 3 mars 2026 à 10:12, Nadia Verrier <n@ch.example> a écrit :\nFistule.\n",
            "Fistule.\n",
        ),
        ("Vu.\n\nOn 3 March 2026, Nadia Verrier wrote:\nFistula.\n", "Vu.\nFistula.\n"),
        ("De : Nadia\nEnvoyé : mardi 3 mars\nÀ : equipe\nObjet : info\n\nFistule.", "Fistule.\n"),
        ("Fistule fragile.", None),
        ("Le 3 mars 2026, Nadia Verrier a écrit :\n", None),
    ],
)
def test_text_is_read_without_the_lines_that_announce_it(text, without):
    reading = shipped_reader().read((Passage("quoted", 0, text),))
    found = unannounced(reading)

    assert (found and found[0].text) == without


def test_passage_that_only_announces_is_not_read():
    announced = Passage("body", 0, "Le 3 mars 2026, Nadia Verrier a écrit :\n")
    passages = (Passage("subject", -1, "Info"), announced, Passage("quoted", 1, "Fistule.\n"))

    assert unannounced(shipped_reader().read(passages)) == (passages[0], passages[2])


@given(st.text(max_size=200), st.text(alphabet="M.r Guégan\n 06-", max_size=80))
def test_each_lessened_text_is_shorter_and_not_empty(text, more):
    for (rest,) in lessened(text + more):
        assert rest.strip()
        assert len(rest) <= len(text + more)
