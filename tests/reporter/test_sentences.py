"""Notes and errors that carry values are told in French; what their writers write is recognised."""

from __future__ import annotations

import ast
import re
import time
from collections import Counter
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import PACKAGE
from noted import SAMPLES
from typography import plain

from groupaudit import errors
from groupaudit.audit import together
from groupaudit.audit.pipeline import INTERRUPTED
from groupaudit.collector import audit_log, source
from groupaudit.collector.audit_log import AuditLog
from groupaudit.collector.directory import Inside
from groupaudit.collector.membership import Membership
from groupaudit.collector.org_policy import NOT_WANTED
from groupaudit.google.refusals import Failure, Kind
from groupaudit.google.scopes import NEEDS, delegation
from groupaudit.history import diff
from groupaudit.posts import gmail_notes, vault_accounts
from groupaudit.reporter import labels
from groupaudit.reporter.forms import FORMS, ONE, VALUES
from groupaudit.reporter.language import language
from groupaudit.reporter.sentences import MOST, told

FRENCH = language("fr")
ENGLISH = language("en")
UNKNOWN = "détail technique"

#: Placeholders that may be empty.
OPTIONAL = [name for name, pattern in VALUES.items() if pattern.endswith(")?")]

NOW = datetime(2026, 3, 1, tzinfo=UTC)
UNREADABLE = gmail_notes._counted(Counter({"mailbox-refused": 2}))

#: Where errors are made that end a group, a source, a search or a tenant, and are then quoted.
QUOTED = [
    path
    for room, pattern in (("collector", "*.py"), ("posts", "*.py"), ("web", "*.py"))
    for path in sorted((PACKAGE / room).glob(pattern))
    # Documents, and what only ``classify`` reads: of these a report counts the reasons.
    if path.name not in {"files.py", "tree.py", "mime.py", "vault_journal.py"}
] + [PACKAGE / "google" / "transport.py"]

#: Posts that fail one by one: a report counts them.
COUNTED = {
    "A post of the sample is not in the archive",
    "A post of the sample is in no mailbox any more",
    "A post of the sample is not on the public pages",
    "A post is larger than 100 MiB",
    "A message is not shown any more",
}

RAISED = {name for name in vars(errors) if name.endswith(("Error", "Denied", "Found", "Answer"))}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_recognised_and_told_in_french(form):
    shown = told(form % SAMPLES, FRENCH)

    assert shown != form % SAMPLES
    assert "%(" not in shown
    assert UNKNOWN not in shown


@pytest.mark.parametrize(
    "form", [form for form in FORMS if any(f"({x})" in form for x in OPTIONAL)]
)
def test_forms_are_recognised_when_their_optional_places_are_empty(form):
    note = form % (SAMPLES | dict.fromkeys(OPTIONAL, ""))

    assert UNKNOWN not in told(note, FRENCH)
    assert "()" not in told(note, FRENCH)


def test_values_arrive_in_the_reader_s_words_when_french():
    shown = told("Some members could not be followed: 2 access-denied, 1 not-found.", FRENCH)

    assert shown.endswith("2 × accès refusé, 1 × suppression pendant l’audit.")
    assert "1 200" in plain(told("1200 message files could not be read", FRENCH))


def test_samples_fit_their_placeholders():
    assert VALUES.keys() == SAMPLES.keys()
    assert all(re.fullmatch(VALUES[name], sample) for name, sample in SAMPLES.items())


@pytest.mark.parametrize(
    "note",
    [
        *audit_log.notes(AuditLog(NOW, {}, unread=(("groups", "access-denied: HTTP 403"),))),
        *source._notes(NOT_WANTED, Inside(()), None, source._NOT_ASKED),
        *source._notes(NOT_WANTED, Inside(()), None, "Members could not be listed (failed): x"),
        "2 zips in the archive cannot be opened and may hold more of its posts",
        vault_accounts._share([], (3, True), 2).note,
        vault_accounts._share([], (3, False), 0).note,
        *source._notes(
            NOT_WANTED,
            Inside((), note=""),
            Membership(9, 0, 0, (), (), 0, None, (), unread=(("a@h.example", "access-denied"),)),
            "",
        ),
        *source._notes(
            NOT_WANTED, Inside(()), Membership(9, 0, 0, (), (), 0, None, (), owners_suspended=2), ""
        ),
        f"Copies in 3 mailboxes of 7 members were looked at{UNREADABLE}: {gmail_notes._LIMITS}",
        f"Copies in 3 mailboxes of one person were looked at: {gmail_notes._LIMITS}",
        INTERRUPTED,
        diff.OTHER_SCOPE,
        diff.READ_OTHERWISE % {"count": 1200},
        diff.READ_UNKNOWN % {"count": 1},
        diff.NOT_ALL_SEEN % {"count": 2},
        diff.READ_BY_ANOTHER % {"count": 3},
        diff.NOT_LISTED % {"count": 4},
        together._NOT_BEGUN,
    ],
)
def test_what_the_writers_write_is_told_in_french(note):
    assert all(told(part, FRENCH) != part for part in note.split("; "))
    assert told(note, FRENCH) != note
    assert UNKNOWN not in told(note, FRENCH)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.name)
