"""Both parsers read the same in a message, or the fast one says that it is in doubt."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from shared import CORPORA, needs

from groupaudit.errors import PostsError
from groupaudit.model.post import Document, Part, PartKind
from groupaudit.posts import mbox, mime, tree
from groupaudit.posts.doubts import DoubtError
from groupaudit.posts.reading import Reading

MAIL = CORPORA / "fixtures" / "mail"
#: A line among the headers whose name has a space. The fast parser goes on behind it, and the
#: line is kept as text; the standard library takes it and all that follows for the body: subject,
#: boundaries and encodings are lost.
STRAY_LINE = "a line among the headers is none"
REMAINING = {"raw_email_incorrect_header.eml": STRAY_LINE}


def as_it_came(name: str, content_type: str, data: bytes) -> tuple[Part, ...]:
    """A stand-in for readers of attachments. Line ends are those of whoever decoded the text."""
    text = data.replace(b"\r\n", b"\n").decode("latin-1")
    return (Part(PartKind.ATTACHMENT, name, content_type.partition(";")[0].lower(), text=text),)


READING = Reading(extract=as_it_came)


def read_by(parser: Callable[[bytes], tree.Node], raw: bytes) -> Document | str:
    """What the product makes of ``raw`` as ``parser`` sees it, or the reason why nothing."""
    try:
        return mime._document(parser(raw), READING, "", "f")
    except PostsError as error:
        return error.reason


def seen(document: Document | str) -> object:
    """All that two readings must share; blank lines at the end of a text say nothing."""
    if isinstance(document, str):
        return document
    parts = [(part.kind, part.name, part.media_type, part.error, part.text.rstrip("\n"),
              rows_of(part)) for part in document.parts]  # fmt: skip
    return document.id, document.date, document.sender, document.subject, document.error, parts


def rows_of(part: Part) -> list[list[tuple[str, ...]]]:
    return [list(table.rows()) for table in part.tables]


def messages() -> Iterator[tuple[str, bytes]]:
    """Every message of the fixtures by its name; of a mailbox each."""
    for path in sorted(path for path in MAIL.rglob("*") if path.is_file()):
        if path.suffix == ".mbox":
            with path.open("rb") as stream:
                for number, entry in enumerate(mbox.entries(stream), 1):
                    yield f"{path.name}#{number}", mbox.message(entry.data)
        else:
            yield path.name, path.read_bytes()


@needs(MAIL)
def test_both_read_the_same_in_every_real_message() -> None:
    differ, doubted, count = set(), 0, 0
    for name, raw in messages():
        count += 1
        try:
            fast = read_by(tree.fast, raw)
        except DoubtError:
            doubted += 1
            continue
        if seen(fast) != seen(read_by(tree.standard, raw)):
            differ.add(name)
    assert count > 600
    assert differ == set(REMAINING)
    assert doubted < count / 10  # else it would be fast no more


STRAY = b"""Subject: Compte rendu
quite Delivered-To: z.fictive@h.example
Content-Type: multipart/mixed; boundary=b

--b

Bonjour
--b
Content-Type: text/csv; name=a.csv
Content-Transfer-Encoding: base64

