"""What changed between two runs, and what stands because nobody looked at it again."""

from __future__ import annotations

from dataclasses import replace

import factories as make
import pytest
from hypothesis import given
from strategies import REPORTS

from groupaudit import assess
from groupaudit.history.diff import (
    NOT_ALL_SEEN,
    NOT_LISTED,
    OTHER_SCOPE,
    READ_BY_ANOTHER,
    READ_OTHERWISE,
    READ_UNKNOWN,
    compare,
)
from groupaudit.model import readers
from groupaudit.model.finding import Verdict
from groupaudit.model.group import WEB, Audience, Certainty, GroupKind, Reason
from groupaudit.model.report import (
    Assessment,
    Change,
    ChangeKind,
    Outcome,
    PostsStatus,
    Report,
    Run,
    Severity,
    Stage,
    Unassessed,
    Unsettled,
)
from groupaudit.model.sample import Interval, SamplingKind
from groupaudit.model.standing import Comparison, Standing
from groupaudit.web.verdict import TURNED_AWAY

EMAIL = make.group().email
WHOLE = {"sampling": SamplingKind.CENSUS, "total": 500}
WEB_READS, JOINERS = Audience.ANYONE_ON_WEB, Audience.ANYONE_WHO_JOINS
EVERYONE, MEMBERS, UNKNOWN = Audience.WHOLE_ORGANISATION, Audience.MEMBERS, Audience.UNKNOWN
VIEWED_BY_ANYONE = (("whoCanViewGroup", "ANYONE_CAN_VIEW"),)
PATIENTS, ORDINARY = Verdict.IDENTIFIABLE_HEALTH, Verdict.ORDINARY


def _group(
    readers: Audience | None = WEB_READS,
    verdict: Verdict | None = PATIENTS,
    status: PostsStatus = PostsStatus.READ,
    **changes,
) -> Assessment:
    """A group as the assessment judges it; ``changes`` go to its exposure."""
    exposure = make.exposure(readers, **changes) if readers else None
    failure = None if readers else make.unreadable().unassessed
    posts = make.posts(status, **(WHOLE if status is PostsStatus.READ else {}))
    health = make.health(verdict) if verdict else None
    return assess.assess(make.group(), exposure, failure, posts, health)


def _report(*groups: Assessment, **changes) -> Report:
    return Report(**{"run": make.run(), "groups": groups, **changes})


def _compared(before: Report, after: Report) -> Comparison:
    outcomes = {item.group.email: Outcome(before.run, item) for item in before.groups}
    severities = {item.group.email: item.severity for item in before.groups}
    return compare(Standing(before.run, severities, outcomes.get), after)


def _kinds(found: Comparison) -> list[tuple[ChangeKind, Severity | None, Severity | None]]:
    return [(change.change, change.before, change.after) for change in found.changes]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, Severity.HIGH, ChangeKind.NEW),
        (None, Severity.UNKNOWN, ChangeKind.UNREADABLE),
        (None, Severity.NONE, None),
        (Severity.UNKNOWN, Severity.LOW, ChangeKind.NEW),
        (Severity.UNKNOWN, Severity.NONE, None),
        (Severity.LOW, Severity.CRITICAL, ChangeKind.WORSE),
        (Severity.NONE, Severity.LOW, ChangeKind.WORSE),
        (Severity.CRITICAL, Severity.UNKNOWN, ChangeKind.UNREADABLE),
        (Severity.NONE, Severity.UNKNOWN, ChangeKind.UNREADABLE),
        (Severity.MEDIUM, None, ChangeKind.GONE),
        (Severity.UNKNOWN, None, ChangeKind.GONE),
        (Severity.NONE, None, None),
    ],
)
@pytest.mark.parametrize("scope", [make.run().scope, "another", ""])
def test_what_is_not_milder_is_told_whatever_was_looked_at(before, after, expected, scope):
    reports = [_report(*([make.assessment(each)] if each else [])) for each in (before, after)]
    found = _compared(reports[0], replace(reports[1], run=make.run(scope=scope)))

    assert found.changes == ((Change(EMAIL, expected, before, after),) if expected else ())
    hidden = before is Severity.CRITICAL and after is Severity.UNKNOWN
    assert [each.severity for each in found.unsettled] == [before] * hidden


