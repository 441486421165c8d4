"""The same words read alike, whatever a mail client made of their lines."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.reflow import reflow, reflowed
from groupaudit.classifier.text import Passage

PARAGRAPH = (
    "Madame Durand a été admise hier soir dans le service pour une décompensation cardiaque, elle "
    "est sous oxygène et sous diurétiques, la famille est prévenue et passera demain matin."
)


@pytest.mark.parametrize("width", [60, 66, 72, 80, 100])
def test_wrapped_paragraph_reads_as_one_line(width):
    assert reflow(textwrap.fill(PARAGRAPH, width)) == PARAGRAPH


@pytest.mark.parametrize("mark", ["> ", ">> ", "> > ", ">", "| "])
def test_quoted_paragraph_reads_as_unquoted(mark):
    quoted = "\n".join(mark + line for line in textwrap.wrap(PARAGRAPH, 72))

    assert reflow(quoted) == PARAGRAPH


@pytest.mark.parametrize(
    "text",
    [
        "Chambre 12\nChambre 14\nChambre 15",
        f"Transmissions :\n- {PARAGRAPH}\n- RAS",
        f"{PARAGRAPH}\n\n{PARAGRAPH}",
        "nom;prenom;naissance;diagnostic;medecin;chambre;entree\nDURAND;Paul;1950;HTA;MARTIN;12;hier",
        "| nom | chambre |\n| Durand | 12 |",
        "",
        "un seul mot",
    ],
)
def test_lines_that_mean_something_stay(text):
    assert reflow(text) == text


@given(st.text(alphabet="ab >|\n.;-", max_size=300))
def test_no_word_is_lost(text):
    kept = [word for word in text.replace(">", " ").replace("|", " ").split() if word]
    told = [word for word in reflow(text).replace(">", " ").replace("|", " ").split() if word]

    assert told == kept


@given(st.text(alphabet="abc d\n", max_size=400))
def test_reading_again_changes_only_what_wrapping_left(text):
    once = reflow(text)

    assert reflow(once).split() == once.split()


@pytest.mark.parametrize("kind", ["subject", "filename", "body"])
def test_typography_of_programs_reads_as_it_was_typed(kind):
    composed = "l’avis – «\u00a0vu\u202f» “oui” … dia\u00adbète"

    (read,) = reflowed([Passage(kind, 0, composed)])

    assert read.text == 'l\'avis - « vu » "oui" ... diabète'


def test_headers_and_names_of_files_are_left_alone():
    passages = (Passage("subject", -1, "> Re: x"), Passage("filename", 0, "> a.pdf"))

    assert reflowed(passages) == passages
