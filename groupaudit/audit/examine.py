"""Reads a sample of one group's posts through the first source that can, and sums up what it holds.

No text passes through here by name: documents go straight from the source to the classifier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from groupaudit.audit.orphans import LastInside, orphaned
from groupaudit.errors import AuthError, CollectError, PostsError
from groupaudit.model.finding import GRAVITY, Classification, PartVerdict, Verdict
from groupaudit.model.group import Audience, Exposure, Group
from groupaudit.model.report import Health, PostSample, PostsCoverage, PostsStatus
from groupaudit.model.sample import Frame, PostRef
from groupaudit.ports import Classifier, Contents, OpenPosts, PostSource
from groupaudit.sampling import Policy, SequentialSample
from groupaudit.sampling.persons import estimate_persons

#: Readers who are no wider than the group's own people: its posts are not read in scope "exposed".
_CLOSED = frozenset({Audience.MEMBERS, Audience.MANAGERS, Audience.OWNERS})

#: Reasons of ``PostsCoverage`` that are given here; a source's own errors bring theirs.
NO_SOURCE = "no-source-available"
POSTS_FAILED = "some-posts-unreadable"
POSTS_MISSING = "posts-missing"

#: Posts shown as masked evidence for each group, no two of which say the same.
_SAMPLES_SHOWN = 5

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Examination:
    """Examines groups. ``pseudonym`` turns a post's key into the keyed id that reports may show.

    ``unusable`` are configured sources that cannot be had, each with the reason: posts were asked
    for, so a group that nothing else can read is unread. ``domains`` gives those that count as
    inside, for groups that nobody owns.
    """

    sources: tuple[PostSource, ...]
    classifier: Classifier
    contents: Contents
    policy: Policy
    every_group: bool
    pseudonym: Callable[[str], str]
    unusable: tuple[str, ...] = ()
    domains: Callable[[], Collection[str]] = tuple

    def examine(self, group: Group, exposure: Exposure) -> tuple[PostsCoverage, Health | None]:
        """What became of the group's posts, and what the examined ones hold, if any were.

        A source that reaches only a part of them is followed by the next; of all, the one through
        which most posts were examined counts, the first of equals.
        """
        if not self.sources and not self.unusable:
            return PostsCoverage(PostsStatus.NOT_REQUESTED), None
        if not self.every_group and exposure.readership in _CLOSED:
            return PostsCoverage(PostsStatus.NOT_NEEDED), None
        watched = LastInside(group.email, self.domains() if orphaned(exposure) else ())
        reason, refusals = NO_SOURCE, [*self.unusable]
        best: _Read | None = None
        for source in self.sources:
            available = source.available(group)
            if not available.yes:
                refusals.append(f"{source.name}: {available.reason}")
                continue
            try:
                with source.open(group) as posts:
                    read = self._read(group, source.name, posts, watched)
            except (PostsError, CollectError, AuthError) as error:
                reason = error.reason
                refusals.append(f"{source.name}: {error}")
                continue
            best = read if best is None else max(best, read, key=_examined)
            if read.whole:
                break
        if best is not None:
            return replace(best.posts, last_inside=watched.address), best.health
        note = "; ".join(refusals)
        return PostsCoverage(PostsStatus.UNREAD, reason=reason, note=note), None

    def _read(self, group: Group, source: str, posts: OpenPosts, watched: LastInside) -> _Read:
        frame = posts.frame()
        sample = SequentialSample(frame.refs, self.policy, group.email)
        tally = _Tally(frame, source, self.policy.seed)
        for ref in sample:
            try:
                document = posts.read(ref)
            except PostsError:
                tally.fail()
                continue
            found = self.classifier.classify(document)
            if found.verdict is None:
                tally.fail(found.parts)
                continue
            tally.add(ref, found)
            if found.verdict is Verdict.IDENTIFIABLE_HEALTH:
                tally.contents |= self.contents.sensitive(document)
            tally.lists.update(document.consumer_lists)
            watched.see(ref.date, document.sender)
            sample.observe(positive=found.verdict is Verdict.IDENTIFIABLE_HEALTH)
        return _Read(
            tally.coverage(sample),
            self._health(group, tally, sample),
            whole=not (frame.missing or frame.partial),
        )

    def _health(self, group: Group, tally: _Tally, sample: SequentialSample) -> Health | None:
        if not sample.examined and tally.expected:
            return None
        return Health(
            verdict=tally.verdict,
            posts_identifiable_health=tally.verdicts[Verdict.IDENTIFIABLE_HEALTH],
            posts_health_person=tally.verdicts[Verdict.HEALTH_PERSON],
            prevalence=sample.interval(),
            persons=estimate_persons(tally.persons, tally.unnamed, sample.even_part()),
            categories=tuple(sorted(tally.categories.items())),
            samples=self._samples(group, tally.worst),
            conversations_identifiable_health=len(tally.concerned),
            documents_identifiable_health=len(tally.contents),
        )

    def _samples(
        self, group: Group, worst: Sequence[tuple[PostRef, Classification]]
    ) -> tuple[PostSample, ...]:
        return tuple(
            PostSample(
                post=self.pseudonym(f"{group.email}\0{ref.key}"),
                date=ref.date,
                verdict=found.verdict or Verdict.ORDINARY,
                score=round(found.score, 3),
                categories=tuple(name for name, _ in found.categories),
                excerpt=found.excerpt,
            )
            for ref, found in worst
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """What one source gave; ``whole`` when it reached every post that it knows of."""

    posts: PostsCoverage
    health: Health | None
    whole: bool


def _examined(read: _Read) -> int:
    return read.posts.examined


@dataclass(slots=True)
class _Tally:
    """Running counts over the examined posts of one group.

    ``conversations`` are those of all examined posts, ``concerned`` of those with identifiable
    health data; ``contents`` are what holds it, by keyed hash.
    """

    frame: Frame
    source: str
    seed: int
    failed: int = 0
    remembered: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    failed_parts: Counter[str] = field(default_factory=Counter)
    persons: list[frozenset[int]] = field(default_factory=list)
    unnamed: int = 0
    conversations: set[str] = field(default_factory=set)
    concerned: set[str] = field(default_factory=set)
    contents: set[int] = field(default_factory=set)
    worst: list[tuple[PostRef, Classification]] = field(default_factory=list)
    lists: set[str] = field(default_factory=set)

    def fail(self, parts: Sequence[PartVerdict] = ()) -> None:
        """A chosen post could not be read; its ``parts`` may say why."""
        self.failed += 1
        self.failed_parts.update(part.error for part in parts if part.error)

    def add(self, ref: PostRef, found: Classification) -> None:
        """One more post was examined."""
        assert found.verdict is not None  # noqa: S101 - the caller counts unread posts with fail()
        self.verdicts[found.verdict] += 1
        self.remembered += found.remembered
        self.categories.update(name for name, _ in found.categories)
        self.failed_parts.update(part.error for part in found.parts if part.error)
        conversation = ref.thread or ref.key
        self.conversations.add(conversation)
        if found.verdict is Verdict.IDENTIFIABLE_HEALTH:
            self.concerned.add(conversation)
            self.persons.append(found.person_keys)
            if not found.person_keys:
                self.unnamed = max(self.unnamed, found.persons)
        if found.verdict in {Verdict.IDENTIFIABLE_HEALTH, Verdict.HEALTH_PERSON}:
            self._show((ref, found))

    def _show(self, entry: tuple[PostRef, Classification]) -> None:
        """Keep ``entry`` if it is among the worst, of those whose excerpts are alike the worst."""
        ranked = sorted((*self.worst, entry), key=_by_gravity)
        alike: dict[str, tuple[PostRef, Classification]] = {}
        for each in ranked:
            alike.setdefault(_shape(each), each)
        self.worst = [*alike.values()][:_SAMPLES_SHOWN]

    @property
    def expected(self) -> int:
        """The posts that the group is known to hold, reachable or not."""
        return len(self.frame.refs) + self.frame.missing

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict met; ordinary when nothing was examined."""
        return min(self.verdicts, key=GRAVITY.__getitem__, default=Verdict.ORDINARY)

    def coverage(self, sample: SequentialSample) -> PostsCoverage:
        """Which posts were examined and which were not."""
        first, last = _span(self.frame.refs)
        return PostsCoverage(
            status=self._status(sample),
            reason=self._reason(),
            source=self.source,
            # Of copies that somebody happened to keep, nobody knows how many posts they stand for.
            total=None if self.frame.partial else self.expected,
            examined=sample.examined,
            failed=self.failed,
            failed_parts=tuple(sorted(self.failed_parts.items())),
            first=first,
            last=last,
            sampling=sample.kind if sample.examined or not self.expected else None,
            seed=self.seed,
            design=sample.design,
            note=self.frame.note,
            remembered=self.remembered,
            consumer_lists=tuple(sorted(self.lists)),
            conversations=len(self.conversations),
        )

    def _status(self, sample: SequentialSample) -> PostsStatus:
        if self.expected and not sample.examined:
            return PostsStatus.UNREAD
        whole = not (self.failed or self.frame.missing or self.frame.partial)
        return PostsStatus.READ if whole else PostsStatus.PARTLY_READ

    def _reason(self) -> str | None:
        if self.failed:
            return POSTS_FAILED
        return POSTS_MISSING if self.frame.missing or self.frame.partial else None


def _by_gravity(entry: tuple[PostRef, Classification]) -> tuple[int, float, str]:
    ref, found = entry
    return GRAVITY[found.verdict or Verdict.ORDINARY], -found.score, ref.key


def _shape(entry: tuple[PostRef, Classification]) -> str:
    """The excerpt without its numbers: tables of 10 and of 12 lines show a reader the same."""
    return _DIGITS.sub("", entry[1].excerpt)


def _span(refs: Iterable[PostRef]) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest date, in one pass that keeps nothing else."""
    first = last = None
    for ref in refs:
        if ref.date is not None:
            first = min(first or ref.date, ref.date)
            last = max(last or ref.date, ref.date)
    return first, last
