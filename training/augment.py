"""Other ways in which the same message could have been written, its label unchanged.

Wards write without accents, in capitals, with typos; mail clients quote and sign; names are as good
as any others. Each change keeps the labelled spans true or rewrites them along.
"""

from __future__ import annotations

import random
import re
import textwrap
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from groupaudit.model.finding import Verdict
from training.texts import Labelled

_TITLE_WORDS = """
m mr mme mlle mrs ms miss dr pr docteur professeur madame monsieur née né le la de du des et patient
patiente ipp nir ddn dob lit ch chambre box bed room born tél tel
"""
_TITLES = frozenset(_TITLE_WORDS.split())
_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{2,}|[A-ZÀ-ÖØ-Þ]{3,}")

_SIGNATURES = (
    "Cordialement,\n{first} {last}\nCadre de santé\nTél. 01 99 00 {a} {b}",
    "Bien à vous\n{first} {last}\nSecrétariat – poste {a}{b}",
    "-- \n{first} {last}\nDSI – Support\n06 39 98 {a} {b}\n{mail}",
    "Dr {first} {last}\nPraticien hospitalier\nService de médecine\n01 99 00 {a} {b}",
    "{first}",
    "Kind regards,\n{first} {last}\nWard manager\n01632 960{a}{c}",
    "Best,\n{first} {last}, RN\nTel 555-01{a}",
    "Envoyé de mon iPhone",
    "Sent from my phone",
)
_FOOTERS = (
    """--
Vous recevez ce message, car vous êtes abonné au groupe Google Groups « equipe ».
Pour vous désabonner, envoyez un e-mail à l'adresse equipe+unsubscribe@ch.example.""",
    """--
You received this message because you are subscribed to the Google Groups "team" group.
To unsubscribe from this group, send an email to team+unsubscribe@hospital.example.""",
    """Ce message et ses pièces jointes sont confidentiels et peuvent contenir des données couvertes
par le secret médical. Si vous n'êtes pas le destinataire, merci de le détruire.""",
    """This e-mail may contain confidential patient information (PHI). If you are not the intended
recipient, delete it.""",
    "Pensez à l'environnement avant d'imprimer ce message.",
)
_REPLIES = (
    "ok merci",
    "Bien reçu.",
    "Vu",
    "Thanks, noted.",
    "Je transfère.",
    "cf ci-dessous",
    "fyi",
)


#: What may stand beside a text of each verdict and leave it as it is.
_BESIDE: Mapping[Verdict, Sequence[Verdict]] = {
    Verdict.IDENTIFIABLE_HEALTH: (Verdict.ORDINARY, Verdict.ORDINARY, Verdict.HEALTH_GENERIC),
    Verdict.HEALTH_PERSON: (Verdict.ORDINARY, Verdict.HEALTH_GENERIC),
    Verdict.HEALTH_GENERIC: (Verdict.ORDINARY,),
    Verdict.IDENTITY_ONLY: (Verdict.ORDINARY,),
    Verdict.ORDINARY: (Verdict.ORDINARY,),
}

#: Share of texts that lose lines. Only of verdicts that no line taken away can change, as long as
#: the marked spans stay: elsewhere a lost line may be the one that says "this is an exercise".
SHORTENED = 0.25
_SHORTENED = frozenset({Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON, Verdict.ORDINARY})


