"""Searches of mailboxes: made once a run, kept, recalled, and told in notes that stay honest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from groupaudit.collector.mailboxes import SearchedMailboxes
from groupaudit.errors import (
    AuthError,
    GroupAuditError,
    Interrupted,
    NotFound,
    PostsError,
    QuotaExhausted,
)
from groupaudit.history.store import SqliteHistory
from groupaudit.model.report import Run
from groupaudit.model.searches import MailboxSearch
from groupaudit.reporter.language import language
from groupaudit.reporter.sentences import told

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
RUN = Run("run-1", MOMENT, None, "0.1.0", "digest", "CH de Test")
FULL = MailboxSearch(
    "gmail",
    found=(("nuit@googlegroups.com", 2), ("soins@googlegroups.com", 7)),
    searched=40,
    cut=3,
    unvisited=1200,
    failures=(("account-without-mailbox", 2), ("mailbox-suspended", 5)),
)
VAULT = MailboxSearch("vault", (("nuit@googlegroups.com", 30),), days=30, messages=90, missing=4)


@dataclass
class Searcher:
    """Answers, or fails, and counts how often it was asked."""

    answer: MailboxSearch | GroupAuditError
    through: str = "gmail"
    asked: list[str] = field(default_factory=list)

    def search(self) -> MailboxSearch:
        self.asked.append(self.through)
        if isinstance(self.answer, GroupAuditError):
            raise self.answer
        return self.answer


def looked(*searchers: Searcher) -> SearchedMailboxes:
    mailboxes = SearchedMailboxes(searchers)
    mailboxes.look()
    return mailboxes


def test_groups_are_ranked_by_how_often_all_searches_met_them():
    mailboxes = looked(Searcher(FULL), Searcher(VAULT, "vault"))

    assert mailboxes.ranked() == ("nuit@googlegroups.com", "soins@googlegroups.com")
    assert mailboxes.seen("nuit@googlegroups.com") == (
        "Its list header was found in 2 mailboxes of the organisation",
        "Its list header was found in messages that Vault exported from mailboxes: 30",
    )
    assert mailboxes.seen("autre@googlegroups.com") == ()


@pytest.mark.parametrize(
    ("search", "parts", "french"),
    [
        (FULL, 5, "Boîtes où des groupes hors Workspace ont été cherchés : 40"),
        (replace(FULL, cut=0, unvisited=0, failures=()), 2, "ne peut pas être trouvé ainsi"),
        (VAULT, 3, "30 derniers jours"),
        (replace(VAULT, missing=0), 2, "30 derniers jours"),
        (
            MailboxSearch("gmail", reason="delegation-refused", message="ask; then wait"),
            2,
            "n’ont pas été cherchés dans les boîtes par gmail",
        ),
    ],
)
def test_what_was_not_searched_is_told_in_both_languages(search, parts, french):
    (note,) = looked(Searcher(search, search.through)).notes()

    assert len(note.split("; ")) == parts
    shown = told(note, language("fr"))
    assert french in shown.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ")
    assert "mailbox" not in shown.replace("most_mailboxes", "")


@pytest.mark.parametrize(
    "error",
    [
        AuthError("grant the scope", reason="delegation-refused"),
        NotFound("gone"),
        PostsError("Vault failed", reason="vault-export-failed"),
    ],
)
def test_a_search_that_fails_is_a_note_and_is_not_made_again(error):
    searcher = Searcher(error)
    mailboxes = looked(searcher)
    mailboxes.look()

    assert len(searcher.asked) == 1
    assert mailboxes.ranked() == ()
    (note,) = mailboxes.notes()
    assert f"({error.reason}): {error}" in note


@pytest.mark.parametrize("error", [QuotaExhausted("tomorrow"), Interrupted("stopped")])
def test_what_ends_the_run_is_raised_and_the_search_made_again(tmp_path, error):
    with SqliteHistory(tmp_path / "h.sqlite3", clock=lambda: MOMENT) as history:
        kept = history.searches(history.resume_or_begin(RUN, fresh=False))
        with pytest.raises(type(error)):
            SearchedMailboxes([Searcher(error)], kept).look()
        again = Searcher(FULL)
        SearchedMailboxes([again], kept).look()

    assert again.asked == ["gmail"]


def test_a_resumed_run_recalls_its_searches_and_another_run_does_not(tmp_path):
    with SqliteHistory(tmp_path / "h.sqlite3", clock=lambda: MOMENT) as history:
        kept = history.searches(history.resume_or_begin(RUN, fresh=False))
        SearchedMailboxes([Searcher(FULL)], kept).look()
        resumed, new = Searcher(VAULT), Searcher(VAULT)
        mailboxes = SearchedMailboxes([resumed], kept)
        mailboxes.look()
        later = replace(RUN, id="run-2", config_digest="other")
        other = history.searches(history.resume_or_begin(later, fresh=False))
        SearchedMailboxes([new], other).look()

    assert not resumed.asked
    assert mailboxes.notes() == looked(Searcher(FULL)).notes()
    assert new.asked


def test_searches_go_with_their_run(tmp_path):
    with SqliteHistory(tmp_path / "h.sqlite3", clock=lambda: MOMENT) as history:
        kept = history.searches(history.resume_or_begin(RUN, fresh=False))
        kept.keep(FULL)
        assert kept.recall("gmail") == FULL
        assert kept.recall("vault") is None
        history.resume_or_begin(replace(RUN, id="run-2"), fresh=True)  # forgets the unfinished one
        assert kept.recall("gmail") is None
