"""The severity matrix, the advice, the order and the exit codes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import factories as make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.advice import advice
from groupaudit.assess import assess, exit_code, fails_on, severity, worst_first
from groupaudit.model.finding import Verdict
from groupaudit.model.group import BREADTH, Audience, GroupKind
from groupaudit.model.report import Assessment, PostsStatus, Severity, Stage, Unassessed
from groupaudit.model.severity import FINDINGS, MATRIX, WORST_FIRST

DOCS = Path(__file__).parents[2] / "docs" / "severity.md"
KNOWN = [audience for audience in Audience if audience is not Audience.UNKNOWN]
READ = PostsStatus.READ


@pytest.mark.parametrize(
    ("readership", "verdict", "status", "expected"),
    [
        (Audience.ANYONE_ON_WEB, Verdict.IDENTIFIABLE_HEALTH, READ, Severity.CRITICAL),
        (Audience.ANYONE_WHO_JOINS, Verdict.IDENTIFIABLE_HEALTH, READ, Severity.CRITICAL),
        (Audience.ANYONE_ON_WEB, Verdict.HEALTH_PERSON, READ, Severity.HIGH),
        (Audience.EXTERNAL_MEMBERS, Verdict.IDENTIFIABLE_HEALTH, READ, Severity.HIGH),
        (Audience.WHOLE_ORGANISATION, Verdict.IDENTIFIABLE_HEALTH, READ, Severity.HIGH),
        (Audience.MEMBERS, Verdict.IDENTIFIABLE_HEALTH, READ, Severity.LOW),
        (Audience.OWNERS, Verdict.IDENTIFIABLE_HEALTH, READ, Severity.NONE),
        (Audience.ANYONE_ON_WEB, Verdict.ORDINARY, READ, Severity.NONE),
        # A part left unread proves harm, never harmlessness.
        (Audience.ANYONE_ON_WEB, Verdict.ORDINARY, PostsStatus.PARTLY_READ, Severity.UNKNOWN),
        (Audience.WHOLE_ORGANISATION, Verdict.ORDINARY, PostsStatus.PARTLY_READ, Severity.UNKNOWN),
        (Audience.MEMBERS, Verdict.ORDINARY, PostsStatus.PARTLY_READ, Severity.NONE),
        (
            Audience.ANYONE_ON_WEB,
            Verdict.IDENTIFIABLE_HEALTH,
            PostsStatus.PARTLY_READ,
            Severity.CRITICAL,
        ),
        # Nothing known of the content: only a narrow readership makes it harmless.
        (Audience.ANYONE_ON_WEB, None, PostsStatus.UNREAD, Severity.UNKNOWN),
        (Audience.WHOLE_ORGANISATION, None, PostsStatus.NOT_REQUESTED, Severity.UNKNOWN),
        (Audience.MEMBERS, None, PostsStatus.NOT_NEEDED, Severity.NONE),
        (Audience.OWNERS, None, PostsStatus.UNREAD, Severity.NONE),
        # Nothing known of the readers: only a harmless content is harmless.
        (Audience.UNKNOWN, Verdict.IDENTIFIABLE_HEALTH, READ, Severity.UNKNOWN),
        (Audience.UNKNOWN, Verdict.ORDINARY, READ, Severity.NONE),
        (Audience.UNKNOWN, Verdict.ORDINARY, PostsStatus.PARTLY_READ, Severity.UNKNOWN),
        (Audience.UNKNOWN, None, PostsStatus.UNREAD, Severity.UNKNOWN),
    ],
)
def test_severity_when(readership, verdict, status, expected):
    assert severity(readership, verdict, status) is expected


@pytest.mark.parametrize("verdict", list(Verdict))
def test_matrix_never_gets_milder_when_readership_widens(verdict):
    ranks = [WORST_FIRST.index(MATRIX[audience, verdict]) for audience in KNOWN]

    assert ranks == sorted(ranks)


@pytest.mark.parametrize("audience", KNOWN)
def test_identifiable_health_is_the_gravest_content_for_every_audience(audience):
    ranks = [WORST_FIRST.index(MATRIX[audience, verdict]) for verdict in Verdict]

    assert min(ranks) == ranks[0]
    assert ranks[0] <= ranks[1] <= ranks[2]


def test_documented_matrix_is_the_one_that_judges():
    rows = re.findall(r"^\| `(\w+)` \|(.+)\|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {
        (Audience(name), verdict): Severity(cell.strip())
        for name, cells in rows
        for verdict, cell in zip(Verdict, cells.split("|"), strict=True)
    }

    assert documented == dict(MATRIX)


def test_assess_refuses_a_group_with_both_exposure_and_reason():
    failure = Unassessed(Stage.SETTINGS, "access-denied", "refused")

    with pytest.raises(ValueError, match="either"):
        assess(make.group(), make.exposure(), failure, make.posts(), None)
    with pytest.raises(ValueError, match="either"):
        assess(make.group(), None, None, make.posts(), None)


def test_severity_is_at_least_what_is_proven_when_the_readership_may_be_wider():
    proven = (Audience.UNKNOWN, Audience.WHOLE_ORGANISATION)
    exposure = make.exposure(Audience.UNKNOWN, audiences=proven)

    judged = assess(make.group(), exposure, None, make.posts(), make.health())
    unread = assess(make.group(), exposure, None, make.posts(PostsStatus.UNREAD), None)

    assert judged.severity is Severity.HIGH
    assert unread.severity is Severity.UNKNOWN


def test_assess_keeps_what_it_was_given():
    judged = assess(make.group(), make.exposure(), None, make.posts(), make.health())

    assert judged.severity is Severity.CRITICAL
    assert (judged.group, judged.exposure) == (make.group(), make.exposure())
    assert (judged.posts, judged.health) == (make.posts(), make.health())


def _steps(judged: Assessment) -> dict[str | None, str | None]:
    return {step.setting: step.value for step in advice(judged) if step.setting}


def _judged(readership, **changes) -> Assessment:
    exposure = make.exposure(readership, **changes)
    return assess(make.group(), exposure, None, make.posts(), make.health())


def test_advice_closes_what_is_open_when_anyone_on_the_web_reads():
    assert _steps(_judged(Audience.ANYONE_ON_WEB)) == {
        "whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW",
        "Accessing groups from outside this organization": "Private",
    }


def test_advice_closes_joining_when_anyone_may_join():
    settings = (
        ("allowExternalMembers", "true"),
        ("whoCanJoin", "ANYONE_CAN_JOIN"),
        ("whoCanViewGroup", "ALL_MEMBERS_CAN_VIEW"),
    )

    assert _steps(_judged(Audience.ANYONE_WHO_JOINS, settings=settings)) == {
        "whoCanJoin": "INVITED_CAN_JOIN",
        "Accessing groups from outside this organization": "Private",
        "allowExternalMembers": "false",
    }


def test_advice_says_to_remove_outsiders_when_refusing_them_would_not():
    settings = (("allowExternalMembers", "false"),)
    judged = _judged(Audience.EXTERNAL_MEMBERS, settings=settings)

    assert _steps(judged) == {}
    assert any("Remove the outside members" in step.action for step in judged.advice)


@pytest.mark.parametrize(
    ("readership", "all_users", "told"),
    [
        (Audience.WHOLE_ORGANISATION, True, "Remove “all users"),
        (Audience.ANYONE_ON_WEB, True, "Remove “all users"),
        (Audience.WHOLE_ORGANISATION, None, "If “all users"),
        (Audience.WHOLE_ORGANISATION, False, None),
        (Audience.ANYONE_ON_WEB, False, None),
        (Audience.MEMBERS, True, None),
    ],
)
def test_advice_speaks_of_all_users_only_where_they_may_be_members(readership, all_users, told):
    steps = [step.action for step in _judged(readership, all_users=all_users).advice]

    found = [step for step in steps if "all users" in step]
    assert len(found) == (told is not None)
    assert told is None or found[0].startswith(told)


def test_advice_names_the_officer_first_when_patients_are_exposed():
    assert "72 hours" in _judged(Audience.ANYONE_ON_WEB).advice[0].action


def test_advice_warns_when_one_switch_would_open_a_harmless_group():
    judged = assess(
        make.group(),
        make.exposure(Audience.WHOLE_ORGANISATION, latent=Audience.ANYONE_ON_WEB),
        None,
        make.posts(),
        make.health(Verdict.ORDINARY),
    )

    assert judged.severity is Severity.NONE
    assert ["would become public" in step.action for step in judged.advice] == [True]


def test_advice_is_empty_when_nothing_is_wrong():
    judged = assess(
        make.group(),
        make.exposure(Audience.MEMBERS),
        None,
        make.posts(PostsStatus.NOT_NEEDED),
        None,
    )

    assert judged.advice == ()


def test_advice_never_points_to_workspace_pages_when_the_group_is_a_consumer_one():
    group = make.group("soins@googlegroups.com", kind=GroupKind.CONSUMER)
    judged = assess(group, make.exposure(), None, make.posts(), make.health())
    urls = [step.url for step in judged.advice if step.url]

    assert urls
    assert all(url.startswith("https://groups.google.com/g/soins/") for url in urls)


@given(st.emails() | st.text(min_size=1))
def test_advice_links_stay_on_google_whatever_the_address(email):
    judged = assess(make.group(email), make.exposure(), None, make.posts(), make.health())

    for step in judged.advice:
        assert step.url is None or re.fullmatch(
            r"https://(groups|admin)\.google\.com/[\w./%~-]+", step.url, re.ASCII
        )


@pytest.mark.parametrize(
    "reason", ["access-denied", "not-found", "quota-exhausted", "bad-answer", "never-heard-of"]
)
def test_advice_says_what_to_do_when_unassessed(reason):
    failure = Unassessed(Stage.SETTINGS, reason, "refused")
    judged = assess(make.group(), None, failure, make.posts(PostsStatus.UNREAD), None)

    assert judged.severity is Severity.UNKNOWN
    assert len(judged.advice) == 1


def test_worst_first_orders_by_severity_then_breadth_then_persons():
    web = make.assessment(Severity.HIGH)
    inside = replace(web, exposure=make.exposure(Audience.WHOLE_ORGANISATION))
    nobody = make.unreadable()
    slight = replace(web, severity=Severity.LOW)
    critical = replace(web, severity=Severity.CRITICAL)

    ordered = worst_first([slight, nobody, inside, web, critical])

    assert ordered == (critical, web, inside, nobody, slight)


CLEAN = make.assessment(Severity.NONE)
FOUND = make.assessment(Severity.HIGH)
SLIGHT = make.assessment(Severity.LOW)
UNREAD = replace(CLEAN, posts=make.posts(PostsStatus.UNREAD, reason="no-source"))


@pytest.mark.parametrize(
    ("groups", "changes", "expected"),
    [
        ((CLEAN,), {}, 0),
        ((SLIGHT,), {}, 0),
        ((FOUND,), {}, 5),
        ((CLEAN, make.unreadable()), {}, 4),
        ((SLIGHT, make.unreadable()), {}, 4),
        ((FOUND, make.unreadable()), {}, 6),
        ((UNREAD,), {}, 4),
        ((replace(UNREAD, posts=make.posts(PostsStatus.NOT_REQUESTED)),), {}, 0),
        ((replace(UNREAD, posts=make.posts(PostsStatus.PARTLY_READ)),), {}, 4),
        ((replace(CLEAN, exposure=make.exposure(Audience.UNKNOWN)),), {}, 4),
        ((CLEAN,), {"listing_failure": Unassessed(Stage.LISTING, "bad-answer", "cut")}, 4),
        ((FOUND,), {"run": make.run(complete=False)}, 6),
    ],
)
def test_exit_code_when(groups, changes, expected):
    assert exit_code(make.report(*groups, **changes), Severity.HIGH) == expected


@pytest.mark.parametrize(("level", "found"), list(product(FINDINGS, FINDINGS)))
def test_fails_on_when_level_and_finding(level, found):
    report = make.report(make.assessment(found))

    assert fails_on(report, level) is (FINDINGS.index(found) <= FINDINGS.index(level))


@pytest.mark.parametrize("level", [Severity.NONE, Severity.UNKNOWN])
def test_fails_on_refuses_a_level_that_is_no_finding(level):
    with pytest.raises(ValueError, match=level.value):
        fails_on(make.report(CLEAN), level)


def test_breadth_and_matrix_cover_every_audience():
    assert {audience for audience, _ in MATRIX} == set(BREADTH) - {Audience.UNKNOWN}


@pytest.mark.parametrize(("listed", "told"), [(12, True), (None, False)])
def test_owner_is_asked_for_only_when_members_were_listed(listed, told):
    exposed = make.exposure(Audience.WHOLE_ORGANISATION, owners=(), members_total=listed)
    steps = [step.action for step in advice(make.assessment(exposure=exposed))]

    assert ("Name an owner for this group." in steps) is told
