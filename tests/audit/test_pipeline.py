"""The pipeline: failures stay with their group; interruption loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from stages import Silent, one_by_one

from groupaudit.audit import Audit, Stages
from groupaudit.audit.examine import Examination
from groupaudit.errors import (
    AccessDenied,
    AuthError,
    CollectError,
    NotFound,
    PostsError,
    QuotaExhausted,
)
from groupaudit.history.diff import OTHER_SCOPE, compare
from groupaudit.history.store import SqliteHistory
from groupaudit.model.coverage import coverage
from groupaudit.model.finding import Classification, PartVerdict, Verdict
from groupaudit.model.group import Audience, Certainty, Earlier, Exposure, Group, OrgPolicy
from groupaudit.model.post import Document
from groupaudit.model.report import PostsStatus, Run, Severity, Stage
from groupaudit.model.sample import Availability, Frame, PostRef
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases
from groupaudit.sampling import Policy

MOMENT = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
RUN = Run("run-1", MOMENT, None, "0.1.0", "digest", "CH de Test")
OPEN = Exposure(Audience.ANYONE_ON_WEB, (Audience.ANYONE_ON_WEB,), Certainty.SETTINGS)
CLOSED = Exposure(Audience.MEMBERS, (Audience.MEMBERS,), Certainty.SETTINGS)


class FakeGroups:
    """A GroupSource whose answers are given; an exception in place of an exposure is raised."""

    def __init__(
        self, answers: dict[str, Exposure | Exception], *, breaks: Exception | None = None
    ):
        self.answers = answers
        self.breaks = breaks
        self.asked: list[str] = []

    def domains(self) -> tuple[str, ...]:
        return ("ch.example",)

    def groups(self) -> Iterator[Group]:
        for email in self.answers:
            yield Group(email)
        if self.breaks:
            raise self.breaks

    def exposure(self, group: Group) -> Exposure:
        self.asked.append(group.email)
        answer = self.answers[group.email]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def org_policy(self) -> OrgPolicy:
        return OrgPolicy(open_to_internet=False, units=())

    def notes(self) -> tuple[str, ...]:
        return ("the log is short",)


class FakePosts:
    """A PostSource over texts; a text that is an exception is raised on reading."""

    name = "fake"

    def __init__(
        self,
        texts: list[str | Exception],
        *,
        refuses: str = "",
        opens: Exception | None = None,
        missing: int = 0,
        partial: bool = False,
    ):
        self.texts = texts
        self.missing = missing
        self.partial = partial
        self.refuses = refuses
        self.opens = opens

    def available(self, group: Group) -> Availability:
        return Availability(yes=not self.refuses, reason=self.refuses)

    @contextmanager
    def open(self, group: Group) -> Iterator[FakePosts]:
        if self.opens:
            raise self.opens
        yield self

    def frame(self) -> Frame:
        refs = tuple(PostRef(str(number)) for number in range(len(self.texts)))
        return Frame(refs, missing=self.missing, partial=self.partial)

    def read(self, ref: PostRef) -> Document:
        text = self.texts[int(ref.key)]
        if isinstance(text, Exception):
            raise text
        return Document(id=text)


class FakeClassifier:
    """Reads the verdict off the document's id: ``verdict`` or ``verdict:person``.

    The excerpt names the person; a number scores higher than a name.
    """

    def classify(self, document: Document) -> Classification:
        verdict, _, person = document.id.partition(":")
        if verdict == "unreadable":
            refused = PartVerdict("a.pdf", None, "corrupt")
            return Classification(None, parts=(refused,), error="corrupt")
        keys = frozenset({hash(person)}) if person else frozenset()
        score = 0.9 if person.isdecimal() else 0.5
        return Classification(
            Verdict(verdict),
            score=score,
            persons=len(keys),
            person_keys=keys,
            excerpt=f"[lines] {person}",
        )


class FakeContents:
    """Every person's data is one content."""

    def sensitive(self, document: Document) -> frozenset[int]:
        return frozenset({hash(document.id)})


@pytest.fixture
def history(tmp_path):
    with SqliteHistory(tmp_path / "history.sqlite3", clock=lambda: MOMENT) as opened:
        yield opened


def audit(history, groups, *sources, mapper=one_by_one, every_group=False, notes=(), unusable=()):
    examination = Examination(
        sources, FakeClassifier(), FakeContents(), Policy(), every_group, lambda key: "p", unusable
    )
    stages = Stages(groups, examination, history, mapper, compare, lambda: MOMENT, Silent())
    return Audit(stages, notes)


def by_email(report):
    return {outcome.group.email: outcome for outcome in report.groups}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AccessDenied("no"), "access-denied"),
        (NotFound("gone"), "not-found"),
        (CollectError("odd", reason="backend-error"), "backend-error"),
    ],
)
def test_one_groups_failure_is_named_and_hides_no_other(history, error, reason):
    groups = FakeGroups({"a@ch.example": OPEN, "b@ch.example": error, "c@ch.example": CLOSED})

    report = audit(history, groups, FakePosts(["identifiable_health:x"])).run(RUN)

    outcomes = by_email(report)
    assert outcomes["b@ch.example"].unassessed.reason == reason
    assert outcomes["b@ch.example"].unassessed.stage is Stage.SETTINGS
    assert outcomes["a@ch.example"].severity is Severity.CRITICAL
    assert outcomes["c@ch.example"].posts.status is PostsStatus.NOT_NEEDED
    assert report.run.complete


