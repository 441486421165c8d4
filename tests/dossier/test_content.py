"""The words of a breach file, as approved, and what they never hold.

After a wanted change: ``GROUPAUDIT_GOLDEN=write python -m pytest tests/dossier``, then read the
difference before committing it.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import factories as make
import pytest
from hypothesis import given, settings
from strategies import REPORTS
from typography import plain

from groupaudit import advice
from groupaudit.dossier import content
from groupaudit.dossier.case import build
from groupaudit.dossier.layout import Dossier, Shape, marked
from groupaudit.model.finding import SENSITIVE, Verdict
from groupaudit.model.group import Audience, GroupKind
from groupaudit.model.report import Outcome, PostsStatus
from groupaudit.model.sample import Interval, PersonCount, SampleDesign, SamplingKind
from groupaudit.reporter import labels
from groupaudit.reporter.language import LOCALES, language

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
_SHAPES = {
    Shape.FACT: "{0.label} | {0.text}",
    Shape.ITEM: "- {0.text}",
    Shape.PARAGRAPH: "{0.text}",
}


def _plain(file: Dossier) -> str:
    lines = [file.name, file.title, *file.preface]
    for section in file.pages:
        lines += ["", f"## {section.title}"]
        lines += [_SHAPES[block.shape].format(block) for block in section.blocks]
    return plain("\n".join(lines)) + "\n"


def _facts(file: Dossier) -> dict[str, str]:
    blocks = [block for section in file.pages for block in section.blocks]
    return {block.label: block.text for block in blocks if block.label}


def _of(code: str = "en", now: datetime = NOW, **changes) -> Dossier:
    outcome = Outcome(make.run(), make.assessment(**changes))
    return content.dossier(build([outcome], outcome), code, now)


@pytest.mark.parametrize("code", LOCALES)
def test_file_is_as_approved(written, code):
    approved = GOLDEN / f"{code}.txt"
    told = _plain(written(code))
    if os.environ.get("GROUPAUDIT_GOLDEN") == "write":
        approved.parent.mkdir(exist_ok=True)
        approved.write_text(told, encoding="utf-8")

    assert told == approved.read_text(encoding="utf-8")


def test_same_arguments_give_the_same_file(written):
    assert written() == written()


@pytest.mark.parametrize("code", LOCALES)
def test_file_holds_no_excerpt_no_account_and_no_network_address(written, code):
    told = _plain(written(code))

    assert make.sample().excerpt not in told
    assert make.sample().post not in told
    assert "claire.fictive" not in told
    assert "203.0.113.7" not in told


@pytest.mark.parametrize("code", LOCALES)
def test_most_sensitive_kinds_are_named(written, code):
    told = _plain(written(code))

    for name in SENSITIVE:
        assert language(code).text(labels.CATEGORY[name]) in told, name


@pytest.mark.parametrize("code", LOCALES)
def test_every_gap_is_marked_in_the_language_of_the_file(written, code):
    marker = {"fr": "[À COMPLÉTER]", "en": "[TO BE COMPLETED]"}[code]
    other = {"fr": "COMPLETED", "en": "COMPLÉTER"}[code]
    told = _plain(written(code))

    assert written(code).marker == marker
    assert told.count(marker) > 20
    assert other not in told


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 11, 22, 4, 12, 30, tzinfo=UTC), "72 hours"),
        (datetime(2026, 11, 25, 3, 12, 30, tzinfo=UTC), "1 hour"),
        (datetime(2026, 11, 25, 4, 0, tzinfo=UTC), "0 hours"),
        (datetime(2026, 11, 25, 5, 12, 30, tzinfo=UTC), "none: it ran out 1 hour ago"),
        (datetime(2026, 11, 27, 4, 12, 30, tzinfo=UTC), "none: it ran out 48 hours ago"),
    ],
)
def test_time_left_when(now, left):
    facts = _facts(_of(now=now))

    assert facts["Time left when this file was made"] == left
    assert ("Reasons for the delay" in facts) is left.startswith("none")


@pytest.mark.parametrize(
    ("discovered", "due"),
    [
        # Summer and winter time, and the night between them.
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), "5 July 2026, 00:00 in Paris"),
        (datetime(2026, 12, 1, 22, 0, tzinfo=UTC), "4 December 2026, 23:00 in Paris"),
        (datetime(2026, 10, 23, 22, 0, tzinfo=UTC), "26 October 2026, 23:00 in Paris"),
    ],
)
def test_deadline_is_told_in_paris_and_in_utc(discovered, due):
    outcome = Outcome(make.run(finished=discovered), make.assessment())

    facts = _facts(content.dossier(build([outcome], outcome), "en", NOW))

    assert facts["Notification due (72 hours later)"].startswith(f"{due} (")
    assert facts["Notification due (72 hours later)"].endswith("22:00 UTC)")


@pytest.mark.parametrize(
    ("changes", "label", "told"),
    [
        ({}, "Established or supposed", "Established"),
        (
            {"health": None, "posts": make.posts(PostsStatus.UNREAD)},
            "Established or supposed",
            "Supposed",
        ),
        ({"exposure": make.exposure(Audience.MEMBERS)}, "Established or supposed", "Not found"),
        ({"exposure": make.exposure(Audience.UNKNOWN)}, "Established or supposed", "Could not"),
        ({"exposure": make.exposure(Audience.WHOLE_ORGANISATION)}, "Origin", "[TO BE COMPLETED]"),
        (
            {"group": make.group("a@googlegroups.com", kind=GroupKind.CONSUMER)},
            "Other parties",
            "Google, outside",
        ),
        (
            {"exposure": make.exposure(since=None, evidence="the audit log could not be read")},
            "Beginning",
            "22/11/2026 or earlier",
        ),
        (
            {"exposure": make.exposure(since=None, evidence=None)},
            "Evidence of the beginning",
            "seen by run",
        ),
        (
            {
                "exposure": make.exposure(
                    since=None,
                    held_since=datetime(2026, 5, 26, tzinfo=UTC),
                    evidence=make.LOG_TOO_SHORT,
                )
            },
            "Evidence of the beginning",
            make.LOG_TOO_SHORT,
        ),
        ({}, "End", "still open when last seen"),
        ({}, "Taken, as the audit saw it", "None is known"),
        ({"health": None}, "Number of records (posts)", "[TO BE COMPLETED] not known"),
        ({"health": None}, "Number of persons", "[TO BE COMPLETED]"),
        ({"health": make.health(Verdict.IDENTITY_ONLY)}, "Categories", "[TO BE COMPLETED]"),
        ({"health": make.health(Verdict.IDENTITY_ONLY)}, "High risk: what speaks for it", "[TO"),
        ({}, "High risk: what speaks for it", "health data of identifiable patients"),
        (
            {"posts": make.posts(total=500, sampling=SamplingKind.CENSUS)},
            "Number of records (posts)",
            "41 posts with health data of identifiable patients found",
        ),
        (
            {"posts": make.posts(design=SampleDesign(strata=9, favoured=80, weight=3))},
            "Drawn more densely",
            "80 posts with attachments or of long conversations, 3 times as often as the others",
        ),
        ({"posts": make.posts(sampling=None)}, "How it was obtained", "distinct persons met"),
    ],
)
def test_fact_when(changes, label, told):
    facts = _facts(_of(**changes))

    assert facts[label].startswith(told)


@pytest.mark.parametrize(
    ("examined", "told"),
    [
        (0, "0 posts examined"),
        (1, "the only post that the source “files of the archive folder” can reach was examined"),
        (2, "all 2 posts that the source “files of the archive folder” can reach were examined"),
    ],
)
def test_how_posts_were_chosen_is_told_in_the_right_number(examined, told):
    file = _of(posts=make.posts(examined=examined, total=examined, sampling=SamplingKind.CENSUS))

    assert told in _plain(file)


@pytest.mark.parametrize(
    ("found", "interval", "told"),
    [
        (
            41,
            Interval(0.082, 0.061, 0.108, 0.95),
            "about 82 of all 1,000 posts (between 61 and 108,",
        ),
        # Never fewer than were found.
        (41, Interval(0.01, 0.0, 0.02, 0.95), "about 41 of all 1,000 posts (between 41 and 41,"),
        # A bound is rounded outwards.
        (1, Interval(0.0021, 0.0019, 0.0041, 0.95), "(between 1 and 5,"),
    ],
)
def test_number_of_records_comes_with_its_interval(found, interval, told):
    facts = _facts(
        _of(
            health=make.health(posts_identifiable_health=found, prevalence=interval),
            posts=make.posts(total=1000),
        )
    )

    assert told in facts["Number of records (posts)"]
    assert "at 95% confidence" in facts["Number of records (posts)"]


def test_persons_of_a_sample_have_no_upper_bound_and_the_file_says_so():
    facts = _facts(_of(health=make.health(persons=PersonCount(3, 9))))

    assert facts["Number of persons"] == "at least 3 persons (about 9 in all)"
    assert "no upper bound can be given" in facts["How it was obtained"]


def test_address_with_other_than_https_is_not_told():
    advice = make.assessment().advice[0]
    told = _plain(_of(advice=(type(advice)("Look.", url="javascript:alert(1)"),)))

    assert "javascript" not in told


@pytest.mark.parametrize(
    "address",
    ["../../etc/passwd", "a/b@c", "=cmd|' /C calc'!A0", "\u202egro.tset", "x" * 4000, "", "Élan@x"],
)
def test_name_of_the_file_is_harmless_and_its_own(address):
    name = _of(group=make.group(address)).name

    assert re.fullmatch(r"dossier-[a-z0-9@._-]{1,170}", name)
    assert name != _of(group=make.group(f"{address}/")).name


@given(report=REPORTS)
@settings(deadline=None, max_examples=40)
@pytest.mark.parametrize("code", LOCALES)
def test_any_group_of_any_report_has_a_file(code, report):
    for assessment in report.groups:
        outcome = Outcome(report.run, assessment)

        file = content.dossier(build([outcome], outcome), code, NOW)

        for block in (block for section in file.pages for block in section.blocks):
            assert not {"\n", "\x00", "\u202e"} & set(block.text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("a", [("a", False)]),
        ("[X] a", [("[X]", True), (" a", False)]),
        ("a [X]", [("a ", False), ("[X]", True)]),
        ("[X][X]", [("[X]", True), ("[X]", True)]),
    ],
)
def test_marker_stands_out_in(text, pieces):
    assert marked(text, "[X]") == pieces


def test_group_opened_again_is_nowhere_called_closed():
    shut = make.exposure(Audience.MEMBERS, since=None)
    runs = [make.run(id=f"r{day}", started=make.STARTED.replace(day=day)) for day in (1, 8, 15)]
    exposures = (make.exposure(), shut, make.exposure())
    seen = [
        Outcome(run, make.assessment(exposure=exposure))
        for run, exposure in zip(runs, exposures, strict=True)
    ]

    file = content.dossier(build(seen, seen[0]), "en", NOW)

    facts = _facts(file)
    assert facts["Since then"] == "Open again: last seen so by run r15 of 15/11/2026."
    assert facts["Taken, as the audit saw it"].startswith("None that lasted")
    assert "The group is closed" not in _plain(file)


def test_newest_run_without_the_group_is_told():
    outcome = Outcome(make.run(), make.assessment())
    newer = make.run(id="later", started=NOW)

    facts = _facts(content.dossier(build([outcome], outcome, newer), "en", NOW))

    assert facts["Newest run"].startswith("Run later of 22/11/2026 did not list the group")


def test_nothing_is_said_of_posts_that_the_source_cannot_reach():
    read = make.posts()
    partly = replace(read, status=PostsStatus.PARTLY_READ, reason="posts-missing")
    whole, part = (_facts(_of(posts=posts)) for posts in (read, partly))

    assert "about 64 of all 775 posts" in whole["Number of records (posts)"]
    assert whole["Share of the posts"].startswith("8.2% of the posts (")
    assert part["Number of records (posts)"].startswith("41 posts with health data")
    assert "775" not in part["Number of records (posts)"]
    assert part["Share of the posts"].startswith("8.2% of the posts that can be read")
    told = [block.text for section in _of(posts=partly).pages for block in section.blocks]
    assert any("not all of the 775: the interval holds for these only" in text for text in told)


@pytest.mark.parametrize("code", LOCALES)
def test_discovery_follows_the_run_that_made_it_whatever_the_language(code):
    (timeline,) = [s for s in _of(code).pages if s.title.startswith("10.")]
    told = [block.text for block in timeline.blocks if block.shape is Shape.FACT]
    run = next(place for place, text in enumerate(told) if "20261122T040000Z-1" in text)

    assert told[run + 1] == language(code).text("Discovery: the 72 hours begin.")


def test_other_readers_name_no_members_all_inside():
    audiences = (Audience.ANYONE_ON_WEB, Audience.EXTERNAL_MEMBERS, Audience.MEMBERS)
    facts = _facts(_of("fr", exposure=make.exposure(audiences=audiences)))

    assert facts["Qui peut lire aussi"] == "Des membres extérieurs à l’organisation"


def test_officer_is_not_advised_to_be_informed():
    step = make.assessment().advice[0]
    told = [advice.INFORM_NOW, advice.INFORM, step]
    shown = _plain(_of(advice=tuple(told)))

    assert step.action in shown
    assert "Inform the data-protection officer" not in shown


def test_number_of_persons_says_when_the_estimate_adds_none():
    met = make.health(persons=PersonCount(37, 37))
    facts = [
        block for s in _of(health=met).pages for block in s.blocks if block.shape is Shape.FACT
    ]
    place = next(i for i, block in enumerate(facts) if block.label == "Number of persons")

    assert facts[place].text == "at least 37 persons"
    assert "suggests no others" in facts[place + 1].text
