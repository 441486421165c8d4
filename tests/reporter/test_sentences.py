"""Notes that carry values are told in French; what their writers write is what is recognised."""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.audit.pipeline import INTERRUPTED
from groupaudit.collector import audit_log, source
from groupaudit.collector.audit_log import AuditLog
from groupaudit.collector.directory import Inside
from groupaudit.collector.membership import Membership
from groupaudit.collector.org_policy import NOT_WANTED
from groupaudit.posts import gmail, vault_accounts
from groupaudit.reporter.language import language
from groupaudit.reporter.sentences import FORMS, MOST, VALUES, told

FRENCH = language("fr")
ENGLISH = language("en")

#: Something that each placeholder may stand for.
SAMPLES = {
    "count": "1200",
    "all": "44",
    "opened": "5",
    "reason": "access-denied",
    "log": "groups_enterprise",
    "moment": "2026-11-24 08:00",
    "source": "vault",
    "reasons": "2 access-denied, 1 not-found",
    "detail": "HTTP 403 (forbidden); ask an administrator",
    "said": "HTTP 403",
}

NOW = datetime(2026, 3, 1, tzinfo=UTC)
UNREADABLE = gmail._counted(Counter({"mailbox-refused": 2}))


def _spaces(text: str) -> str:
    return re.sub(r"\s", " ", text)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_recognised_and_told_in_french(form):
    note = form % SAMPLES

    assert told(note, FRENCH) != note
    assert "%(" not in told(note, FRENCH)


def test_values_arrive_in_the_reader_s_words_when_french():
    shown = told("Some members could not be followed: 2 access-denied, 1 not-found.", FRENCH)

    assert shown.endswith("2 accès refusé, 1 supprimé pendant l’audit.")
    assert "1 200" in _spaces(told("1200 message files could not be read", FRENCH))


def test_samples_fit_their_placeholders():
    assert VALUES.keys() == SAMPLES.keys()


@pytest.mark.parametrize(
    "note",
    [
        *audit_log.notes(AuditLog(NOW, {}, unread=(("groups", "access-denied: HTTP 403"),))),
        *source._notes(NOT_WANTED, Inside(()), None, source._NOT_ASKED),
        *source._notes(NOT_WANTED, Inside(()), None, "Members could not be listed (failed): x"),
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
        f"Copies in 3 mailboxes of 7 members were looked at{UNREADABLE}: {gmail._LIMITS}",
        f"Copies in 3 mailboxes of one person were looked at: {gmail._LIMITS}",
        INTERRUPTED,
    ],
)
def test_what_the_writers_write_is_told_in_french(note):
    assert all(told(part, FRENCH) != part for part in note.split("; "))
    assert told(note, FRENCH) != note


@given(text=st.text(max_size=200))
def test_text_of_no_form_is_shown_as_it_is(text):
    assert told(f"? {text}", FRENCH) == f"? {text}"


@given(values=st.dictionaries(st.sampled_from(sorted(VALUES)), st.text(max_size=40)))
def test_hostile_values_never_raise(values):
    for form in FORMS:
        assert told(form % (SAMPLES | values), FRENCH)


def test_two_sources_that_refused_are_both_told():
    shown = told("archive: posts.archive_dir names no folder; vault: HTTP 403", FRENCH)

    assert shown == "archive : posts.archive_dir ne désigne aucun dossier\u202f; vault : HTTP 403"


@pytest.mark.parametrize("form", FORMS)
def test_english_is_told_in_the_writer_s_words(form):
    note = form % (SAMPLES | {"count": "12", "reason": "other-word", "reasons": "1 other-word"})

    assert told(note, ENGLISH) == note


@pytest.mark.parametrize(
    "text", ["1 a, " * 800, "vault: " * 600, "; " * 2000, "9" * MOST, "x" * 9**6]
)
def test_long_note_takes_no_time(text):
    before = time.perf_counter()
    told(text, FRENCH)

    assert time.perf_counter() - before < 1
