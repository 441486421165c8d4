"""What must hold for every message, whatever it says (hypothesis, over invented hospital mail).

The same messages each time; ``GROUPAUDIT_EXAMPLES=400`` asks for more of them.
"""

from __future__ import annotations

import logging
import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from invented_mail import RANDOM, Mail, bulletin, identifiers, mails, ordinary_paragraphs, patients
from mail_styles import ENCODINGS, FORMS, QUOTED, WIDTHS, plain

from groupaudit.classifier.text import passages
from groupaudit.model.finding import Classification, Verdict
from groupaudit.model.post import Document, Part, PartKind
from groupaudit.posts import mime
from groupaudit.posts.reading import Reading

EXAMPLES = int(os.environ.get("GROUPAUDIT_EXAMPLES", "15"))
FOUND = Verdict.IDENTIFIABLE_HEALTH
every = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    # Messages are short: making a failing one smaller costs more than it tells.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
few = settings(every, max_examples=max(6, EXAMPLES // 3))

KINDS = st.sampled_from(["identifiable", "identifiable", "person", "generic", "ordinary"])
ANY_MAIL = KINDS.flatmap(mails)
TELLING = st.sampled_from(["identifiable", "person"]).flatmap(mails)


@pytest.fixture(scope="module")
def judged(classifier) -> Callable[[bytes], Classification]:
    def of(raw: bytes) -> Classification:
        return classifier.classify(mime.document(raw, Reading()))

    return of


@pytest.fixture(scope="module")
def returned(classifier) -> Callable[[Document], tuple[object, ...]]:
    """Everything that the classifier makes of a document."""

    def of(document: Document) -> tuple[object, ...]:
        found = passages(document)
        reading = classifier.reader.read(found)
        result = classifier.classify(document)
        return result, document, *found, *(each.folded for each in found), reading, classifier

    return of


@every
@given(mail=mails("identifiable"))
def test_verdict_is_identifiable_health_when_a_patient_is_told_of(mail, judged):
    assert judged(plain(mail)).verdict is FOUND, mail


@pytest.mark.parametrize(
    "style",
    [
        *QUOTED,
        *ENCODINGS,
        *WIDTHS,
        *FORMS,
    ],
)
@few
@given(mail=ANY_MAIL)
def test_verdict_is_the_same_when_style_differs(mail, style, judged):
    styles = {**QUOTED, **ENCODINGS, **WIDTHS, **FORMS}

    assert judged(styles[style](mail)).verdict is judged(plain(mail)).verdict, mail


def _beside(mail: Mail, added: str) -> Mail:
    return mail.told_further(added)


def _below(mail: Mail, added: str) -> Mail:
    return mail.with_paragraph(added, len(mail.paragraphs))


def _above(mail: Mail, added: str) -> Mail:
    return mail.with_paragraph(added, 0)


def _in_subject(mail: Mail, added: str) -> Mail:
    return replace(mail, subject=f"{mail.subject} {added}")


@pytest.mark.parametrize("place", [_beside, _below, _above, _in_subject])
@every
@given(mail=TELLING, kind=st.sampled_from(["nir", "dob", "ipp", "name", "phone"]))
def test_score_is_no_lower_when_an_identifier_is_added(mail, kind, place, judged):
    added = identifiers(mail.patient, mail.language)[kind]
    before, after = (judged(plain(m)) for m in (mail, place(mail, added)))

    assert after.score >= before.score, (mail, added)
    assert after.verdict is FOUND or before.verdict is not FOUND, (mail, added)


@pytest.mark.parametrize("place", ["before", "after", "around"])
@every
@given(mail=mails("identifiable"), random=RANDOM)
def test_message_is_not_cleared_when_ordinary_paragraphs_are_added(mail, random, place, judged):
    added = ordinary_paragraphs(random, mail.language)
    longer = mail
    for paragraph in added:
        longer = longer.with_paragraph(paragraph, 0) if place != "after" else longer
        longer = longer if place == "before" else _below(longer, paragraph)
    before, after = judged(plain(mail)), judged(plain(longer))

    assert after.verdict is FOUND or before.verdict is not FOUND, longer.text


@few
@given(mail=mails("identifiable"), random=RANDOM, length=st.sampled_from([5, 20, 80]))
def test_message_is_not_cleared_when_it_stands_in_a_bulletin(mail, random, length, judged):
    before = judged(plain(mail))
    told = bulletin(random, mail.language, length)
    told.insert(random.randrange(length), mail.paragraphs[0])
    after = judged(plain(replace(mail, paragraphs=tuple(told))))

    assert after.verdict is FOUND or before.verdict is not FOUND, told


@few
@given(several=st.lists(mails("identifiable"), min_size=2, max_size=12))
def test_message_is_not_cleared_when_it_tells_of_many_patients(several, judged):
    alone = [judged(plain(mail)).verdict for mail in several]
    told = tuple(mail.paragraphs[0] for mail in several)
    together = judged(plain(replace(several[0], paragraphs=told)))

    assert together.verdict is FOUND or FOUND not in alone, told


def _bare(text: str) -> str:
    """``text`` unaccented and in lower case."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


_SPELLINGS = st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase])


@every
@given(mail=mails("identifiable"), spelled=_SPELLINGS, other=patients())
def test_no_identifying_value_is_shown_when_anything_is_returned(
    mail, spelled, other, returned, caplog
):
    who = mail.patient
    told = " ".join(identifiers(who, mail.language).values())
    document = Document(
        id=f"{who.last}-{who.ipp}",
        path=f"{who.last}.eml",
        sender=f"{other.first} {other.last} <{other.first}.{other.last}@ch.example>",
        subject=spelled(f"{who.named} {told}"),
        parts=(
            Part(PartKind.BODY, text=spelled(f"{mail.text}\n{told}")),
            Part(PartKind.QUOTED, text=f"{who.last} {who.first} {who.birth} {mail.text}"),
            Part(PartKind.ATTACHMENT, name=f"CR {who.last} {who.first}.pdf", text=spelled(told)),
        ),
    )
    with caplog.at_level(logging.DEBUG):
        result, *inner = returned(document)
    shown = " ".join([repr(result), *map(repr, inner), caplog.text])

    for someone in (who, other):
        for name in (someone.first, someone.last):
            assert _bare(name) not in _bare(shown)
        for number in (someone.nir, someone.ipp, someone.phone, someone.birth):
            assert number not in shown
            assert _digits(number) not in _digits(shown)
    assert all(len(each.excerpt) <= 80 for each in result.explanations)