#: Who reads and what was found, before and after, with the posts' status after; then what is told
#: where both runs looked at posts in the same way, and where they did not.
FIXED, BETTER, UNREADABLE = ChangeKind.FIXED, ChangeKind.BETTER, ChangeKind.UNREADABLE
READ, PARTLY = PostsStatus.READ, PostsStatus.PARTLY_READ
UNREAD, NOT_NEEDED = PostsStatus.UNREAD, PostsStatus.NOT_NEEDED
STANDS = None
MILDER = [
    # Readers as they were, and posts that say less: perhaps of less that was read.
    ((WEB_READS, PATIENTS), (WEB_READS, ORDINARY, READ), FIXED, STANDS),
    ((WEB_READS, PATIENTS), (WEB_READS, Verdict.HEALTH_PERSON, READ), BETTER, STANDS),
    ((EVERYONE, PATIENTS), (EVERYONE, ORDINARY, READ), FIXED, STANDS),
    ((MEMBERS, PATIENTS), (MEMBERS, ORDINARY, READ), FIXED, STANDS),
    ((WEB_READS, PATIENTS), (WEB_READS, Verdict.IDENTITY_ONLY, PARTLY), UNREADABLE, UNREADABLE),
    ((MEMBERS, PATIENTS), (MEMBERS, ORDINARY, PARTLY), UNREADABLE, UNREADABLE),
    ((MEMBERS, PATIENTS), (MEMBERS, None, UNREAD), UNREADABLE, UNREADABLE),
    ((MEMBERS, PATIENTS), (MEMBERS, None, NOT_NEEDED), STANDS, STANDS),
    # As wide in effect: who joins reads as the web did.
    ((WEB_READS, PATIENTS), (JOINERS, ORDINARY, READ), FIXED, STANDS),
    # Wider readers, and posts that say so much less that it is milder all the same.
    ((EVERYONE, PATIENTS), (WEB_READS, Verdict.HEALTH_GENERIC, READ), BETTER, STANDS),
    # Fewer readers, which was looked at by both.
    ((WEB_READS, PATIENTS), (EVERYONE, PATIENTS, READ), BETTER, BETTER),
    ((WEB_READS, PATIENTS), (MEMBERS, PATIENTS, READ), BETTER, BETTER),
    ((WEB_READS, PATIENTS), (MEMBERS, None, NOT_NEEDED), FIXED, FIXED),
    ((WEB_READS, PATIENTS), (MEMBERS, None, UNREAD), FIXED, FIXED),
    ((WEB_READS, PATIENTS), (MEMBERS, ORDINARY, READ), FIXED, FIXED),
    ((MEMBERS, PATIENTS), (Audience.OWNERS, None, NOT_NEEDED), FIXED, FIXED),
    # What members may read of it, they could all along.
    ((WEB_READS, Verdict.HEALTH_GENERIC), (MEMBERS, None, NOT_NEEDED), FIXED, FIXED),
    # Somebody reads, and perhaps others do: nobody knows that they are fewer.
    ((WEB_READS, PATIENTS), (UNKNOWN, PATIENTS, READ), STANDS, STANDS),
]


@pytest.mark.parametrize(("before", "after", "alike", "otherwise"), MILDER)
@pytest.mark.parametrize("scope", ["same", "another", ""])
@pytest.mark.parametrize("digest", ["same", "another"])
def test_milder_finding_is_told_only_where_both_looked(
    before, after, alike, otherwise, scope, digest
):
    audiences = (UNKNOWN, EVERYONE) if after[0] is UNKNOWN else (after[0],)
    was, now = _group(*before), _group(*after, audiences=audiences)
    found = _compared(
        _report(was, run=make.run(scope="same", config_digest="same")),
        _report(now, run=make.run(scope=scope, config_digest=digest, id="later")),
    )
    expected = alike if scope == "same" else otherwise

    assert assess._RANK[now.severity] > assess._RANK[was.severity]  # else the row tests nothing
    assert _kinds(found) == ([(expected, was.severity, now.severity)] if expected else [])
    shown = expected in {FIXED, BETTER}
    stands = () if shown else (Unsettled(EMAIL, make.run().id, was.severity),)
    assert found.unsettled == stands
    why = {"same": NOT_ALL_SEEN, "another": READ_OTHERWISE, "": READ_UNKNOWN}[scope]
    assert (why % {"count": 1} in found.notes) == bool(stands)
    assert (OTHER_SCOPE in found.notes) == (digest == "another")


@pytest.mark.parametrize("scope", ["", "5ee4a11"])
def test_scope_of_an_earlier_run_that_is_not_known_is_like_another(scope):
    earlier = _report(_group(), run=make.run(scope=""))
    found = _compared(earlier, _report(_group(verdict=ORDINARY), run=make.run(scope=scope)))

    assert not found.changes
    assert found.notes == (READ_UNKNOWN % {"count": 1},)