def test_listing_that_breaks_off_is_told_beside_what_it_gave(history):
    groups = FakeGroups({"a@ch.example": OPEN}, breaks=CollectError("cut", reason="bad-answer"))

    report = audit(history, groups, FakePosts([])).run(RUN)

    assert report.listing_failure.reason == "bad-answer"
    assert len(report.groups) == 1


def test_run_fails_when_the_listing_breaks_off_before_its_first_group(history):
    groups = FakeGroups({}, breaks=CollectError("no answer", reason="unreachable"))

    with pytest.raises(CollectError, match="no answer"):
        audit(history, groups, FakePosts([])).run(RUN)

    assert history.last() is None  # no later run is compared with a report on nothing


@pytest.mark.parametrize("digest", ["digest", "another"])
def test_run_says_when_the_one_before_had_another_configuration(history, digest):
    groups = FakeGroups({"a@ch.example": OPEN})
    audit(history, groups, FakePosts([])).run(RUN)
    later = replace(RUN, id="run-2", config_digest=digest, started=MOMENT + timedelta(days=7))

    report = audit(history, groups, FakePosts([])).run(later)

    assert (OTHER_SCOPE in report.notes) == (digest == "another")


def test_refused_account_ends_the_run_and_keeps_what_was_recorded(history):
    groups = FakeGroups({"a@ch.example": OPEN, "b@ch.example": AuthError("revoked")})

    with pytest.raises(AuthError):
        audit(history, groups, FakePosts([])).run(RUN)

    assert [outcome.group.email for outcome in history.recorded(RUN)] == ["a@ch.example"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), QuotaExhausted("resume tomorrow")])
def test_run_cut_short_reports_what_is_known_and_resumes(history, stop):
    answers = {"a@ch.example": OPEN, "b@ch.example": stop, "c@ch.example": OPEN}
    posts = FakePosts(["identifiable_health:x", "ordinary"])

    partial = audit(history, FakeGroups(answers), posts).run(RUN)
    again = FakeGroups(answers | {"b@ch.example": CLOSED})
    resumed = audit(history, again, posts).run(replace(RUN, id="run-2"))
    whole = FakeGroups(again.answers)
    # Its id comes before: a later run would also say what the earlier one saw.
    undisturbed = audit(history, whole, posts).run(replace(RUN, id="run-0"), fresh=True)

    assert not partial.run.complete
    assert list(by_email(partial)) == ["a@ch.example"]
    assert partial.notes
    assert resumed.run.id == "run-1"
    assert again.asked == ["b@ch.example", "c@ch.example"]
    assert resumed.groups == undisturbed.groups


@pytest.mark.parametrize("last", ["domains", "org_policy"])
def test_run_is_suspended_when_the_quota_ends_after_the_last_group(history, monkeypatch, last):
    def refused():
        raise QuotaExhausted("resume tomorrow")

    groups, posts = FakeGroups({"a@ch.example": OPEN}), FakePosts(["identifiable_health:x"])
    with monkeypatch.context() as day:
        day.setattr(groups, last, refused)
        partial = audit(history, groups, posts).run(RUN)
    resumed = audit(history, groups, posts).run(replace(RUN, id="run-2"))

    assert not partial.run.complete
    assert "resume tomorrow" in partial.notes
    assert (resumed.run.id, resumed.run.complete) == ("run-1", True)
    assert resumed.run.domains == ("ch.example",)


def test_fresh_run_asks_everything_again(history):
    answers = {"a@ch.example": OPEN, "b@ch.example": KeyboardInterrupt()}
    audit(history, FakeGroups(answers), FakePosts([])).run(RUN)
    groups = FakeGroups({"a@ch.example": OPEN})

    report = audit(history, groups, FakePosts([])).run(replace(RUN, id="run-2"), fresh=True)

    assert groups.asked == ["a@ch.example"]
    assert report.run.id == "run-2"


def test_next_source_is_tried_when_one_cannot(history):
    sources = (
        FakePosts([], refuses="no licence"),
        FakePosts([], opens=PostsError("export failed")),
        FakePosts([], opens=AccessDenied("no privilege")),
        FakePosts(["ordinary"]),
    )

    report = audit(history, FakeGroups({"a@ch.example": OPEN}), *sources).run(RUN)

    assert report.groups[0].posts.status is PostsStatus.READ
    assert report.groups[0].health.verdict is Verdict.ORDINARY


def test_every_refusal_is_named_when_no_source_can(history):
    sources = (
        FakePosts([], refuses="no licence"),
        FakePosts([], opens=PostsError("export failed")),
    )

    posts = audit(history, FakeGroups({"a@ch.example": OPEN}), *sources).run(RUN).groups[0].posts

    assert posts.status is PostsStatus.UNREAD
    assert posts.reason == "posts-unreadable"
    assert "no licence" in posts.note
    assert "export failed" in posts.note


