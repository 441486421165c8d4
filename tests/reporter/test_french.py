"""What a French reader gets holds no English: every kind of reason, note and value, everywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import factories as make
import pytest
from babel.messages.extract import extract_from_file
from messages import KEYWORDS, PACKAGE
from noted import SAMPLES
from rich.console import Console
from typography import plain

from groupaudit import compliance
from groupaudit.audit import merged
from groupaudit.collector import audit_log, replay, sightings, weaknesses
from groupaudit.collector.exposure import EFFECTS
from groupaudit.dossier import content
from groupaudit.dossier.case import build
from groupaudit.model.compliance import RuleStatus
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience, Certainty, GroupKind, Reason
from groupaudit.model.report import (
    Advice,
    ChangeKind,
    Outcome,
    PostsStatus,
    Section,
    Severity,
    Stage,
    Unassessed,
)
from groupaudit.model.timeline import Step
from groupaudit.notify.letter import write
from groupaudit.notify.news import UNDELIVERED, UNHEARD, news_of, news_of_failure
from groupaudit.reporter import labels
from groupaudit.reporter.as_csv import CsvReporter
from groupaudit.reporter.as_html import HtmlReporter
from groupaudit.reporter.as_table import TableReporter
from groupaudit.reporter.forms import FORMS
from groupaudit.reporter.language import LOCALES, language
from groupaudit.reporter.phrases import Phrases
from groupaudit.web.verdict import DETAILS

#: Words that no French sentence holds.
ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """
        the of and is are was were be been not could cannot can may might with without for from by
        to it its that this these those which who when what why how again check ask give set run try
        look read readers posts group groups members owners settings access denied failed seen shows
        tell nobody anyone somebody unknown has have had until before after since than any all other
        same
        """,
    )
)

#: Kinds of the parts of a drawing, which the page's script knows by these words.
BAR = frozenset({"before", "doubt", "open", "mark", "posts"})

NOTES = [form % SAMPLES for form in FORMS]
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def _leftovers(text: str) -> set[str]:
    """English words in ``text``, what it quotes and technical words apart."""
    told = re.sub(r"«[^»]*»|\{\w+\}|\w+ = \S+|\S*[_@/=.]\w\S*|\b[A-Z0-9_]{4,}\b", " ", plain(text))
    return {word for word in re.findall(r"[a-zà-ÿ]+", told.lower()) if word in ENGLISH}


def _groups():
    """A group for each value that a report may have to tell."""
    yield from make.mixed_groups()
    for number, word in enumerate(labels.REASON):
        group = make.group(f"r{number}@ch.example")
        why = Unassessed(Stage.SETTINGS, word, NOTES[number % len(NOTES)])
        yield make.unreadable(group.email, unassessed=why)
        unread = make.posts(PostsStatus.UNREAD, reason=word, failed_parts=((word, 2),))
        yield make.assessment(group=group, posts=unread, health=None)
    for number, note in enumerate((*NOTES, *DETAILS.values())):
        yield make.assessment(
            group=make.group(f"n{number}@ch.example"),
            exposure=make.exposure(notes=(note,), evidence=note, since=None),
            posts=make.posts(note=f"{note}; vault: {note}", failed=2),
        )
    yield from _values()


def _values():
    for audience in Audience:
        for kind, certainty in zip(GroupKind, [*Certainty] * 3, strict=False):
            yield make.assessment(
                group=make.group(kind=kind),
                exposure=make.exposure(audience, certainty=certainty, latent=audience),
            )
    for verdict in Verdict:
        categories = tuple((name, 1) for name in labels.CATEGORY)
        yield make.assessment(health=make.health(verdict, categories=categories))
    for status in PostsStatus:
        yield make.assessment(posts=make.posts(status), health=None)
    reasons = [
        *EFFECTS.values(),
        *sightings.SIGHT_EFFECTS.values(),
        *replay.REASONS.values(),
    ]
    yield make.assessment(
        exposure=make.exposure(
            reasons=tuple(Reason("whoCanJoin", "INVITED_CAN_JOIN", text) for text in reasons),
            weaknesses=tuple(
                make.weakness(effect=kind.effect, action=kind.action)
                for kind in weaknesses.KINDS.values()
            ),
            timeline=tuple(make.event(what=step) for step in Step)
            + tuple(make.event(what=step, setting=None) for step in Step),
        ),
        advice=tuple(Advice(message) for message in _advice()),
    )


def _advice():
    """Every advice that there is."""
    rows = extract_from_file("python", PACKAGE / "advice.py", keywords=KEYWORDS)
    return [message for _, message, _, _ in rows if isinstance(message, str)]


def _rules():
    for number, (rule, status) in enumerate(zip(labels.RULE, [*RuleStatus] * 9, strict=False)):
        why = [*compliance.REASONS.values()][number % len(compliance.REASONS)]
        yield make.rule(status, rule=rule, why=why)


@pytest.fixture(scope="module")
def report():
    return make.report(
        *_groups(),
        run=make.run(complete=False),
        changes=tuple(make.change(kind) for kind in ChangeKind),
        notes=(*NOTES, audit_log.LIMITS, audit_log.CLOCK, UNDELIVERED, UNHEARD),
        listing_failure=Unassessed(Stage.LISTING, "server-error", NOTES[-1]),
        compliance=tuple(_rules()),
    )


@pytest.fixture(scope="module")
def several(report):
    """A report over several organisations, one of which failed for each kind of note."""
    failed = [
        (Section(f"t{number}", "CH Sud", failure=Unassessed(Stage.LISTING, "failed", note)), None)
        for number, note in enumerate(NOTES)
    ]
    whole = (Section("nord", "CH Nord", report.run, notes=report.notes), report)
    return merged(make.run(organisation="Groupement"), [whole, *failed])


def test_the_test_sees_english():
    assert _leftovers("Google refuses the settings") == {"the", "settings"}
    assert _leftovers("refusé (« the settings », notify.mail_to, WHO_CAN_VIEW)") == set()


@pytest.mark.parametrize("which", ["report", "several"])
def test_csv_holds_no_english_when_french(which, request, tmp_path):
    for path in CsvReporter("fr").render(request.getfixturevalue(which), tmp_path):
        text = path.read_bytes().decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
            for cell in row:
                assert not _leftovers(cell), cell


@pytest.mark.parametrize("which", ["report", "several"])
def test_page_holds_no_english_when_french(which, request, tmp_path):
    (path,) = HtmlReporter("fr").render(request.getfixturevalue(which), tmp_path)
    page = path.read_text(encoding="utf-8")
    data = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    shown = re.sub(
        r"<(style|script).*?</\1>|<(?:code|svg).*?</(?:code|svg)>", " ", page, flags=re.DOTALL
    )
    labelled = re.findall(r'(?:aria-label|title)="([^"]*)"', shown)
    for text in (*re.split(r"<[^>]*>", shown), *labelled, *_texts(map(json.loads, data))):
        assert not _leftovers(text), text


def _texts(values):
    """All strings in ``values``, apart from short codes, which stand for words elsewhere."""
    for value in values:
        if isinstance(value, dict):
            yield from _texts(item for key, item in value.items() if key not in "rcs")
        elif isinstance(value, list):
            yield from _texts(value)
        elif isinstance(value, str) and not value.startswith("<svg") and value not in BAR:
            yield value


@pytest.mark.parametrize("which", ["report", "several"])
def test_summary_holds_no_english_when_french(which, request, tmp_path):
    stream = io.StringIO()
    console = Console(file=stream, width=4000)
    TableReporter("fr", console).render(request.getfixturevalue(which), tmp_path)

    assert not _leftovers(stream.getvalue())


def test_messages_hold_no_english_when_french(report):
    phrases = Phrases(language("fr"))
    news = [
        news_of(report, phrases, None),
        *(
            news_of(replace(report, changes=()), phrases, earlier)
            for earlier in ((), (UNDELIVERED,))
        ),
        *(news_of_failure("CH", NOW, word) for word in labels.REASON),
    ]
    for each in news:
        for addresses in (True, False):
            letter = write(each, phrases, addresses=addresses)
            for text in (letter.subject, letter.text):
                assert not _leftovers(text), text


def test_breach_files_hold_no_english_when_french():
    for item in _groups():
        outcome = Outcome(make.run(), item)
        file = content.dossier(build([outcome], outcome), "fr", NOW)
        for section in file.pages:
            for block in section.blocks:
                assert not _leftovers(f"{block.label} {block.text}"), block


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("code", LOCALES)
def test_every_severity_has_a_word(severity, code):
    shown = Phrases(language(code)).severity(make.assessment(severity))

    assert shown
    assert shown != severity.value