def test_only_what_fewer_readers_explain_is_better_when_less_was_read():
    now = _group(EVERYONE, ORDINARY)
    found = _compared(_report(_group()), _report(now, run=make.run(scope="another")))

    assert _kinds(found) == [(BETTER, Severity.CRITICAL, Severity.HIGH)]
    assert found.unsettled == (Unsettled(EMAIL, make.run().id, Severity.HIGH),)


def _posts(item: Assessment, **changes) -> Assessment:
    return replace(item, posts=replace(item.posts, **changes))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"sampling": SamplingKind.SEQUENTIAL, "total": 9_000}),
        ({}, {"source": "web"}),
        ({}, {"failed_parts": (("encrypted", 1),)}),
        ({"failed_parts": (("encrypted", 2),)}, {"failed_parts": (("encrypted", 3),)}),
    ],
)
def test_finding_stands_when_the_same_scope_drew_or_read_less(before, after):
    was, now = _posts(_group(), **before), _posts(_group(verdict=ORDINARY), **after)
    found = _compared(_report(was), _report(now))

    assert not found.changes
    assert found.notes == (NOT_ALL_SEEN % {"count": 1},)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"total": 0, "examined": 0}),
        ({"failed_parts": (("encrypted", 2),)}, {"failed_parts": (("encrypted", 2),)}),
        ({"sampling": SamplingKind.SEQUENTIAL, "total": 9000}, {}),
    ],
)
def test_finding_is_fixed_when_all_was_read_again(before, after):
    was, now = _posts(_group(), **before), _posts(_group(verdict=ORDINARY), **after)

    assert _kinds(_compared(_report(was), _report(now))) == [
        (FIXED, Severity.CRITICAL, Severity.NONE)
    ]


@pytest.mark.parametrize(
    ("low", "high", "total", "sure", "fixed"),
    [
        (0.06, 0.01, 10_000, 0.95, True),
        (0.06, 0.01, 70_000, 0.95, False),  # the share fell, the number need not have
        (0.001, 0.01, 10_000, 0.95, False),
        (0.06, 0.01, 10_000, 0.6, False),  # a bound that is asked to be less sure
    ],
)
def test_sample_without_a_find_refutes_another_only_beyond_chance(low, high, total, sure, fixed):
    drawn = {"sampling": SamplingKind.SEQUENTIAL, "total": 10_000}
    was, now = (
        _posts(_group(), **drawn),
        _posts(_group(verdict=ORDINARY), **drawn | {"total": total}),
    )
    was = replace(was, health=make.health(prevalence=Interval(low, low, low * 2, 0.95)))
    now = replace(now, health=make.health(ORDINARY, prevalence=Interval(0.0, 0.0, high, sure)))
    found = _compared(_report(was), _report(now))

    assert [change.change for change in found.changes] == [FIXED] * fixed


@pytest.mark.parametrize(
    ("was", "now", "domains"),
    [
        # Members who came from outside are not listed any more.
        (
            (Audience.EXTERNAL_MEMBERS, {}),
            (MEMBERS, {"members_total": None}),
            make.run().domains,
        ),
        ((EVERYONE, {"all_users": True}), (MEMBERS, {"members_total": None}), make.run().domains),
        # Whether all users were members is not kept.
        ((EVERYONE, {"all_users": None}), (MEMBERS, {"members_total": None}), make.run().domains),
        # A setting changed that has no part in who reads.
        (
            (WEB_READS, {"certainty": Certainty.PROBED, "settings": VIEWED_BY_ANYONE}),
            (MEMBERS, {"settings": (*VIEWED_BY_ANYONE, ("whoCanContactOwner", "X"))}),
            make.run().domains,
        ),
        # Their domain is named among one's own.
        (
            (Audience.EXTERNAL_MEMBERS, {}),
            (MEMBERS, {}),
            (*make.run().domains, "labo.example"),
        ),
        # The web showed it against its settings, and was not asked again, or gave no answer.
        ((WEB_READS, {"certainty": Certainty.PROBED}), (MEMBERS, {}), make.run().domains),
        (
            (WEB_READS, {"certainty": Certainty.PROBED}),
            (MEMBERS, {"reasons": (Reason(WEB, "budget", "…"),)}),
            make.run().domains,
        ),
    ],
)
def test_readers_who_were_not_looked_for_again_read_still(was, now, domains):
    before = _group(was[0], **was[1])
    after = _group(now[0], None, NOT_NEEDED, **now[1])
    found = _compared(_report(before), _report(after, run=make.run(domains=domains)))

    assert not found.changes
    assert found.unsettled == (Unsettled(EMAIL, make.run().id, before.severity),)