def test_refusals_of_google_are_told_in_french(kind, need):
    error = Failure(kind, 403, "forbidden").error(need.what, need.grant)
    whom = delegation("104729", need.scopes)
    for message in (str(error), f"{error} {whom} Check also google.subject."):
        if message == str(error) or isinstance(error, errors.AuthError):
            shown = told(f"vault: {message}", FRENCH)
            assert not set(re.sub("«[^»]*»|https?://\\S+|google\\.\\w+", "", shown).split()) & {
                "the",
                "for",
                "give",
                "set",
                "Admin",
            }


def _raised(path):
    """The messages of our errors in ``path``, as patterns that the matching form fits."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in RAISED
            and node.args
        ):
            match node.args[0]:
                case ast.Constant(value=str(text)):
                    yield re.escape(text)
                case ast.JoinedStr(values=parts):
                    yield "".join(
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*"
                        for part in parts
                    )


def test_every_error_that_a_report_may_quote_has_a_form():
    unknown = [
        message
        for path in QUOTED
        for message in _raised(path)
        if message not in map(re.escape, COUNTED)
        and not any(re.fullmatch(message, form) for form in FORMS)
    ]

    assert unknown == []  # else: a form in reporter/forms.py, and its French in fr.po


def test_every_reason_word_has_words_of_its_own():
    words = {
        keyword.value.value
        for path in (*QUOTED, PACKAGE / "google" / "refusals.py", PACKAGE / "errors.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED
        for keyword in node.keywords
        if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant)
    } | {kind.reason for kind in vars(errors).values() if isinstance(kind, type)}

    assert words - labels.REASON.keys() == set()


# A semicolon parts notes: what is made of the parts, other tests say.
@given(text=st.text(st.characters(exclude_characters=";"), max_size=200).filter(str.strip))
def test_text_of_no_form_is_quoted_in_french_and_left_alone_in_english(text):
    assert told(f"? {text}", ENGLISH) == f"? {text}"
    assert plain(told(f"? {text}", FRENCH)) == f"{UNKNOWN} : « ? {plain(text)} »"


@settings(deadline=None)  # some hundred forms a time, on a busy machine
@given(values=st.dictionaries(st.sampled_from(sorted(VALUES)), st.text(max_size=40)))
def test_hostile_values_never_raise(values):
    for form in FORMS:
        assert told(form % (SAMPLES | values), FRENCH)


def test_two_sources_that_refused_are_both_told():
    shown = told("archive: posts.archive_dir names no folder; vault: HTTP 403", FRENCH)

    assert (
        plain(shown)
        == "archive : posts.archive_dir ne désigne aucun dossier ; vault : « HTTP 403 »"
    )


def test_no_full_stop_stands_before_a_semicolon_when_french():
    shown = told(
        "web: The web asks for an account.; vault: Vault's answer lacks id: try again.", FRENCH
    )

    assert plain(shown).startswith("web : Le web demande un compte ; vault : Il manque")
    assert shown.endswith("réessayer.")


def test_a_sentence_with_a_semicolon_of_its_own_is_one():
    (web,) = (text for text in FORMS if text.startswith("A mailbox changed"))

    assert UNKNOWN not in told(f"archive: {web}; web: The web asks for an account.", FRENCH)
    assert UNKNOWN not in told(f"3 copies were left out; {web}", FRENCH)


@pytest.mark.parametrize("form", FORMS)
def test_english_is_told_in_the_writer_s_words(form):
    words = {"count": "12", "reason": "other-word", "reasons": "1 other-word", "unreadable": ""}
    note = form % (SAMPLES | words)

    assert told(note, ENGLISH) == note


@pytest.mark.parametrize("pair", list(product(FORMS, repeat=2))[:: len(FORMS) + 7])
def test_two_notes_are_told_one_after_the_other(pair):
    first, second = (form % (SAMPLES | {"detail": "x", "said": "x"}) for form in pair)

    assert UNKNOWN not in told(f"{first}; {second}", FRENCH)


@pytest.mark.parametrize(
    "text",
    [
        "1 a, " * 800,
        "vault: " * 600,
        "; " * 2000,
        "9" * MOST,
        "x" * 9**6,
        "a log: " + "x, from " * 500,
        "Google refuses " + "x (" * 1000,
        "x Scope: " * 400,
        "A zip holds more than it should; " * 100,
    ],
)
def test_long_note_takes_no_time(text):
    before = time.perf_counter()
    told(text, FRENCH)

    assert time.perf_counter() - before < 1


@pytest.mark.parametrize("form", [form for form in FORMS if "%(count)s" in form])
def test_one_is_no_plural_in_english(form):
    shown = told(form % (SAMPLES | {"count": "1"}), ENGLISH)

    assert not re.search(r"\b1 (\w+ )?(mailboxes|posts|files|messages|zips|copies)\b", shown)
    assert not re.search(r"\b1 (copy|post|from)[^:,]* were\b", shown)
    two = SAMPLES | {"count": "2"}
    assert all(many % two in told(form % two, ENGLISH) for many, _ in ONE if many in form)
