"""Every text of the reports exists in every language."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from babel.messages.pofile import read_po
from messages import PACKAGE, messages

from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience, Certainty, GroupKind
from groupaudit.model.report import ChangeKind, PostsStatus, Severity, Stage
from groupaudit.reporter import labels
from groupaudit.reporter.language import LOCALES, language

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def french():
    with (PACKAGE / "reporter" / "locale" / "fr.po").open("rb") as stream:
        return {message.id: message for message in read_po(stream, locale="fr") if message.id}


def test_catalogue_misses_nothing_and_holds_nothing_else(french):
    assert messages() == set(french)


def test_no_translation_is_empty_or_unsure(french):
    for message in french.values():
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        assert not message.fuzzy, message.id


def test_translations_keep_their_placeholders(french):
    for message in french.values():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {frozenset(PLACEHOLDER.findall(text)) for text in (*ids, *forms)}
        assert len(wanted) == 1, message.id


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0104, "1.1%"), (0.01, "1%"), (0.006, "0.6%"), (0.101, "11%"), (1.0, "100%")],
)
def test_bound_is_never_rounded_down(share, told):
    assert language("en").percent_at_most(share) == told


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (labels.SEVERITY, Severity),
        (labels.READERSHIP, Audience),
        (labels.CONTENT, [*Verdict, "unread"]),
        (labels.KIND, GroupKind),
        (labels.CERTAINTY, Certainty),
        (labels.STATUS, PostsStatus),
        (labels.CHANGE, ChangeKind),
        (labels.STAGE, Stage),
    ],
)
def test_every_value_of_the_contract_has_words(table, values):
    assert set(table) == {str(value) for value in values}


@pytest.mark.parametrize(
    ("code", "count", "expected"),
    [
        ("fr", 0, "au moins 0 personne"),
        ("fr", 1, "au moins 1 personne"),
        ("fr", 2, "au moins 2 personnes"),
        ("fr", 1234, "au moins 1\u202f234 personnes"),
        ("en", 0, "at least 0 persons"),
        ("en", 1, "at least 1 person"),
        ("en", 1234, "at least 1,234 persons"),
    ],
)
def test_plural_when(code, count, expected):
    told = language(code).plural("at least %(count)s person", "at least %(count)s persons", count)

    assert told == expected


@pytest.mark.parametrize(
    ("code", "share", "expected"),
    [
        ("fr", 0.0, "0 %"),
        ("fr", 0.0061, "0,6 %"),
        ("fr", 0.95, "95 %"),
        ("en", 0.0061, "0.6%"),
        ("en", 0.5, "50%"),
    ],
)
def test_percent_when(code, share, expected):
    # CLDR has changed its mind about which space it is.
    assert re.sub(r"\s", " ", language(code).percent(share)) == expected


@pytest.mark.parametrize("code", LOCALES)
def test_dates_are_european(code):
    assert language(code).day(datetime(2023, 5, 26, 23, 59, tzinfo=UTC)) == "26/05/2023"
    assert language(code).moment(datetime(2023, 5, 26, 9, 5, tzinfo=UTC)).endswith("09:05 UTC")


@pytest.mark.parametrize("code", LOCALES)
@pytest.mark.parametrize("text", ["", "never translated", "100 % sure", "%(x)s"])
def test_text_stays_as_it_is_when_there_is_no_translation(code, text):
    assert language(code).text(text) == text