@pytest.mark.parametrize(
    "changes",
    [{"reasons": (Reason(WEB, answer.value, "…"),)} for answer in sorted(TURNED_AWAY)]
    + [{"settings": (("whoCanViewGroup", "ALL_MEMBERS_CAN_VIEW"),)}],
)
def test_group_that_the_web_showed_is_fixed_when_closed_for_all_to_see(changes):
    before = _group(certainty=Certainty.PROBED)
    after = _group(MEMBERS, None, NOT_NEEDED, **changes)

    assert [each.change for each in _compared(_report(before), _report(after)).changes] == [FIXED]


def test_answers_of_the_web_are_those_of_the_look_from_outside():
    assert {answer.value for answer in TURNED_AWAY} == readers.TURNED_AWAY


def test_finding_is_gone_with_its_group_when_another_has_the_address():
    before, after = _group(), _group(verdict=ORDINARY)
    was = replace(before, group=make.group(id="one"))
    now = replace(after, group=make.group(id="two"))
    found = _compared(_report(was), _report(now, run=make.run(scope="another")))

    assert [change.change for change in found.changes] == [FIXED]


def test_finding_that_only_the_matrix_made_milder_stands():
    # As a version had it in whose matrix outsiders who are members were as grave as strangers.
    before = replace(_group(Audience.EXTERNAL_MEMBERS), severity=Severity.CRITICAL)
    found = _compared(_report(before), _report(_group(Audience.EXTERNAL_MEMBERS)))

    assert not found.changes
    assert [each.severity for each in found.unsettled] == [Severity.CRITICAL]


def test_finding_stands_without_an_outcome_to_compare_with():
    standing = Standing(make.run(), {EMAIL: Severity.CRITICAL})

    assert not compare(standing, _report(_group(verdict=ORDINARY))).changes
    closed = compare(standing, _report(_group(MEMBERS, None, NOT_NEEDED)))
    assert [change.change for change in closed.changes] == [FIXED]


@pytest.mark.parametrize(
    "later",
    [
        {"run": make.run(complete=False)},
        {"run": make.run(config_digest="other-scope")},
        {"listing_failure": Unassessed(Stage.LISTING, "bad-answer", "cut")},
    ],
)
def test_group_is_not_gone_when_the_later_run_did_not_look(later):
    assert _compared(_report(_group()), _report(**later)).changes == ()


def test_group_that_no_listing_holds_is_never_gone():
    met = replace(_group(), group=make.group(kind=GroupKind.CONSUMER))
    found = _compared(_report(met), _report())

    assert not found.changes
    assert found.unsettled == (Unsettled(EMAIL, make.run().id, Severity.CRITICAL, fresh=False),)


def test_finding_is_new_when_the_earlier_run_did_not_look():
    found = _compared(_report(run=make.run(complete=False)), _report(_group()))

    assert [change.change for change in found.changes] == [ChangeKind.NEW]


CRITICAL, NONE = _group(), _group(MEMBERS, ORDINARY)
HIDDEN, LESS = _group(None, None, UNREAD), _group(verdict=Verdict.IDENTITY_ONLY, status=PARTLY)
FULL, NARROW = {"config_digest": "full"}, {"config_digest": "narrow"}
BROKEN = FULL | {"broken": True}
OTHER_WAY = FULL | {"scope": "another"}


def _last_of(*steps: tuple[Assessment | None, dict]) -> Comparison:
    """What the last of several runs is told to have changed, each compared with the one before."""
    kept: dict[str, Outcome] = {}
    found, standing = Comparison(), None
    for place, (item, changes) in enumerate(steps):
        report = _step(item, id=f"{place}", **changes)
        found = compare(standing, report) if standing else found
        kept |= {report.run.id: Outcome(report.run, item)} if item else {}
        standing = _told_by(report.run, item, found, kept)
    return found


def _step(item: Assessment | None, *, broken: bool = False, **changes) -> Report:
    failure = Unassessed(Stage.LISTING, "bad-answer", "cut") if broken else None
    return _report(*([item] if item else []), run=make.run(**changes), listing_failure=failure)