def test_posts_that_cannot_be_read_are_counted(history):
    source = FakePosts(["ordinary", PostsError("cut"), "unreadable", "health_person"])

    report = audit(history, FakeGroups({"a@ch.example": OPEN}), source).run(RUN)

    posts = report.groups[0].posts
    assert (posts.status, posts.total, posts.examined, posts.failed) == ("partly_read", 4, 2, 2)
    assert posts.failed_parts == (("corrupt", 1),)
    assert report.groups[0].health.prevalence.high > 0


def test_evidence_shows_what_differs_the_worst_of_each_first(history):
    persons = ["30", "anna", "10", "20", "bela", "anna", "40", "50", "60"]
    source = FakePosts([f"identifiable_health:{person}" for person in persons])

    report = audit(history, FakeGroups({"a@ch.example": OPEN}), source).run(RUN)

    samples = report.groups[0].health.samples
    assert [sample.excerpt.rstrip("0123456789") for sample in samples] == [
        "[lines] ",
        "[lines] anna",
        "[lines] bela",
    ]
    assert [sample.score for sample in samples] == [0.9, 0.5, 0.5]


def test_no_source_means_not_requested(history):
    report = audit(history, FakeGroups({"a@ch.example": OPEN})).run(RUN)

    assert report.groups[0].posts.status is PostsStatus.NOT_REQUESTED
    assert report.groups[0].health is None


def test_posts_are_unread_when_no_configured_source_can_be_had(history):
    groups = FakeGroups({"a@ch.example": OPEN})

    report = audit(history, groups, unusable=("web: not in this version",)).run(RUN)

    posts = report.groups[0].posts
    assert (posts.status, posts.reason) == (PostsStatus.UNREAD, "no-source-available")
    assert posts.note == "web: not in this version"
    assert not coverage(report).everything_assessed


def test_posts_are_unread_when_all_are_known_to_be_missing(history):
    report = audit(history, FakeGroups({"a@ch.example": OPEN}), FakePosts([], missing=3)).run(RUN)

    outcome = report.groups[0]
    assert (outcome.posts.status, outcome.posts.total) == (PostsStatus.UNREAD, 3)
    assert (outcome.posts.reason, outcome.posts.sampling) == ("posts-missing", None)
    assert outcome.health is None
    assert outcome.severity is Severity.UNKNOWN


@pytest.mark.parametrize("code", ["fr", "en"])
def test_copies_read_to_their_end_never_pass_for_the_whole_group(history, code):
    source = FakePosts(["ordinary"] * 12, partial=True)
    report = audit(history, FakeGroups({"a@ch.example": OPEN}), source).run(RUN)
    (outcome,) = report.groups

    assert (outcome.posts.status, outcome.posts.reason) == (
        PostsStatus.PARTLY_READ,
        "posts-missing",
    )
    assert (outcome.posts.examined, outcome.posts.total) == (12, None)
    phrases = Phrases(language(code))
    told = phrases.coverage(outcome)
    assert told.startswith("12 ")
    assert " of 12" not in told
    assert " sur 12" not in told
    assert phrases.reason("posts-missing") in phrases.coverage(outcome)


def test_empty_group_is_read(history):
    report = audit(history, FakeGroups({"a@ch.example": OPEN}), FakePosts([])).run(RUN)

    assert report.groups[0].posts.status is PostsStatus.READ
    assert report.groups[0].severity is Severity.NONE


def test_closed_groups_are_read_when_every_group_is(history):
    groups = FakeGroups({"a@ch.example": CLOSED})

    report = audit(history, groups, FakePosts(["ordinary"]), every_group=True).run(RUN)

    assert report.groups[0].posts.status is PostsStatus.READ


def test_persons_are_counted_once_across_posts(history):
    texts = [
        "identifiable_health:durand",
        "identifiable_health:petit",
        "identifiable_health:durand",
    ]

    report = audit(history, FakeGroups({"a@ch.example": OPEN}), FakePosts(texts)).run(RUN)

    assert report.groups[0].health.persons.low == 2
    assert report.groups[0].health.posts_identifiable_health == 3
    assert report.groups[0].health.documents_identifiable_health == 2


def test_later_run_knows_since_when_from_an_earlier_one(history):
    opened = MOMENT - timedelta(days=300)
    knew = replace(OPEN, since=opened, held_since=opened, by="chef@ch.example", evidence="log")
    audit(history, FakeGroups({"a@ch.example": knew})).run(RUN)
    later = replace(RUN, id="run-2", started=MOMENT + timedelta(days=7))
    report = audit(history, FakeGroups({"a@ch.example": OPEN})).run(later)

    told = by_email(report)["a@ch.example"].exposure
    assert (told.since, told.by, told.evidence) == (opened, "chef@ch.example", "log")
    assert told.earlier == Earlier("run-1", MOMENT, continuous=True)
    assert history.load("run-2").groups == report.groups
