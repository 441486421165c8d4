from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupaudit.model.post import Document, Part, PartKind
from groupaudit.posts import mime, tree
from groupaudit.posts.reading import Reading

BARE = Reading(attachments=False)


def read(raw: bytes, reading: Reading = BARE) -> Document:
    return mime.document(raw, reading, fallback_id="f")


def texts(document: Document, kind: PartKind) -> str:
    return "\n".join(part.text for part in document.parts if part.kind is kind)


def message(content: str = "Bonjour à tous", **headers: str) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = "Élodie Fictive <e.fictive@hopital.example>"
    made["Subject"] = "Réunion du 3"
    made["Date"] = "Mon, 03 Mar 2025 10:00:00 +0100"
    made["Message-ID"] = "<m1@hopital.example>"
    for name, value in headers.items():
        made[name] = value
    made.set_content(content)
    return made


def test_headers_are_decoded_when_they_are_encoded() -> None:
    document = read(message().as_bytes())
    assert document.id == "m1@hopital.example"
    assert document.sender == "Élodie Fictive <e.fictive@hopital.example>"
    assert document.subject == "Réunion du 3"
    assert document.date == datetime(2025, 3, 3, 9, tzinfo=UTC)
    assert texts(document, PartKind.BODY).strip() == "Bonjour à tous"


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", "né à Évreux".encode()),
        ("iso-8859-1", "né à Évreux".encode("cp1252")),
        ("us-ascii", "né à Évreux".encode("cp1252")),  # announced wrongly
        ("utf-8", "né à Évreux".encode("cp1252")),
        ("x-no-such-charset", "né à Évreux".encode()),
        ("rot13", "né à Évreux".encode()),  # a codec, but no charset
        ("utf-16", "né à Évreux".encode("utf-16")),
    ],
)
def test_body_is_right_when_charset_is_announced_wrongly(charset: str, body: bytes) -> None:
    raw = f"Content-Type: text/plain; charset={charset}\n\n".encode() + body
    assert texts(read(raw), PartKind.BODY).strip() == "né à Évreux"


def test_raw_8bit_headers_are_read_when_not_encoded() -> None:
    assert read("Subject: Résultats\n\nx".encode("cp1252")).subject == "Résultats"


def test_html_only_body_keeps_cells_apart_and_gives_a_table() -> None:
    raw = (
        b"Content-Type: text/html; charset=utf-8\n\n<style>p{}</style><p>Liste&nbsp;:</p><table>"
        b"<tr><th>Nom</th><th>Chambre</th></tr><tr><td>Fictive</td><td>12</td></tr></table>"
    )
    (body,) = read(raw).parts
    assert "Nom\tChambre" in body.text
    assert "p{}" not in body.text
    assert [list(table.rows()) for table in body.tables] == [
        [("Nom", "Chambre"), ("Fictive", "12")]
    ]


def test_alternative_is_read_once_when_both_say_the_same() -> None:
    made = message("Le patient du 12 va mieux aujourd'hui")
    made.add_alternative("<p>Le patient du 12 va mieux aujourd'hui</p>", subtype="html")
    assert len(read(made.as_bytes()).parts) == 1


def test_html_alternative_is_read_too_when_plain_is_a_stub() -> None:
    made = message("Voir la version HTML")
    made.add_alternative("<p>Madame Fictive est suivie pour un diabète</p>", subtype="html")
    assert "diabète" in texts(read(made.as_bytes()), PartKind.BODY)


def test_flowed_paragraphs_are_joined_when_announced() -> None:
    raw = b"Content-Type: text/plain; format=flowed\n\nune longue \nligne\n-- \nsigne\n"
    assert texts(read(raw), PartKind.BODY) == "une longue ligne\n-- \nsigne\n"


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n", "encrypted"),
        (b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nabc", "encrypted"),
        (b"Subject: a\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n", "encrypted"),
    ],
)
def test_part_has_an_error_when_it_cannot_be_read(raw: bytes, error: str) -> None:
    assert error in [part.error for part in read(raw).parts]


SEALED = "-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n=abcd\n-----END PGP MESSAGE-----\n"


@pytest.mark.parametrize(
    "raw",
    [
        f"Content-Type: text/plain\n\n{SEALED}",
        f"Content-Type: text/html\n\n<pre>{SEALED}</pre>",
        f"Content-Disposition: attachment; filename=a.asc\n\n{SEALED}",
        "Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n",
        "Content-Type: application/pkcs7-mime; name=smime.p7m\n\nabc",
    ],
)
def test_message_is_unreadable_when_all_of_it_is_encrypted(raw: str) -> None:
    document = mime.document(f"Subject: a\n{raw}".encode(), Reading())
    assert document.error == "encrypted"
    assert not "".join(part.text for part in document.parts).strip()


def test_text_around_is_read_when_some_is_encrypted() -> None:
    document = read(f"Subject: a\n\nAvant\n{SEALED}Milieu\n{SEALED}\nAprès".encode())
    assert texts(document, PartKind.BODY).split() == ["Avant", "Milieu", "Après"]
    assert document.error is None
    assert [part.error for part in document.parts if part.error] == ["encrypted"]