def _told_by(run: Run, item: Assessment | None, found: Comparison, kept: dict) -> Standing:
    stand = {each.email: each.severity for each in found.unsettled}
    made_by = found.unsettled[0].run if stand else run.id
    severities = {EMAIL: item.severity} if item else {}
    return Standing(run, severities, lambda _email: kept.get(made_by), stand)


@pytest.mark.parametrize(
    ("steps", "change", "stands"),
    [
        # An audit of one group between two of all: the others are compared with what was told.
        ([(CRITICAL, FULL), (None, NARROW)], None, True),
        ([(CRITICAL, FULL), (None, NARROW), (None, NARROW)], None, True),
        ([(CRITICAL, FULL), (None, NARROW), (CRITICAL, FULL)], None, False),
        ([(CRITICAL, FULL), (None, NARROW), (NONE, FULL)], FIXED, False),
        ([(CRITICAL, FULL), (None, NARROW), (HIDDEN, FULL)], UNREADABLE, True),
        ([(CRITICAL, FULL), (None, NARROW), (LESS, FULL)], UNREADABLE, True),
        ([(CRITICAL, FULL), (None, NARROW), (None, FULL)], ChangeKind.GONE, False),
        ([(CRITICAL, FULL), (None, FULL), (CRITICAL, FULL)], ChangeKind.NEW, False),
        ([(NONE, FULL), (None, NARROW), (CRITICAL, FULL)], ChangeKind.NEW, False),
        # What was never looked at did not become unreadable.
        ([(None, NARROW), (HIDDEN, FULL)], None, False),
        # A list that broke off.
        ([(CRITICAL, FULL), (None, BROKEN)], None, True),
        ([(CRITICAL, FULL), (None, BROKEN), (CRITICAL, FULL)], None, False),
        ([(CRITICAL, FULL), (None, BROKEN), (None, FULL)], ChangeKind.GONE, False),
        # Nothing could be told for a while: that is told once, and the finding is not forgotten.
        ([(CRITICAL, FULL), (HIDDEN, FULL), (HIDDEN, FULL)], None, True),
        ([(CRITICAL, FULL), (HIDDEN, FULL), (NONE, FULL)], FIXED, False),
        ([(CRITICAL, FULL), (HIDDEN, FULL), (CRITICAL, FULL)], ChangeKind.NEW, False),
        ([(CRITICAL, FULL), (HIDDEN, FULL), (_group(verdict=ORDINARY), OTHER_WAY)], None, True),
        ([(CRITICAL, FULL), (LESS, FULL), (LESS, FULL)], None, True),
        ([(CRITICAL, FULL), (LESS, FULL), (_group(verdict=ORDINARY), FULL)], FIXED, False),
        ([(CRITICAL, FULL), (LESS, FULL), (CRITICAL, FULL)], None, False),
    ],
)
def test_finding_is_remembered_over_runs_that_did_not_look(steps, change, stands):
    found = _last_of(*steps)

    assert [each.change for each in found.changes] == ([change] if change else [])
    expected = [("0", Severity.CRITICAL)] if stands else []
    assert [(each.run, each.severity) for each in found.unsettled] == expected


@pytest.mark.parametrize(
    ("steps", "fresh"),
    [
        ([(CRITICAL, FULL), (None, NARROW)], False),
        ([(CRITICAL, FULL), (_group(verdict=ORDINARY), OTHER_WAY)], True),
        ([(CRITICAL, FULL), *[(_group(verdict=ORDINARY), OTHER_WAY)] * 2], False),
        ([(CRITICAL, FULL), (None, NARROW), (_group(verdict=ORDINARY), OTHER_WAY)], True),
        ([(CRITICAL, FULL), (HIDDEN, FULL), (_group(verdict=ORDINARY), OTHER_WAY)], True),
    ],
)
def test_finding_that_stands_is_told_once_by_a_run_that_looked_at_its_group(steps, fresh):
    assert [each.fresh for each in _last_of(*steps).unsettled] == [fresh]


def test_notes_say_that_groups_were_not_listed_or_that_another_version_judged():
    another = (_group(verdict=ORDINARY), FULL | {"scope": "another", "tool_version": "9.0.0"})

    assert NOT_LISTED % {"count": 1} in _last_of((CRITICAL, FULL), (None, NARROW)).notes
    assert _last_of((CRITICAL, FULL), another).notes == (READ_BY_ANOTHER % {"count": 1},)


@given(REPORTS)
def test_diff_is_empty_when_nothing_changed(report):
    assert _compared(report, report) == Comparison()