class Augmenter:
    """Rewrites texts at random. ``surnames`` are drawn from, ``others`` are what stands beside.

    ``others`` gives, for each verdict, texts that may be added to a text of a graver one without
    changing its label.
    """

    def __init__(
        self, seed: int, surnames: Sequence[str], others: Mapping[Verdict, Sequence[str]]
    ) -> None:
        self._random = random.Random(seed)
        self._surnames = surnames
        self._others = others

    def __call__(self, item: Labelled) -> Labelled:
        """``item`` written in another way."""
        draw = self._random.random
        if draw() < SHORTENED and item.verdict in _SHORTENED:
            item = self._shortened(item)
        if draw() < 0.5:
            item = self._renamed(item)
        if draw() < 0.35:
            item = replace(item, text=f"{item.text}\n\n{self._signature()}")
        if draw() < 0.2:
            item = replace(item, text=f"{item.text}\n\n{self._random.choice(_FOOTERS)}")
        if draw() < 0.2:
            item = replace(item, text=self._beside(item))
        if draw() < 0.1:
            item = self._quoted(item)
        if draw() < 0.15:
            item = replace(item, text=_wrapped(item.text, self._random.randint(58, 100)))
        rewrite = self._spelling()
        return _everywhere(item, rewrite) if rewrite else item

    def _renamed(self, item: Labelled) -> Labelled:
        """The persons under other surnames, the same one everywhere."""
        names = {
            word
            for span in item.person
            for word in _NAME.findall(span)
            if word.lower() not in _TITLES
        }
        if not names:
            return item
        table = {name: self._like(name) for name in sorted(names)}  # in the same order each time
        pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names)))
        return _everywhere(item, lambda text: pattern.sub(lambda found: table[found[0]], text))

    def _shortened(self, item: Labelled) -> Labelled:
        """The text without some of the lines that hold no marked span."""
        marked = (*item.health, *item.person)
        if not item.spans or any("\n" in span for span in marked):
            return item
        lines = [
            line
            for line in item.text.split("\n")
            if any(span in line for span in marked) or self._random.random() < 0.6
        ]
        text = "\n".join(lines)
        return replace(item, text=text) if text.strip() else item

    def _like(self, name: str) -> str:
        other = self._random.choice(self._surnames)
        return other.upper() if name.isupper() else other.capitalize()

    def _signature(self) -> str:
        draw = self._random
        last = self._like("X" if draw.random() < 0.3 else "x")
        return draw.choice(_SIGNATURES).format(
            first=self._like("x"),
            last=last,
            mail=f"{last.lower()}@ch-{draw.choice(self._surnames).lower()}.example",
            a=draw.randint(10, 99),
            b=draw.randint(10, 99),
            c=draw.randint(0, 9),
        )

    def _beside(self, item: Labelled) -> str:
        """The text before or after one or two others that tell nobody's health."""
        kinds = _BESIDE[item.verdict]
        text = item.text
        for _ in range(self._random.choice((1, 1, 2)) if kinds else 0):
            other = self._random.choice(self._others[self._random.choice(kinds)])
            pair = [text, other] if self._random.random() < 0.6 else [other, text]
            text = "\n\n".join(pair)
        return text

    def _quoted(self, item: Labelled) -> Labelled:
        lines = "\n".join(f"> {line}" for line in item.text.splitlines())
        return replace(item, text=f"{self._random.choice(_REPLIES)}\n\n{lines}")

    def _spelling(self) -> Callable[[str], str] | None:
        chance = self._random.random()
        if chance < 0.2:
            return _unaccented
        if chance < 0.25:
            return str.upper
        if chance < 0.33:
            return str.lower
        if chance < 0.45:
            return partial(_mistyped, seed=self._random.random())
        return None


def _wrapped(text: str, width: int) -> str:
    """The paragraphs broken as mail clients do."""
    lines = text.split("\n")
    return "\n".join(
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        if len(line) > width
        else line
        for line in lines
    )


def _everywhere(item: Labelled, rewrite: Callable[[str], str]) -> Labelled:
    """``rewrite`` applied to the text and to its spans, which must stay substrings."""
    return replace(
        item,
        sender=rewrite(item.sender),
        subject=rewrite(item.subject),
        text=rewrite(item.text),
        health=tuple(map(rewrite, item.health)),
        person=tuple(map(rewrite, item.person)),
    )


def _unaccented(text: str) -> str:
    return "".join(
        char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char)
    )


def _mistyped(text: str, seed: float) -> str:
    """One letter in fifty dropped or doubled, the same way wherever the same word stands."""

    def word(found: re.Match[str]) -> str:
        letters = found[0]
        draw = random.Random(f"{seed}{letters}")
        if len(letters) < 4 or draw.random() > 0.12:
            return letters
        place = draw.randrange(1, len(letters) - 1)
        if draw.random() < 0.5:
            return letters[:place] + letters[place + 1 :]
        return letters[:place] + letters[place] + letters[place:]

    return re.sub(r"\w+", word, text)
