"""Which e-mail addresses count as data about somebody, and which as those of who writes."""

from __future__ import annotations

import pytest

from groupaudit.classifier.decision import categories
from groupaudit.classifier.lexicon import load
from groupaudit.classifier.reading import Reader
from groupaudit.classifier.tagger.judge import Judgement
from groupaudit.classifier.text import Passage
from groupaudit.model.finding import Verdict

SENDER = Passage("from", 0, "Claire Ozanne <c.ozanne@ch-portneuf.example>")


def kinds(*passages: Passage) -> dict[str, int]:
    nobody = Judgement({Verdict.IDENTITY_ONLY: 1.0}, (), (), ())
    return dict(categories(Reader(load()).read(passages), Verdict.IDENTITY_ONLY, nobody))


@pytest.mark.parametrize(
    ("addresses", "text"),
    [
        (1, "M. Ferrand Luc, joindre sa fille : l.ferrand@courriel.example"),
        (0, "De : Claire Ozanne <c.ozanne@ch-portneuf.example>\nÀ : tous\n\nLe parking ferme."),
        (0, "Le parking ferme.\n\nThis message is confidential. Write to dpo@ch-portneuf.example"),
        (0, "Organisateur : Dr Paul Morel <p.morel@ch-portneuf.example>\nObjet : Mme Ferrand, IRM"),
        (0, "Participant : <l.martin@ch-portneuf.example>\nObjet : Mme Ferrand, IRM"),
        (1, "De : c.ozanne@ch-portneuf.example\n\nSon adresse : l.ferrand@courriel.example"),
    ],
)
def test_email_address_is_not_counted_when_it_is_of_who_writes(addresses: int, text: str) -> None:
    assert kinds(SENDER, Passage("body", 0, text)).get("email", 0) == addresses
