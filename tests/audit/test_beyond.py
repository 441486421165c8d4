"""Groups that no listing holds, and sources that reach only a part of a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from stages import Silent, one_by_one

from groupaudit.audit import Audit, Stages
from groupaudit.audit.examine import Examination
from groupaudit.classifier.contents import KeyedContents
from groupaudit.errors import QuotaExhausted
from groupaudit.history.store import SqliteHistory
from groupaudit.model.finding import Classification, Verdict
from groupaudit.model.group import Audience, Certainty, Exposure, Group, GroupKind, OrgPolicy
from groupaudit.model.post import Document
from groupaudit.model.report import Assessment, PostsStatus, Run
from groupaudit.model.sample import Availability, Frame, PostRef
from groupaudit.sampling import Policy

MOMENT = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
RUN = Run("run-1", MOMENT, None, "0.1.0", "digest", "CH de Test")
OPEN = Exposure(Audience.ANYONE_ON_WEB, (Audience.ANYONE_ON_WEB,), Certainty.SETTINGS)
FIRST, SECOND = "soins@googlegroups.com", "nuit@googlegroups.com"


class FakeGroups:
    """Lists one group, which has ``FIRST`` for a member; ``fails`` is raised for a group once."""

    def __init__(self, fails: dict[str, Exception] | None = None) -> None:
        self.fails = fails or {}
        self.asked: list[str] = []

    def domains(self) -> tuple[str, ...]:
        return ("ch.example",)

    def groups(self) -> Iterator[Group]:
        yield Group("a@ch.example")

    def org_policy(self) -> OrgPolicy:
        return OrgPolicy(open_to_internet=True)

    def notes(self) -> tuple[str, ...]:
        return ()

    def exposure(self, group: Group) -> Exposure:
        self.asked.append(group.email)
        if error := self.fails.pop(group.email, None):
            raise error
        return replace(OPEN, consumer_groups=(FIRST,)) if group.email == "a@ch.example" else OPEN

    def beyond(self, outcomes: Iterable[Assessment]) -> Iterator[Group]:
        for address in sorted({each for outcome in outcomes for each in outcome.consumer_groups}):
            yield Group(address, kind=GroupKind.CONSUMER)


class FakePosts:
    """Posts that each passed through ``SECOND``; ``missing`` others cannot be reached."""

    def __init__(self, count: int, *, name: str = "fake", missing: int = 0) -> None:
        self.name = name
        self.count = count
        self.missing = missing
        self.opened = 0

    def available(self, group: Group) -> Availability:
        return Availability(yes=True)

    @contextmanager
    def open(self, group: Group) -> Iterator[FakePosts]:
        self.opened += 1
        yield self

    def frame(self) -> Frame:
        return Frame(tuple(PostRef(str(number)) for number in range(self.count)), self.missing)

    def read(self, ref: PostRef) -> Document:
        return Document(id=ref.key, consumer_lists=(SECOND,))


class FakeClassifier:
    def classify(self, document: Document) -> Classification:
        return Classification(Verdict.ORDINARY)


@pytest.fixture
def run(tmp_path):
    """Runs an audit over the same history again and again."""
    with SqliteHistory(tmp_path / "history.sqlite3", clock=lambda: MOMENT) as history:

        def audit(groups: FakeGroups, *sources: FakePosts):
            examination = Examination(
                sources,
                FakeClassifier(),
                KeyedContents(FakeClassifier(), b"k"),
                Policy(),
                every_group=False,
                pseudonym=lambda key: "p",
            )
            stages = Stages(
                groups,
                examination,
                history,
                one_by_one,
                lambda before, after: (),
                lambda: MOMENT,
                Silent(),
                beyond=groups.beyond,
            )
            report = Audit(stages).run(RUN)
            return {outcome.group.email: outcome for outcome in report.groups}

        yield audit


def test_groups_that_members_and_posts_lead_to_are_audited_once(run):
    groups = FakeGroups()
    found = run(groups, FakePosts(3))

    assert groups.asked == ["a@ch.example", SECOND, FIRST]
    assert {email: each.group.kind for email, each in found.items()} == {
        "a@ch.example": GroupKind.WORKSPACE,
        FIRST: GroupKind.CONSUMER,
        SECOND: GroupKind.CONSUMER,
    }
    assert found["a@ch.example"].consumer_groups == (SECOND, FIRST)


def test_resumed_run_is_led_to_groups_by_what_was_recorded(run):
    first = FakeGroups({FIRST: QuotaExhausted("resume tomorrow")})
    run(first, FakePosts(3))
    resumed = FakeGroups()

    assert set(run(resumed, FakePosts(3))) == {"a@ch.example", FIRST, SECOND}
    assert "a@ch.example" not in resumed.asked


@pytest.mark.parametrize(
    ("sources", "chosen", "status", "opened"),
    [
        ([(5, 100), (40, 0), (60, 0)], "s1", PostsStatus.READ, [True, True, False]),
        ([(5, 100), (0, 105), (3, 102)], "s0", PostsStatus.PARTLY_READ, [True, True, True]),
        ([(5, 100), (20, 85)], "s1", PostsStatus.PARTLY_READ, [True, True]),
        ([(5, 100), (5, 0)], "s0", PostsStatus.PARTLY_READ, [True, True]),
        ([(5, 0), (40, 0)], "s0", PostsStatus.READ, [True, False]),
    ],
)
def test_source_that_reaches_a_part_is_followed_by_the_next(run, sources, chosen, status, opened):
    made = [FakePosts(n, name=f"s{i}", missing=gap) for i, (n, gap) in enumerate(sources)]
    posts = run(FakeGroups(), *made)["a@ch.example"].posts

    assert (posts.source, posts.status) == (chosen, status)
    assert [each.opened > 0 for each in made] == opened
