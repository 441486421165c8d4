"""Outcomes of an audit: one per group, and the run that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from groupaudit.model.compliance import RuleResult
from groupaudit.model.finding import SENSITIVE, Verdict
from groupaudit.model.group import Exposure, Group
from groupaudit.model.sample import Interval, PersonCount, SampleDesign, SamplingKind


class Severity(StrEnum):
    """How bad, worst first; ``UNKNOWN`` when readership or content could not be told."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Where in the pipeline something could not be done."""

    LISTING = "listing"
    SETTINGS = "settings"
    MEMBERS = "members"
    POSTS = "posts"
    CLASSIFY = "classify"


@dataclass(frozen=True, slots=True)
class Unassessed:
    """Why something could not be judged: a value, never an empty list."""

    stage: Stage
    reason: str
    message: str


class PostsStatus(StrEnum):
    """What became of a group's posts (values of the contract)."""

    READ = "read"
    PARTLY_READ = "partly_read"
    UNREAD = "unread"
    NOT_NEEDED = "not_needed"
    NOT_REQUESTED = "not_requested"


@dataclass(frozen=True, slots=True)
class PostsCoverage:
    """Which posts of a group were examined, from where, and what stayed unread.

    ``total`` is the size of the sampling frame, ``None`` when unknown. ``failed`` counts posts that
    were chosen and could not be read, ``failed_parts`` the attachments that could not, by reason.
    ``conversations`` counts those that the examined posts belong to; None in outcomes from before
    they were counted. ``remembered`` counts examined posts whose verdict an earlier run gave.
    ``consumer_lists`` are groups outside any Workspace through which examined posts had passed.
    ``last_inside`` is who last wrote from inside, told of a group that nobody owns. ``design`` is
    None where nothing was drawn, and in outcomes from before there were strata.
    """

    status: PostsStatus
    reason: str | None = None
    source: str | None = None
    total: int | None = None
    examined: int = 0
    failed: int = 0
    failed_parts: tuple[tuple[str, int], ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    sampling: SamplingKind | None = None
    seed: int | None = None
    note: str = ""
    remembered: int = 0
    consumer_lists: tuple[str, ...] = ()
    last_inside: str | None = field(default=None, repr=False)
    design: SampleDesign | None = None
    conversations: int | None = None


@dataclass(frozen=True, slots=True)
class PostSample:
    """One post shown as evidence: a keyed id and a masked excerpt."""

    post: str
    date: datetime | None
    verdict: Verdict
    score: float
    categories: tuple[str, ...]
    excerpt: str


@dataclass(frozen=True, slots=True)
class Health:
    """What the examined posts of a group hold.

    ``conversations_identifiable_health`` and ``documents_identifiable_health`` count, among the
    posts with that verdict, the conversations and the distinct texts and attachments that hold it;
    None in outcomes from before they were counted.
    """

    verdict: Verdict
    posts_identifiable_health: int
    posts_health_person: int
    prevalence: Interval
    persons: PersonCount
    categories: tuple[tuple[str, int], ...] = ()
    samples: tuple[PostSample, ...] = ()
    conversations_identifiable_health: int | None = None
    documents_identifiable_health: int | None = None

    @property
    def sensitive(self) -> tuple[tuple[str, int], ...]:
        """The most sensitive of ``categories`` with their numbers of posts, in a fixed order."""
        posts = dict(self.categories)
        return tuple((name, posts[name]) for name in SENSITIVE if posts.get(name))


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: what, which Google setting, which value, and where."""

    action: str
    setting: str | None = None
    value: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the audit can say of one group.

    ``exposure`` is None exactly when ``unassessed`` says why; ``health`` is None when no post was
    examined. ``tenant`` is empty in a report over one Workspace.
    """

    group: Group
    exposure: Exposure | None
    unassessed: Unassessed | None
    posts: PostsCoverage
    health: Health | None
    severity: Severity
    advice: tuple[Advice, ...] = ()
    tenant: str = ""

    @property
    def consumer_groups(self) -> tuple[str, ...]:
        """Groups outside any Workspace that this one leads to: its members, its posts' lists."""
        members = self.exposure.consumer_groups if self.exposure else ()
        return tuple(sorted({*members, *self.posts.consumer_lists}))


class ChangeKind(StrEnum):
    """What happened to a group since the previous run (values of the contract)."""

    NEW = "new"
    WORSE = "worse"
    BETTER = "better"
    FIXED = "fixed"
    GONE = "gone"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Change:
    """One group's change between two runs; ``before`` and ``after`` are severities."""

    email: str
    change: ChangeKind
    before: Severity | None
    after: Severity | None
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A finding that a later run neither saw again nor saw to be gone: it stands until one does.

    ``run`` is the one that made it; ``severity`` what of it stands. ``fresh``: the later run looked
    at the group, and is the first since to show less of it.
    """

    email: str
    run: str
    severity: Severity
    fresh: bool = True
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One audit. Times are aware UTC; ``finished`` is None while it runs.

    ``complete`` is False when it was cut short and reports only what was known by then. Of several
    Workspaces each has its own run, with its ``tenant`` and the ``batch`` that they make together.
    ``scope`` is a digest of what it looked at in a post, and for what; empty where that is not
    known: of runs from before it was kept, and of those that went on with another than they began.
    """

    id: str
    started: datetime
    finished: datetime | None
    tool_version: str
    config_digest: str
    organisation: str
    domains: tuple[str, ...] = ()
    complete: bool = False
    tenant: str = ""
    batch: str = ""
    scope: str = ""

    @property
    def ended(self) -> datetime:
        """When it finished; of an unfinished one, when it started."""
        return self.finished or self.started


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one finished run said of one group."""

    run: Run
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Section:
    """One Workspace's part in a report over several.

    ``run`` is None exactly when ``failure`` says why nothing of it is in the report.
    """

    tenant: str
    organisation: str
    run: Run | None = None
    failure: Unassessed | None = None
    listing_failure: Unassessed | None = None
    notes: tuple[str, ...] = ()
    compliance: tuple[RuleResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """The runs of several Workspaces that make one report; ``run`` is the head of that report."""

    run: Run
    sections: tuple[Section, ...] = ()


class Gap(StrEnum):
    """Why a run has no figures in a trend (``model.trend``)."""

    CUT_SHORT = "cut-short"
    LISTING_INCOMPLETE = "listing-incomplete"
    OTHER_SCOPE = "other-scope"
    TENANT_MISSING = "tenant-missing"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one whole audit found, in numbers of groups and persons.

    ``exposed`` counts the groups that show identifiable health data to more than their members, by
    severity, worst first. ``persons`` is how many persons they name at least, counted group by
    group. ``unknown`` counts the groups of unknown severity, of ``groups`` in all.
    """

    exposed: tuple[tuple[Severity, int], ...]
    persons: int
    unknown: int
    groups: int


@dataclass(frozen=True, slots=True)
class Point:
    """One run in a trend. ``figures`` is None exactly when ``gap`` says why.

    ``when`` is when the run ended; of one that never did, when it started.
    """

    run: str
    when: datetime
    figures: Figures | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A run with its outcomes, worst first, and what changed since the previous one.

    ``listing_failure`` is set when the list of groups itself is incomplete. ``tenants`` is empty in
    a report over one Workspace. ``compliance`` is empty in one over several (each section has its
    own) and in one that was cut short. ``trend`` are the runs kept up to this one, oldest first,
    itself the last; empty where no history was asked. ``unsettled`` are findings of earlier runs
    that still stand.
    """

    run: Run
    groups: tuple[Assessment, ...]
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    listing_failure: Unassessed | None = field(default=None)
    tenants: tuple[Section, ...] = ()
    compliance: tuple[RuleResult, ...] = ()
    trend: tuple[Point, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()
