"""Copies of one document are one, however they are passed on; what is another is another."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.classifier.contents import KeyedContents
from groupaudit.classifier.engine import CascadeClassifier
from groupaudit.classifier.quoted import MOST, messages
from groupaudit.model.finding import Classification, Verdict
from groupaudit.model.post import Document, Part, PartKind, Table
from groupaudit.posts import mime
from groupaudit.posts.reading import Reading

KEY = bytes(range(32))

LETTER = (
    "Compte rendu d'hospitalisation\n\n"
    "Mme Paulette FICTIVE, née le 12/03/1951, a été hospitalisée du 2 au 9 mars pour une"
    " décompensation cardiaque sur fibrillation auriculaire. Elle sort sous furosémide.\n"
)
ANOTHER = (
    "M. Robert IMAGINAIRE, né le 4 juin 1938, a été opéré d'un adénocarcinome du côlon. Les suites"
    " sont simples, une chimiothérapie est prévue en avril.\n"
)


def message(body: str, *attached: tuple[str, str], subject: str = "Suite") -> Document:
    """A message read as any other, with text files attached."""
    made = EmailMessage()
    made["From"], made["Subject"] = "Cadre <cadre@ch-test.example>", subject
    made.set_content(body)
    for name, text in attached:
        made.add_attachment(text, filename=name)
    return mime.document(made.as_bytes(), Reading())


def carrying(body: str, carried: str) -> Document:
    """A message with another one, whole, as an attachment."""
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Interne <interne@ch-test.example>", "CR"
    inner.set_content(carried)
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "Cadre <cadre@ch-test.example>", "TR: CR"
    outer.set_content(body)
    outer.add_attachment(inner)
    return mime.document(outer.as_bytes(), Reading())


def answered(own: str, earlier: str) -> str:
    quoted = "\n".join(f"> {line}" for line in earlier.splitlines())
    said = "Le lun. 3 mars 2025 à 10:12, Interne <interne@ch-test.example> a écrit :"
    return f"{own}\n\n{said}\n\n{quoted}\n"


def answered_on_top(own: str, earlier: str) -> str:
    """As programs do that mark no line, the attribution folded in two."""
    said = "Le lun. 3 mars 2025 à 10:12, Interne\n<interne@ch-test.example> a écrit :"
    return f"{own}\n\n{said}\n\n{earlier}\n"


def forwarded(own: str, earlier: str) -> str:
    return (
        f"{own}\n\n---------- Forwarded message ---------\nDe : Interne <interne@ch-test.example>\n"
        f"Date: lun. 3 mars 2025 à 10:12\nSubject: CR\nTo: <cadre@ch-test.example>\n\n\n{earlier}"
    )


def in_outlook(own: str, earlier: str) -> str:
    head = "De : Interne\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Cadre\nObjet : CR"
    return f"{own}\n\n{head}\n\n{earlier}"


def page(html: str) -> Document:
    """A message written in HTML."""
    made = EmailMessage()
    made["From"], made["Subject"] = "Cadre <cadre@ch-test.example>", "Suite"
    made.set_content(f"<html><body>{html}</body></html>", subtype="html")
    return mime.document(made.as_bytes(), Reading())


def page_of_outlook(own: str, earlier: str) -> str:
    return (
        f"<p>{own}</p><div><p><b>De&nbsp;:</b> Interne<br><b>Envoyé&nbsp;:</b> lundi 3 mars 10:12"
        f"<br><b>À&nbsp;:</b> Cadre<br><b>Objet&nbsp;:</b> CR</p></div>{earlier}"
    )


def page_of_gmail(own: str, earlier: str) -> str:
    return (
        f"<div>{own}</div><div>Le lun. 3 mars 2025 à 10:12, Interne &lt;interne@ch-test.example&gt;"
        f" a écrit&nbsp;:<br></div><blockquote>{earlier}</blockquote>"
    )


@pytest.fixture(scope="module")
def contents(classifier: CascadeClassifier) -> Callable[..., frozenset[int]]:
    """The distinct contents of documents that the classifier finds, each of them identifiable."""
    told = KeyedContents(classifier, KEY)

    def distinct(*documents: Document) -> frozenset[int]:
        for document in documents:
            assert classifier.classify(document).verdict is Verdict.IDENTIFIABLE_HEALTH
        return frozenset[int]().union(*map(told.sensitive, documents))

    return distinct


NOTES = (
    "Pour info.", "Voir PJ", "Bonjour, ci-joint. Cordialement", "FYI", "À classer svp", "TR",
    "merci de voir cela", "transmis à qui de droit", "pour la réunion de jeudi", "ok vu avec Anne",
)  # fmt: skip


def test_ten_forwards_of_one_attachment_are_one_document(contents):
    forwards = [
        message(
            note, ("cr.txt" if number % 2 else f"cr{number}.txt", LETTER), subject=f"TR {number}"
        )
        for number, note in enumerate(NOTES)
    ]

    assert len(contents(*forwards)) == 1


@pytest.mark.parametrize("passed_on", [answered, answered_on_top, forwarded, in_outlook])
def test_letter_quoted_or_forwarded_is_the_letter(contents, passed_on):
    copies = [message(passed_on(note, LETTER), subject="RE: Suite") for note in NOTES[:3]]

    assert len(contents(message(LETTER), *copies)) == 1


@pytest.mark.parametrize("passed_on", [page_of_outlook, page_of_gmail])
def test_table_in_a_quoted_page_is_the_table(contents, passed_on):
    head = "<tr><th>Nom</th><th>Prénom</th><th>Né(e) le</th><th>Diagnostic</th></tr>"
    rows = (
        f"<tr><td>{name}</td><td>Paul</td><td>01/02/195{number}</td><td>{illness}</td></tr>"
        for number, (name, illness) in enumerate(
            [("Fictif", "asthme"), ("Imaginaire", "diabète"), ("Inventé", "BPCO")]
        )
    )
    table = f"<p>Bonjour, la liste</p><table>{head}{''.join(rows)}</table>"
    copies = [page(passed_on(note, table)) for note in NOTES[:3]]

    assert len(contents(page(table), *copies)) == 1


def test_letter_carried_as_a_message_is_the_letter(contents):
    assert len(contents(message(LETTER), carrying("Pour info.", LETTER))) == 1


def test_letter_is_the_same_attached_as_written(contents):
    assert len(contents(message(LETTER), message("cf. PJ", ("cr.txt", LETTER)))) == 1


def test_answer_that_tells_of_another_patient_is_another_document(contents):
    thread = [message(LETTER), message(answered(ANOTHER, LETTER))]

    assert len(contents(*thread)) == 2


def test_two_attachments_are_two_documents_whatever_else_is_attached(contents):
    post = message(
        "ci-joint", ("a.txt", LETTER), ("menu.txt", "Carottes râpées\n"), ("b.txt", ANOTHER)
    )

    assert len(contents(post)) == 2


def test_subject_that_tells_is_one_document_in_all_answers(contents):
    subject = "Mme Paulette FICTIVE, née le 12/03/1951 : décompensation cardiaque"
    thread = [
        message(text, subject=title)
        for text, title in (
            ("ok", subject),
            ("merci", f"Re: {subject}"),
            ("vu", f"TR: Re: {subject}"),
        )
    ]

    assert len(contents(*thread)) == 1


def test_notices_and_footers_make_no_other(contents):
    notice = "\nCe message et ses pièces jointes sont confidentiels.\nMerci de le détruire.\n"
    footer = "\nVous recevez ce message car vous êtes abonné au groupe urgences.\n"

    assert len(contents(message(LETTER + notice), message(answered("vu", LETTER) + footer))) == 1


def test_signature_and_what_programs_add_to_a_copy_make_no_other(contents):
    copy = answered(
        "vu", LETTER.replace("Mme", "*Mme*").replace("FICTIVE,", "FICTIVE <http://x.example>,")
    )
    signed = LETTER + "\n-- \nDr Anne Test\n01 99 00 12 34\n"

    assert len(contents(message(LETTER), message(copy), message(signed))) == 1


def test_copies_name_nobody_else(classifier):
    copies = [
        message(LETTER),
        message(answered("vu", LETTER)),
        message(in_outlook("Pour info", LETTER)),
        carrying("Pour info.", LETTER),
        *(message(note, ("cr.txt", LETTER)) for note in NOTES),
    ]

    told = [classifier.classify(copy) for copy in copies]

    assert len(frozenset().union(*(each.person_keys for each in told))) == 1
    assert {each.persons for each in told} == {1}


class Together:
    """A classifier that finds something only where all its ``words`` stand."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def classify(self, document: Document) -> Classification:
        text = " ".join([document.subject, *(part.text for part in document.parts)])
        cells = [
            cell
            for part in document.parts
            for table in part.tables
            for row in table.rows()
            for cell in row
        ]
        found = all(word in text or word in cells for word in self.words)
        return Classification(Verdict.IDENTIFIABLE_HEALTH if found else Verdict.ORDINARY)


