"""What a message says, on which occasion, and what it never says."""

from __future__ import annotations

import json
from dataclasses import replace

import factories
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typography import plain

from groupaudit.model.report import ChangeKind, Severity, Stage, Unassessed, Unsettled
from groupaudit.notify.cards import SHAPES
from groupaudit.notify.letter import LINE_LIMIT, MOST_CHANGES, write
from groupaudit.notify.news import UNDELIVERED, Occasion, news_of, news_of_failure
from groupaudit.reporter.language import LOCALES, language
from groupaudit.reporter.phrases import Phrases

BROKE_OFF = Unassessed(Stage.LISTING, "server-error", "Google failed to answer.")
STANDS = Unsettled("bloc@ch-valmoree.example", "run-1", Severity.CRITICAL)


@pytest.mark.parametrize(
    ("changes", "earlier", "expected"),
    [
        ({}, None, Occasion.FIRST),
        ({}, (), Occasion.UNCHANGED),
        ({"changes": (factories.change(),)}, (), Occasion.CHANGED),
        ({"unsettled": (STANDS,)}, (), Occasion.UNSETTLED),
        ({"unsettled": (replace(STANDS, fresh=False),)}, (), Occasion.UNCHANGED),
        ({"unsettled": (STANDS,), "changes": (factories.change(),)}, (), Occasion.CHANGED),
        ({}, ("another note", UNDELIVERED), Occasion.OVERDUE),
        ({"listing_failure": BROKE_OFF}, (), Occasion.INCOMPLETE),
        ({"run": factories.run(complete=False)}, (), Occasion.INCOMPLETE),
        ({"run": factories.run(complete=False)}, None, Occasion.INCOMPLETE),
    ],
)
def test_occasion_when(phrases, changes, earlier, expected):
    assert news_of(factories.report(**changes), phrases, earlier).occasion is expected


def test_letter_in_french(letter):
    assert plain(letter.subject) == "groupaudit – CH de Valmorée : 2 changements"
    assert "1 groupe montre" in letter.text
    assert "Critique : 1" in plain(letter.text)
    assert plain(letter.changes[0]) == "Aggravé : bloc@ch-valmoree.example (Faible → Critique)"


def test_finding_that_stands_is_told_without_calling_it_fixed(phrases):
    news = news_of(factories.report(unsettled=(STANDS,)), phrases, ())
    letter = write(news, phrases, addresses=True)

    assert "rien ne montre que ce soit corrigé" in letter.subject
    assert "1 constat est maintenu" in plain(letter.text)
    assert "Corrigé" not in letter.text
    assert SHAPES["webhook"](letter, news, True)["unsettled"] == 1


def test_what_got_worse_comes_first(letter):
    assert [plain(line).partition(" : ")[0] for line in letter.changes] == ["Aggravé", "Corrigé"]


@pytest.mark.parametrize("kind", SHAPES)
def test_no_group_is_named_when_addresses_are_withheld(news, phrases, kind):
    letter = write(news, phrases, addresses=False)

    told = plain(json.dumps(SHAPES[kind](letter, news, False), ensure_ascii=False))

    assert "Aggravé : 1" in told
    assert "@ch-valmoree.example" not in told


@pytest.mark.parametrize("kind", SHAPES)
def test_no_excerpt_name_or_person_is_told(news, letter, kind):
    told = json.dumps(SHAPES[kind](letter, news, True), ensure_ascii=False)

    assert "bloc@ch-valmoree.example" in told
    for secret in ("BPCO", "Bloc opératoire", "claire.fictive", "[nom]"):
        assert secret not in told


def test_failure_tells_its_reason_in_words(phrases):
    news = news_of_failure("CH de Valmorée", factories.STARTED, "auth-refused")

    letter = write(news, phrases, addresses=True)

    assert "L’audit a échoué" in letter.subject
    assert "Motif : identifiants refusés" in plain(letter.text)
    assert "Le rapport se trouve" not in letter.text


def test_many_changes_are_cut_and_counted(phrases):
    many = tuple(factories.change(email=f"g{n}@ch.example") for n in range(MOST_CHANGES + 7))
    news = news_of(factories.report(changes=many), phrases, ())

    letter = write(news, phrases, addresses=True)

    assert len(letter.changes) == MOST_CHANGES + 1
    assert letter.changes[-1] == "7 autres changements"


def test_chats_read_no_markup_in_an_address(phrases):
    odd = "<!channel>`*@all*`&<https://evil.example|x>@ch.example"
    changes = (factories.change(ChangeKind.NEW, email=odd),)
    report = factories.report(changes=changes, run=factories.run(organisation="<!here> `@all`"))
    news = news_of(report, phrases, ())
    letter = write(news, phrases, addresses=True)

    slack = SHAPES["slack"](letter, news, True)
    mattermost = SHAPES["mattermost"](letter, news, True)["text"]
    (card,) = SHAPES["teams"](letter, news, True)["attachments"]

    assert {block["text"]["type"] for block in slack["blocks"]} == {"plain_text"}
    assert "<!here>" not in slack["text"]
    assert mattermost.count("```") == 2
    assert "`" not in mattermost.removeprefix("```text").removesuffix("```")
    assert {block["type"] for block in card["content"]["body"]} == {"RichTextBlock"}


@given(
    name=st.text(max_size=2000),
    emails=st.lists(st.text(min_size=1, max_size=400), max_size=60),
    code=st.sampled_from(sorted(LOCALES)),
)
def test_letter_stays_within_the_bounds_of_every_chat(name, emails, code):
    phrases = Phrases(language(code))
    changes = tuple(factories.change(email=email) for email in emails)
    report = factories.report(changes=changes, run=factories.run(organisation=name))
    news = news_of(report, phrases, ())

    letter = write(news, phrases, addresses=True)

    assert len(letter.subject) <= LINE_LIMIT
    assert "\n" not in letter.subject
    for block in SHAPES["slack"](letter, news, True)["blocks"]:
        assert 0 < len(block["text"]["text"]) <= 3000
    assert len(SHAPES["mattermost"](letter, news, True)["text"]) <= 16_383
    assert len(json.dumps(SHAPES["teams"](letter, news, True))) < 28_000
