"""The roles that the rooms play for each other. Implementations raise, they never shrug."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from groupaudit.model.finding import Classification
from groupaudit.model.group import Exposure, Group, OrgPolicy
from groupaudit.model.post import Document
from groupaudit.model.report import Assessment, Batch, Outcome, Report, Run
from groupaudit.model.sample import Availability, Frame, PostRef
from groupaudit.model.searches import MailboxSearch
from groupaudit.model.standing import Standing

Clock = Callable[[], datetime]
T = TypeVar("T")
R = TypeVar("R")


class GroupSource(Protocol):
    """Enumerates shared spaces and tells who can read each. Methods are thread-safe."""

    def domains(self) -> tuple[str, ...]:
        """Domains and domain aliases that count as inside. Raises AuthError, CollectError."""

    def groups(self) -> Iterator[Group]:
        """Every group in scope, in the order of addresses.

        Raises AuthError when nothing may be read, CollectError when the listing breaks off.
        """

    def exposure(self, group: Group) -> Exposure:
        """Who can read ``group``. Raises CollectError when that cannot be told."""

    def org_policy(self) -> OrgPolicy:
        """The organisation's switches, None where they cannot be read. Raises CollectError."""

    def notes(self) -> tuple[str, ...]:
        """What a reader of the whole report must know of how it came about. Asks nobody."""


class OpenPosts(Protocol):
    """The posts of one group, opened for reading."""

    def frame(self) -> Frame:
        """The posts that can be read, in a stable order. Raises PostsError."""

    def read(self, ref: PostRef) -> Document:
        """The post behind ``ref``. Raises PostsError when it cannot be read."""


class PostSource(Protocol):
    """One lawful route to the posts of a group."""

    @property
    def name(self) -> str:
        """Name of the route as in the configuration."""

    def available(self, group: Group) -> Availability:
        """Whether this route can read ``group``, told without reading a post."""

    def open(self, group: Group) -> AbstractContextManager[OpenPosts]:
        """Open the posts of ``group``; leaving the context wipes whatever was fetched.

        Raises PostsError.
        """


class MailboxSearcher(Protocol):
    """One lawful route into the mailboxes of the organisation, for list headers only."""

    @property
    def through(self) -> str:
        """Name of the source as in the configuration."""

    def search(self) -> MailboxSearch:
        """The groups outside any Workspace that mailboxes name, and what stayed unseen.

        Raises AuthError, CollectError or PostsError when no mailbox can be looked into.
        """


class Searches(Protocol):
    """The searches of mailboxes that a run has made. Methods raise StoreError."""

    def recall(self, through: str) -> MailboxSearch | None:
        """The search that the run made ``through`` a source, if it did."""

    def keep(self, search: MailboxSearch) -> None:
        """Keep ``search``, durably: a resumed run does not make it again."""


class Classifier(Protocol):
    """Tells whether documents hold health data of identifiable persons."""

    def classify(self, document: Document) -> Classification:
        """Verdict on ``document``. Never raises for content, however hostile."""


class Contents(Protocol):
    """Tells the contents of posts apart, so that copies of one are counted once."""

    def sensitive(self, document: Document) -> frozenset[int]:
        """Keyed hashes of the contents that hold what was found in ``document``, at least one.

        To be asked of a document that the classifier found identifiable. A content is what the post
        says anew, a message that it quotes or carries, or an attachment. Raises as ``Classifier``.
        """


class Judgements(Protocol):
    """Verdicts of earlier runs under keyed digests. Thread-safe; methods raise StoreError."""

    def recall(self, digest: bytes) -> Classification | None:
        """The verdict kept under ``digest``, if there is one."""

    def keep(self, digest: bytes, found: Classification) -> None:
        """Keep ``found``, which holds no excerpt and no person, for later runs."""


class Mapper(Protocol):
    """Applies a function to many things, in order, perhaps several at a time."""

    def __call__(
        self, function: Callable[[T], R], items: Iterable[T], /
    ) -> Generator[R, None, None]:
        """Results in the order of ``items``; never reads far ahead of what was consumed.

        Closing it drops what has not begun and waits for what is under way.
        """


class History(Protocol):
    """Runs kept, and the checkpoint of the run in progress."""

    def resume_or_begin(self, run: Run, *, fresh: bool) -> Run:
        """The unfinished run with the same ``config_digest``, else ``run``, now begun."""

    def record(self, run: Run, assessment: Assessment) -> None:
        """Keep one finished outcome of a run in progress, durably."""

    def recorded(self, run: Run) -> Iterator[Assessment]:
        """The outcomes kept for ``run``, in the order of addresses."""

    def finish(self, report: Report) -> None:
        """Close the run and keep what the report adds to its outcomes."""

    def earlier(self, run: Run, email: str) -> Iterator[Outcome | None]:
        """What each finished run of the same tenant before ``run`` said of a group, newest first.

        None for a run that did not list the group.
        """

    def last(self, before: Run | None = None) -> Standing | None:
        """The newest finished run, or the newest of its tenant before ``before``."""


class Batches(Protocol):
    """Which runs of several tenants make one report together."""

    def resume_or_begin(self, run: Run, *, fresh: bool) -> Run:
        """The head of the batch cut short with the same ``config_digest``, else ``run``, begun."""

    def finished(self, batch: Run) -> dict[str, str]:
        """Tenant to the id of its finished run in ``batch``."""

    def finish(self, batch: Batch) -> None:
        """Close ``batch`` and keep its sections."""


class Reporter(Protocol):
    """Renders a report to a file in a folder."""

    @property
    def format(self) -> str:
        """Name of the format as in the configuration."""

    def render(self, report: Report, folder: Path) -> tuple[Path, ...]:
        """Write the report into ``folder`` whole or not at all; the files written."""


class Progress(Protocol):
    """Where long work says how far it is."""

    def stage(self, name: str, total: int | None = None, done: int = 0) -> None:
        """A new stage begins, with ``total`` steps if that is known, ``done`` of them already."""

    def advance(self, steps: int = 1, posts: int = 0) -> None:
        """So many steps of the stage are done, with so many posts examined."""