@pytest.mark.parametrize(("body", "error"), [("", "unsupported-format"), ("Voir ci-joint", None)])
def test_message_is_unreadable_when_it_brings_only_what_nobody_reads(
    body: str, error: str | None
) -> None:
    made = message(body)
    made.add_attachment(b"\0\1\2\3" * 9, maintype="audio", subtype="x-wav", filename="a.wav")
    assert mime.document(made.as_bytes(), Reading()).error == error
    assert read(made.as_bytes()).error is None  # without attachments, as was asked for


def test_nested_message_is_read_when_attached() -> None:
    inner = message("Le dossier de Zoé Fictive")
    made = message("Voir ci-joint")
    made.add_attachment(inner)
    document = read(made.as_bytes())
    assert "Réunion du 3" in texts(document, PartKind.MESSAGE)
    assert "Zoé Fictive" in texts(document, PartKind.MESSAGE)


def test_attachment_is_named_and_not_requested_when_left_out() -> None:
    made = message()
    made.add_attachment(b"a", maintype="application", subtype="pdf", filename="résultat.pdf")
    part = read(made.as_bytes()).parts[-1]
    assert (part.name, part.error) == ("résultat.pdf", "not-requested")


def test_attachment_is_too_large_when_beyond_the_limit() -> None:
    made = message()
    made.add_attachment(b"a" * 5000, maintype="text", subtype="csv", filename="t.csv")
    part = read(made.as_bytes(), Reading(max_attachment_bytes=1000)).parts[-1]
    assert (part.name, part.error, part.text) == ("t.csv", "too-large", "")


def test_message_survives_when_one_base64_part_is_broken() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nBonjour Zo\xe9\n--b\n"
        b"Content-Type: text/plain; name=a.txt\nContent-Transfer-Encoding: base64\n\n"
        b"Ym9u!am91cg==\n--b--\n"
    )
    document = read(raw, Reading())
    assert "Bonjour Zoé" in texts(document, PartKind.BODY)
    assert "bonjour" in texts(document, PartKind.ATTACHMENT)


def test_text_is_kept_when_the_boundary_is_lost() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\nun texte sans limite\n"
    assert "un texte sans limite" in texts(read(raw), PartKind.BODY)


def test_document_is_too_deep_when_parts_nest_without_end() -> None:
    raw = b"Content-Type: message/rfc822\n\n" * 60 + b"\nfin"
    document = read(raw)
    assert document.error == "too-deep"


def test_parsers_agree_when_message_is_common() -> None:
    made = message("Bonjour\n\nFrom ici\n")
    made.add_attachment("a;b\n1;2\n", subtype="csv", filename="t.csv")
    raw = made.as_bytes()

    def shape(node: tree.Node) -> object:
        content = None if node.children else node.content()
        return node.type, node.filename, content, [shape(child) for child in node.children]

    assert shape(tree.fast(raw)) == shape(tree.standard(raw))


@given(st.binary(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_document_never_raises_when_bytes_are_random(raw: bytes) -> None:
    assert isinstance(read(raw), Document)


_HEADER = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Type: multipart/alternative; boundary=b",
        b"Content-Type: text/html; charset=",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/plain; format=flowed; charset=utf-7",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Subject: =?utf-8?b?\xff?= =?x?q?=",
        b"Date: 31 Feb 99999 25:61 +9999",
        b"\xff\xfe: \x00",
    ]
)


@given(
    st.lists(st.one_of(_HEADER, st.sampled_from([b"", b"--b", b"--b--"]), st.binary(max_size=40)))
)
@settings(max_examples=300, deadline=None)
def test_document_never_raises_when_structure_is_hostile(lines: list[bytes]) -> None:
    document = read(b"\n".join(lines))
    assert all(isinstance(part, Part) for part in document.parts)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"List-ID": "<soins-nuit.googlegroups.com>"}, ("soins-nuit@googlegroups.com",)),
        ({"List-ID": "Les soins <Soins.Nuit.GoogleGroups.com>"}, ("soins.nuit@googlegroups.com",)),
        ({"List-ID": "<soins.ch.example>"}, ()),
        ({"List-ID": "<googlegroups.com>"}, ()),
        ({"List-ID": "<a b.googlegroups.com>"}, ()),
        ({"List-ID": "<soins.googlegroups.com.ailleurs.example>"}, ()),
        ({"List-Unsubscribe": "<mailto:googlegroups-manage+1+unsubscribe@googlegroups.com>"}, ()),
        ({}, ()),
    ],
)
def test_consumer_lists_are_told_by_list_id_alone(headers, expected) -> None:
    assert read(message(**headers).as_bytes(policy=SMTP)).consumer_lists == expected


def test_consumer_list_is_told_when_its_message_was_forwarded() -> None:
    outer = message("Voir ci-joint")
    outer.add_attachment(message(**{"List-ID": "<soins.googlegroups.com>"}))

    assert read(outer.as_bytes(policy=SMTP)).consumer_lists == ("soins@googlegroups.com",)


def test_repr_shows_no_text_when_printed() -> None:
    document = read(message("secret médical").as_bytes())
    assert "secret" not in repr(document)
    assert "Fictive" not in repr(document)


def test_message_is_read_fast_when_a_header_is_hostile() -> None:
    raw = b"Subject: " + b"=?utf-8?b?YQ==?= " * 100_000 + b"\n\ncorps"
    document = read(raw)
    assert document.subject.startswith("aaaa")
    assert texts(document, PartKind.BODY) == "corps"
