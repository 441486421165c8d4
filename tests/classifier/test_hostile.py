"""No text, no bytes and no file stop the classifier, and none makes it look back too far."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.adversarial import CASES
from groupaudit.classifier import roles
from groupaudit.classifier.people import distinct
from groupaudit.classifier.span import Kind, Span
from groupaudit.classifier.tagger.places import Place
from groupaudit.classifier.text import Passage, unify
from groupaudit.model.finding import GRAVITY, Classification
from groupaudit.model.post import Document, Part, PartKind
from groupaudit.posts import files, mime
from groupaudit.posts.reading import Reading

TOLD = "Mme DURAND Josette, née le 12/03/1941, hospitalisée pour une pneumopathie, sous Augmentin."
FOREVER = b"> " * 200
#: Lone surrogates included: JSON lines and broken mail programs bring them.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
ODD = ("\ud800", "\udcff", "\x00", "\x1b[2J", "\u202e", "\u2066", "\u200b", "\ufeff", "\U0001f3e5",
       "\u0301" * 40, "\x85", "\u2028", "\ufffd", "=\n", "\r", "\t;|", "<!--", "&#0;",
       "{}", "%s")  # fmt: skip
SUFFIXES = (".eml", ".mbox", ".msg", ".txt", ".html", ".csv", ".tsv", ".jsonl", ".zip", ".xlsx",
            ".xls", ".ods", ".docx", ".odt", ".pdf", "")  # fmt: skip
#: Beginnings that lead hostile bytes past the first look at a file.
HEADS = (
    b"",
    b"From: a@b.example\nSubject: =?utf-8?b?",
    b"From a Mon Jan  1 00:00:00 2026\nFrom: a\n\n",
    b"Content-Type: multipart/mixed; boundary=a\n\n--a\n",
    b"%PDF-1.4\n",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"<html><table><td>",
    b'{"id": 1, "text": "',
)
seeded = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def judged(classifier) -> Callable[[Document], Classification]:
    return classifier.classify


def _body(text: str) -> Document:
    return Document("1", parts=(Part(PartKind.BODY, text=text),))


def _document(text: str, name: str = "") -> Document:
    parts = (
        Part(PartKind.BODY, text=text),
        Part(PartKind.QUOTED, text=text),
        Part(PartKind.ATTACHMENT, name=name or text[:30], text=text),
    )
    return Document(id=text[:9], sender=text[:40], subject=text[:60], parts=parts)


def _is_whole(result: Classification) -> bool:
    """Whether ``result`` says one thing or the other, in values that a report can hold."""
    json.dumps([e.excerpt for e in result.explanations], ensure_ascii=False).encode("utf-8")
    return (result.verdict in GRAVITY) is (result.error is None) and 0 <= result.score <= 1


@seeded
@given(text=ANY_TEXT)
def test_verdict_is_given_when_text_is_anything(text, judged):
    assert _is_whole(judged(_document(text)))


@seeded
@given(
    odd=st.lists(st.sampled_from(ODD), min_size=1, max_size=8),
    places=st.lists(st.integers(0, len(TOLD)), min_size=8, max_size=8),
)
def test_verdict_is_given_when_odd_characters_break_words(odd, places, judged):
    text = TOLD
    for place, char in zip(places, odd, strict=False):
        text = text[:place] + char + text[place:]

    assert _is_whole(judged(_document(text)))


@pytest.mark.parametrize("case", CASES)
def test_verdict_is_given_when_text_is_adversarial(case, judged):
    assert _is_whole(judged(CASES[case](600)))


@pytest.mark.parametrize("char", ["a", "漢"])
def test_verdict_is_given_when_a_megabyte_follows_what_is_told(char, judged):
    assert _is_whole(judged(_body(TOLD + char * 1_000_000)))


@pytest.mark.parametrize("char", ["é", "1", " ", "\n", "\x00", "\ud800", "\u202e", ">", ";"])
def test_verdict_is_given_when_a_megabyte_is_one_character(char, judged):
    assert _is_whole(judged(_body(char * 1_000_000)))


@seeded
@given(head=st.sampled_from(HEADS), raw=st.binary(max_size=300))
def test_verdict_is_given_when_a_message_is_any_bytes(head, raw, judged):
    assert _is_whole(judged(mime.document(head + raw, Reading(attachments=False))))


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\n\n" + FOREVER + TOLD.encode(),
        b"From: a@b.example\n\n" + b"".join(b">" * n + b" Mme Durand\n" for n in range(400)),
        b"From: a@b.example\n\n"
        + b"De : a\nEnvoy\xc3\xa9 : b\nObjet : c\n\n" * 400
        + TOLD.encode(),
    ],
    ids=["one line", "deeper and deeper", "forwarded again and again"],
)
def test_verdict_is_given_when_quotes_nest(raw, judged):
    assert _is_whole(judged(mime.document(raw, Reading())))


@seeded
@given(suffix=st.sampled_from(SUFFIXES), head=st.sampled_from(HEADS), raw=st.binary(max_size=300))
def test_every_document_is_judged_when_a_file_is_any_bytes(suffix, head, raw, tmp_path, judged):
    path = tmp_path / f"hostile{suffix}"
    path.write_bytes(head + raw)

    assert all(_is_whole(judged(document)) for document in files.documents([path]))


def test_every_line_is_judged_when_json_lines_are_hostile(tmp_path, judged):
    path = tmp_path / "lines.jsonl"
    lines = [
        r'{"text": "\ud800 Mme Durand"}',
        "[" * 2000,
        '{"text": 1}',
        "null",
        '{"id": {}, "text": ""}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")

    assert [judged(d).error for d in files.documents([path])] == [
        None, "malformed-line", "malformed-line", "malformed-line", None,
    ]  # fmt: skip


def test_table_of_a_million_lines_is_judged_when_streamed(tmp_path, judged):
    path = tmp_path / "long.csv"
    path.write_bytes(b"a;b\n" + b"1;x\n" * 1_000_000)

    assert [_is_whole(judged(document)) for document in files.documents([path])] == [True]


def _seconds(done: Callable[[], object]) -> float:
    """The least of three times."""

    def once() -> float:
        began = time.perf_counter()
        done()
        return time.perf_counter() - began

    return min(once() for _ in range(3))


def _roles(line: str) -> Callable[[], object]:
    passage = Passage("body", 0, f"Bonjour\n{line} Paul DURAND {line}")
    start = passage.text.index("Paul DURAND")
    span = Span(start, start + 11, "person-name", "name", Kind.IDENTITY)
    roles.with_role(passage, span, frozenset())  # folds the text once
    return lambda: [roles.with_role(passage, span, frozenset()) for _ in range(20)]


def test_role_takes_no_longer_when_the_line_is_endless():
    assert _seconds(_roles("x, " * 1_000_000)) < 10 * _seconds(_roles("x, " * 20)) + 0.002


def test_silence_takes_no_longer_when_there_are_many_notices():
    few, many = (Passage("body", 0, "Disclaimer\n\n" * n) for n in (10, 100_000))
    assert few.is_silent(3)
    assert many.is_silent(3)

    longer = _seconds(lambda: [many.is_silent(3) for _ in range(100)])
    assert longer < 10 * _seconds(lambda: [few.is_silent(3) for _ in range(100)]) + 0.002


def test_notices_of_one_paragraph_are_found_once_when_repeated():
    passage = Passage("body", 0, "Disclaimer\n" * 50_000)

    assert passage.silent == ((0, len(passage.text)),)


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0323\u0301", "\u0345\u0334"])
def test_composing_is_quick_when_marks_pile_up(marks):
    text = "e" + marks * 200_000

    assert _seconds(lambda: unify(text)) < 1


@pytest.mark.parametrize("mark", ["e\u0301", "o\u0302\u0323", "e" + "\u0301" * 30])
def test_marks_are_kept_when_they_are_those_of_a_letter(mark):
    assert len(unify(f"é{mark} ")) <= len(f"é{mark} ")
    assert unify("re\u0301sident") == "résident"


def test_person_is_counted_quickly_when_the_word_is_endless():
    passage = Passage("body", 0, "Mme " + "A" * 2_000_000)
    places = [Place(0, 1_000_000 + n, 1_000_001 + n) for n in range(100)]
    span = Span(0, 3, "email", "email", Kind.IDENTITY)
    assert passage.folded

    assert _seconds(lambda: distinct(b"k" * 32, [passage], [[span] * 1000], places)) < 1
