from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.posts import quotes


@pytest.mark.parametrize(
    ("text", "own", "quoted"),
    [
        ("Bonjour", "Bonjour", ""),
        ("Merci\n> du 12\n>> et du 13\nfin", "Merci\nfin", "du 12\net du 13"),
        (
            "Oui\nLe lun. 3 mars 2025 à 10:12, A. Fictive <a@h.example> a écrit :\nil va mieux",
            "Oui\n",
            "Le lun. 3 mars 2025 à 10:12, A. Fictive <a@h.example> a écrit :\nil va mieux",
        ),
        ("Ok\n\n-----Message d'origine-----\nDe : X\nvoir", "Ok\n\n",
         "-----Message d'origine-----\nDe : X\nvoir"),
        ("Ok\nDe : A. Fictive\nEnvoyé : lundi\nObjet : x\n\nvoir", "Ok\n",
         "De : A. Fictive\nEnvoyé : lundi\nObjet : x\n\nvoir"),
        ("Fyi\n---------- Forwarded message ---------\nFrom: A\nvoir", "Fyi\n",
         "---------- Forwarded message ---------\nFrom: A\nvoir"),
    ],
)  # fmt: skip
def test_split_tells_new_from_quoted_when_marked(text: str, own: str, quoted: str) -> None:
    assert quotes.split(text) == (own, quoted)


def test_attribution_stays_with_new_text_when_quote_marks_follow() -> None:
    own, quoted = quotes.split("Oui\nOn Mon, A wrote:\n> il va mieux\nA bientôt")
    assert (own, quoted) == ("Oui\nOn Mon, A wrote:\nA bientôt", "il va mieux")


@pytest.mark.parametrize("gap", ["", " ", "\xa0", "\u202f"])
@pytest.mark.parametrize(
    "earlier",
    [
        "De{}: A. Fictive\nEnvoyé{}: lundi\nObjet{}: x\n\nvoir",
        "*De{}:* A. Fictive\n*Envoyé le{}:* lundi\n\nvoir",
        "De{}: A. Fictive\nÀ{}: B\nDate{}: lundi\n\nvoir",
        "Début du message transféré{}:\n\nvoir",
        "Le 3 mars 2025 à 10:12, A. Fictive a écrit{}:\nvoir",
        "Le lun. 3 mars 2025 à 10:12, A. Fictive\n<a@h.example> a écrit{}:\n\nvoir",
    ],
)
def test_earlier_message_is_quoted_whatever_space_stands_before_its_colons(
    earlier: str, gap: str
) -> None:
    # Outlook and Gmail write French colons after a space that never breaks.
    marked = earlier.replace("{}", gap)
    assert quotes.split(f"Pour avis\n{marked}") == ("Pour avis\n", marked)


@given(st.lists(st.sampled_from(["mot", "> cité", "Le 3 mars A a écrit :", "De : A",
                                 "Envoyé : B", "-----Message d'origine-----", ""])))  # fmt: skip
def test_no_word_is_lost_when_split(lines: list[str]) -> None:
    text = "\n".join(lines)
    own, quoted = quotes.split(text)
    words = sorted(text.replace(">", " ").split())
    assert sorted(f"{own}\n{quoted}".replace(">", " ").split()) == words


def test_split_is_fast_when_text_is_hostile() -> None:
    text = "\n".join(["On " + "x " * 100] * 20_000) + " crit ----- Envoy"
    own, _quoted = quotes.split(text)
    assert own