def attachment(text: str = "", name: str = "", *rows: tuple[str, ...]) -> Part:
    tables = (Table(lambda: iter(rows)),) if rows else ()
    return Part(PartKind.ATTACHMENT, name, text=text, tables=tables)


def body(text: str) -> Part:
    return Part(PartKind.BODY, text=text)


def told(document: Document, *words: str, key: bytes = KEY) -> frozenset[int]:
    return KeyedContents(Together(*words), key).sensitive(document)


def test_longest_stands_for_contents_that_tell_only_together():
    rest = attachment("un diabète sucré de type deux")
    first = Document("1", parts=(body("Durand :"), rest))
    passed_on = Document("2", parts=(body("voir Durand"), rest))

    assert told(first, "Durand", "diabète") == told(passed_on, "Durand", "diabète")


def test_content_that_tells_under_the_subject_is_counted_alone():
    document = Document("1", subject="Durand", parts=(body("ci-joint"), attachment("diabète")))

    assert told(document, "Durand", "diabète") == told(
        Document("2", parts=(attachment("diabète"),)), "diabète"
    )


def test_tables_are_told_apart_by_their_rows_and_not_by_their_names():
    first, copy, other = (
        Document("1", parts=(attachment("", name, ("nom", "maladie"), ("Durand", illness)),))
        for name, illness in (("a.csv", "asthme"), ("b.csv", "asthme"), ("a.csv", "goutte"))
    )

    assert told(first, "Durand") == told(copy, "Durand") != told(other, "Durand")


