"""Hypothesis strategies for model values: any report the types allow, hostile texts included."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from groupaudit.model.compliance import Observed, RuleResult, RuleStatus
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience, Certainty, Exposure, Group, GroupKind, Reason
from groupaudit.model.report import (
    Advice,
    Assessment,
    Change,
    ChangeKind,
    Figures,
    Gap,
    Health,
    Point,
    PostSample,
    PostsCoverage,
    PostsStatus,
    Report,
    Run,
    Severity,
    Stage,
    Unassessed,
    Unsettled,
)
from groupaudit.model.sample import Interval, PersonCount, SampleDesign, SamplingKind
from groupaudit.model.severity import FINDINGS
from groupaudit.model.timeline import GroupEvent, Step, Weakness

HOSTILE = st.sampled_from(
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u200e=1",
        "\u202e=1",
        "\ufeff=1",
        "\x00=1",
        "'=1",
        '"=1;"',
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(1)>",
        "{{ 7*7 }}",
        "🏥 l’hôpital",
        "مرحبا",
    ]
)
TEXTS = HOSTILE | st.text(max_size=12)
WORDS = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True)
COUNTS = st.integers(0, 2**53)
SHARES = st.floats(0, 1)
TIMES = st.integers(946_684_800_000, 4_102_444_800_000).map(
    lambda milliseconds: datetime.fromtimestamp(milliseconds / 1000, UTC)
)
PAIRS = st.dictionaries(TEXTS, TEXTS, max_size=2).map(lambda pairs: tuple(pairs.items()))
TALLIES = st.dictionaries(WORDS, COUNTS, max_size=2).map(lambda pairs: tuple(pairs.items()))
MANY = st.lists(TEXTS, max_size=2).map(tuple)


def tuples(of):
    return st.lists(of, max_size=2).map(tuple)


def maybe(of):
    return st.none() | of


GROUPS = st.builds(
    Group,
    email=TEXTS.map(lambda text: f"x{text}"),
    name=TEXTS,
    kind=st.sampled_from(GroupKind),
    id=TEXTS,
    description=TEXTS,
    aliases=MANY,
    direct_members=maybe(COUNTS),
)
EVENTS = st.builds(
    GroupEvent,
    when=TIMES,
    what=st.sampled_from(Step),
    log=WORDS,
    name=TEXTS,
    setting=TEXTS,
    before=TEXTS,
    after=TEXTS,
    unit=TEXTS,
    by=maybe(TEXTS),
    application=maybe(TEXTS),
    address=maybe(TEXTS),
)
WEAKNESSES = st.builds(Weakness, WORDS, TEXTS, TEXTS, TEXTS, TEXTS, maybe(TEXTS), MANY)
RULES = st.builds(
    RuleResult,
    rule=TEXTS,
    status=st.sampled_from(RuleStatus),
    observed=tuples(st.builds(Observed, TEXTS, TEXTS, st.booleans())),
    why=TEXTS,
    groups_against=maybe(COUNTS),
    groups_unknown=COUNTS,
)
EXPOSURES = st.builds(
    Exposure,
    readership=st.sampled_from(Audience),
    audiences=tuples(st.sampled_from(Audience)),
    certainty=st.sampled_from(Certainty),
    latent=maybe(st.sampled_from(Audience)),
    reasons=tuples(st.builds(Reason, TEXTS, TEXTS, TEXTS)),
    settings=PAIRS,
    owners=MANY,
    members_total=maybe(COUNTS),
    members_external=maybe(COUNTS),
    members_consumer_mail=maybe(COUNTS),
    created_by=maybe(TEXTS),
    since=maybe(TIMES),
    by=maybe(TEXTS),
    evidence=maybe(TEXTS),
    notes=MANY,
    created=maybe(TIMES),
    held_since=maybe(TIMES),
    timeline=tuples(EVENTS),
    weaknesses=tuples(WEAKNESSES),
)
FAILURES = st.builds(Unassessed, st.sampled_from(Stage), WORDS, TEXTS)
POSTS = st.builds(
    PostsCoverage,
    status=st.sampled_from(PostsStatus),
    reason=maybe(WORDS),
    source=maybe(WORDS),
    total=maybe(COUNTS),
    examined=COUNTS,
    failed=COUNTS,
    failed_parts=TALLIES,
    first=maybe(TIMES),
    last=maybe(TIMES),
    sampling=maybe(st.sampled_from(SamplingKind)),
    seed=maybe(COUNTS),
    design=maybe(st.builds(SampleDesign, st.integers(1, 16), COUNTS, st.integers(1, 3))),
    conversations=maybe(COUNTS),
    note=TEXTS,
)
SAMPLES = st.builds(
    PostSample, WORDS, maybe(TIMES), st.sampled_from(Verdict), SHARES, tuples(WORDS), TEXTS
)
HEALTHS = st.builds(
    Health,
    verdict=st.sampled_from(Verdict),
    posts_identifiable_health=COUNTS,
    posts_health_person=COUNTS,
    prevalence=st.builds(Interval, SHARES, SHARES, SHARES, SHARES),
    persons=st.builds(PersonCount, COUNTS, COUNTS),
    categories=TALLIES,
    samples=tuples(SAMPLES),
    conversations_identifiable_health=maybe(COUNTS),
    documents_identifiable_health=maybe(COUNTS),
)
ADVICE = st.builds(
    Advice, TEXTS, maybe(TEXTS), maybe(TEXTS), maybe(WORDS.map(lambda word: f"https://{word}"))
)


@st.composite
def assessments(draw):
    exposure = draw(maybe(EXPOSURES))
    return Assessment(
        group=draw(GROUPS),
        exposure=exposure,
        unassessed=draw(FAILURES) if exposure is None else None,
        posts=draw(POSTS),
        health=draw(maybe(HEALTHS)),
        severity=draw(st.sampled_from(Severity)),
        advice=draw(tuples(ADVICE)),
    )


CHANGES = st.builds(
    Change,
    email=TEXTS,
    change=st.sampled_from(ChangeKind),
    before=maybe(st.sampled_from(Severity)),
    after=maybe(st.sampled_from(Severity)),
)
RUNS = st.builds(
    Run,
    id=WORDS,
    started=TIMES,
    finished=TIMES,
    tool_version=WORDS,
    config_digest=WORDS,
    organisation=TEXTS,
    domains=MANY,
    complete=st.booleans(),
    scope=WORDS,
)
FIGURES = st.builds(
    Figures,
    exposed=st.dictionaries(st.sampled_from(Severity), COUNTS, max_size=3).map(
        lambda counts: tuple(counts.items())
    ),
    persons=COUNTS,
    unknown=COUNTS,
    groups=COUNTS,
)
POINTS = st.builds(Point, run=WORDS, when=TIMES, figures=FIGURES, gap=st.none()) | st.builds(
    Point, run=WORDS, when=TIMES, figures=st.none(), gap=st.sampled_from(Gap)
)
REPORTS = st.builds(
    Report,
    run=RUNS,
    groups=st.lists(assessments(), max_size=3, unique_by=lambda item: item.group.email).map(tuple),
    changes=tuples(CHANGES),
    notes=MANY,
    listing_failure=maybe(FAILURES),
    compliance=tuples(RULES),
    trend=st.lists(POINTS, max_size=4).map(tuple),
    unsettled=tuples(st.builds(Unsettled, TEXTS, WORDS, st.sampled_from(FINDINGS))),
)