bm9tO2lwcA==
--b--
"""


def test_nothing_is_lost_when_a_line_among_the_headers_is_none() -> None:
    document = mime.document(STRAY, READING)
    assert document.subject == "Compte rendu"
    assert [part.text.strip() for part in document.parts] == [
        "quite Delivered-To: z.fictive@h.example", "Bonjour", "nom;ipp"]  # fmt: skip


_WORDS = st.sampled_from(
    ["Bonjour", "Zoé Fictive", "", " ", "né le 3", "=3D", "--b", "--b--", "-- ", "> cité",
     "From ici", "a" * 90, "fin \t", "Note: x", ">From ici", ".", "<p>Zoé</p>",
     "=?utf-8?q?Zo=C3=A9?="]
)  # fmt: skip
_TEXTS = st.lists(_WORDS, max_size=5).map("\n".join)
_TYPES = st.sampled_from(
    ["", "text/plain", "text/plain; charset=utf-8", "text/plain; charset=iso-8859-1", "text",
     "TEXT/HTML", "text/plain; format=flowed", "application/pdf; name=a.pdf", "text/csv",
     'text/plain; name="=?utf-8?q?Zo=C3=A9.txt?="', "message/delivery-status",
     "x/y; name*=utf-8''Zo%C3%A9",
     "text/html charset=utf-8", "message/global", "multipart/mixed", "message/external-body"]
)  # fmt: skip
_ENCODINGS = st.sampled_from(
    ["", "7bit", "8bit", "base64", "quoted-printable", "QUOTED-PRINTABLE", "x-uuencode"]
)
_PLACES = st.sampled_from(
    ["", "inline", "attachment; filename=b.txt", 'ATTACHMENT; filename="c d.txt"']
)
_BOUNDARIES = st.sampled_from(["b", "b1", "_b", "b--", "a b"])
_EXTRA = st.sampled_from(
    ["", "", "", "X-A:", "no header", "a line: of text", "Subject: Zoé", "\tfolded", "X: \r"]
)


def _headed(fields: dict[str, str], extra: str, body: bytes) -> bytes:
    lines = [f"{name}: {value}" for name, value in fields.items() if value] + (
        [extra] if extra else []
    )
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + body


@st.composite
def _leaf(draw: st.DrawFn) -> bytes:
    encoding, body = draw(_ENCODINGS), draw(_TEXTS).encode()
    if encoding == "base64":
        body = base64.encodebytes(body)
    elif encoding.lower() == "quoted-printable" and draw(st.booleans()):
        body = quopri.encodestring(body)
    fields = {"Content-Type": draw(_TYPES), "Content-Transfer-Encoding": encoding,
              "Content-Disposition": draw(_PLACES)}  # fmt: skip
    return _headed(fields, draw(_EXTRA), body)


def _multipart(
    subtype: str, boundary: str, after: str, parts: list[bytes], end: str, preamble: str, extra: str
) -> bytes:
    between = f"\n--{boundary}{after}\n".encode()
    body = preamble.encode() + b"".join(between + part for part in parts)
    fields = {"Content-Type": f'multipart/{subtype}; boundary="{boundary}"'}
    return _headed(fields, extra, body + end.replace("=", boundary).encode())


def _carried(encoding: str, body: bytes) -> bytes:
    body = base64.encodebytes(body) if encoding == "base64" else body
    fields = {"Content-Type": "message/rfc822", "Content-Transfer-Encoding": encoding}
    return _headed(fields, "", body)


def _container(inside: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    multipart = st.builds(
        _multipart,
        st.sampled_from(["mixed", "alternative", "digest"]),
        _BOUNDARIES,
        st.sampled_from(["", "", " ", "x"]),
        st.lists(inside, max_size=3),
        st.sampled_from(["\n--=--\n", "\n--=--\nsuite\n", ""]),
        _TEXTS,
        _EXTRA,
    )
    return multipart | st.builds(_carried, st.sampled_from(["", "7bit", "base64"]), inside)


@st.composite
def _mail(draw: st.DrawFn) -> bytes:
    raw = draw(st.recursive(_leaf(), _container, max_leaves=5))
    head = draw(
        st.sampled_from(
            ["", "Subject: Zoé\n", "From a@b Mon\n", ">From a@b 12:30\nSubject: a\n", "a b: c\n"]
        )
    )
    raw = head.encode() + raw
    return raw.replace(b"\n", b"\r\n") if draw(st.booleans()) else raw


@given(_mail())
@settings(max_examples=150, deadline=None)
def test_both_read_the_same_in_made_messages(raw: bytes) -> None:
    try:
        fast = read_by(tree.fast, raw)
    except DoubtError:
        return
    if any(one.stray for one in nodes(tree.fast(raw))):
        return  # as in REMAINING
    assert seen(fast) == seen(read_by(tree.standard, raw))


def nodes(node: tree.Node) -> Iterator[tree.Node]:
    yield node
    for child in node.children:
        yield from nodes(child)