def test_unreadable_attachment_is_known_by_its_name():
    documents = [
        Document("1", parts=(Part(PartKind.ATTACHMENT, name, error="encrypted"),)) for name in "ab"
    ]

    assert told(documents[0]) != told(documents[1])


def test_post_without_anything_readable_is_its_subject():
    assert len(told(Document("1", subject="Durand", error="encrypted"), "Durand")) == 1


def test_nothing_can_be_told_from_the_hash_without_the_key():
    document = Document("1", parts=(body("Durand"),))

    assert told(document, "Durand") != told(document, "Durand", key=b"k" * 32)
    assert all(0 <= number < 2**64 for number in told(document, "Durand"))


@pytest.mark.parametrize("write", [answered, answered_on_top, forwarded, in_outlook])
def test_no_line_is_lost_when_quoted_messages_are_cut(write):
    text = write("a", write("b", LETTER)).replace("> ", "")

    assert "".join(head + own for head, own in messages(text)) == text
    assert len(list(messages(text))) == 3


@given(
    st.lists(
        st.sampled_from(
            [
                "De : a\n",
                "De\xa0: b\n",
                "Envoyé : c\n",
                "Objet : d\n",
                "-----Message d'origine-----\n",
            ]
        )
        | st.sampled_from(["Le 3 mars, X\n", "a écrit :\n", "\n", "texte\n", "Date : e"])
    ).map("".join)
)
def test_no_text_is_lost_however_it_is_quoted(text):
    assert "".join(head + own for head, own in messages(text)) == text


def test_letter_that_begins_like_a_header_is_not_cut():
    letter = "De : gériatrie\nPatiente vue.\nAvis demandé.\nRien à changer.\nDate : à voir\n"

    assert list(messages(letter)) == [("", letter)]


def test_endless_quoting_is_cut_into_few():
    text = "ok\n-----Message d'origine-----\n" * 10_000

    assert len(list(messages(text))) == MOST
    assert "".join(head + own for head, own in messages(text)) == text
