"""Folding keeps one byte a character, whatever the characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.text import Passage, fold


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Éléonore Çà", b"Eleonore Ca"),
        ("l’été – œdème", b"l'ete - edeme"),
        ("37,5\u202f°C\u2028fin", b"37,5  C\nfin"),
        ("ﾊ Ž ł Ｄ 中 😀 \ud800", b"? Z l D ? ? ?"),
        ("€ £ \x85 \x9d ½", b"? ? \n ? ?"),
    ],
)
def test_fold_gives_base_letters_when_characters_are_of_any_script(text, plain):
    assert fold(text).plain == plain


@given(st.text())
def test_fold_keeps_one_ascii_byte_for_each_character_when_text_is_any(text):
    folded = fold(text)

    assert len(folded.plain) == len(folded.lower) == len(folded.words) == len(text)
    assert folded.plain.isascii()


@given(st.text(), st.text())
def test_fold_reads_a_character_alike_when_others_stand_beside_it(before, after):
    assert fold(before + after).plain == fold(before).plain + fold(after).plain


@pytest.mark.parametrize("mark", ["", "> "])
def test_thread_goes_on_when_it_stands_below_a_quoted_footer(mark):
    lines = [
        "Bonjour,",
        "",
        "-- ",
        "Vous recevez ce message, car vous êtes abonné au groupe « bloc ».",
        "Pour vous désabonner, écrivez à bloc+unsubscribe@ch.example.",
        "",
        "Cette discussion peut être lue sur le Web à l'adresse https://groups.example/d.",
        "",
        "Mme Durand a chuté cette nuit.",
    ]
    passage = Passage("body", 0, "\n".join(mark + line for line in lines))
    told = {line: passage.is_silent(passage.text.index(line)) for line in lines if line}
    assert [line for line, silent in told.items() if not silent] == [lines[0], lines[-1]]
