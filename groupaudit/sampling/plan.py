"""Draws posts, in random order within strata, and decides when enough were read.

Nothing found: reading stops as soon as "at most ``max_prevalence`` of the posts" holds at
``confidence``. Something found: with ``full_when_found`` reading goes on to ``max_posts`` to count
persons, else it stops there. A group small enough is read whole (a census). How the frame is
divided is chosen here, by what it costs; nothing here knows what makes a post positive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from numpy import uint8
from numpy.typing import NDArray

from groupaudit.model.sample import Interval, PostRef, SampleDesign, SamplingKind
from groupaudit.sampling import bounds, stratified
from groupaudit.sampling.persons import EvenPart
from groupaudit.sampling.strata import WEIGHTS, Design, Sketch
from groupaudit.sampling.stratified import Seen
from groupaudit.sampling.tails import Cells, silence

#: Share of a group beyond which its remaining posts are read too.
_NEARLY_ALL = 0.9
#: How many times the posts of a design without weights a silent group may take.
_DEAREST = 1.6


@dataclass(frozen=True, slots=True)
class Policy:
    """When to stop: ``max_posts`` for each group; ``max_prevalence``, ``confidence`` in 0..1."""

    confidence: float = 0.95
    max_prevalence: float = 0.01
    max_posts: int = 500
    full_when_found: bool = True
    seed: int = 20230526


@dataclass(frozen=True, slots=True)
class _Find:
    """A positive post: its stratum, and how many posts of that were examined by then."""

    stratum: int
    place: int


class SequentialSample:
    """One group's sample: iterate over the references to read, and tell what each one held.

    The order depends on the seed, ``group`` and the references alone: the same seed gives the same
    sample again, and in each stratum an archive that grew keeps the order of its older posts. A
    post that was given and not observed could not be read: it counts as not examined.
    """

    def __init__(self, refs: Sequence[PostRef], policy: Policy, group: str) -> None:
        self._size = len(refs)
        self._policy = policy
        self._refs = refs
        sketch = Sketch.of(refs, policy.seed, group)
        self._design, labels, self._stop_at = _chosen(sketch, policy)
        self._sizes = tuple(stratum.size for stratum in self._design.strata)
        self._orders = sketch.orders(labels, len(self._sizes))
        self._limit = min(policy.max_posts, self._size)
        self._reads = [0] * len(self._sizes)
        self._finds: list[_Find] = []
        self._stage: Cells = ()
        self._turn = 0
        self.examined = 0

    def __iter__(self) -> Iterator[PostRef]:
        """The posts to read, one at a time, until enough were read."""
        following = [iter(order) for order in self._orders]
        for stratum in self._design.turns():
            if self.enough:
                return
            self._turn = stratum
            yield self._refs[next(following[stratum])]

    def observe(self, *, positive: bool) -> None:
        """The post given last was examined."""
        self.examined += 1
        self._reads[self._turn] += 1
        if positive:
            self._finds.append(_Find(self._turn, self._reads[self._turn]))
        if not self._stage and self._silence_would_do():
            self._stage = self._cells()

    @property
    def found(self) -> int:
        """Positives among the examined posts."""
        return len(self._finds)

    @property
    def enough(self) -> bool:
        """Whether the stopping rule is met."""
        if self.examined >= self._limit:
            return True
        if self._finds:
            return not self._policy.full_when_found
        return bool(self._stage) or not self._stop_at

    @property
    def kind(self) -> SamplingKind:
        """A census when every post of the frame was examined."""
        whole = self.examined == self._size
        return SamplingKind.CENSUS if whole else SamplingKind.SEQUENTIAL

    @property
    def design(self) -> SampleDesign:
        """How the posts were divided and favoured."""
        favoured = [stratum for stratum in self._design.strata if stratum.weight > 1]
        return SampleDesign(
            strata=len(self._design.strata),
            favoured=sum(stratum.size for stratum in favoured),
            weight=max((stratum.weight for stratum in favoured), default=1),
        )

    def even_part(self) -> EvenPart:
        """The part of the examined posts in which every post had the same chance.

        Of each stratum the posts that were read first, as many as the least read one gives.
        """
        if self.design.weight == 1:
            return EvenPart(self.examined, self._size, (True,) * self.found)
        share = min(
            (read / size for read, size in zip(self._reads, self._sizes, strict=True)), default=0.0
        )
        reads = [round(share * size) for size in self._sizes]
        return EvenPart(
            examined=sum(reads),
            size=self._size,
            finds=tuple(find.place <= reads[find.stratum] for find in self._finds),
        )

    def interval(self) -> Interval:
        """The share of positives in the frame, as far as the examined posts tell."""
        if self._size == 0:
            return Interval(0.0, 0.0, 0.0, self._policy.confidence)
        low, high = self._bounds()
        return Interval(
            estimate=stratified.estimate(self._classes()),
            low=low / self._size,
            high=high / self._size,
            confidence=self._policy.confidence,
        )

    def _silence_would_do(self) -> bool:
        """Whether reading would stop here, had nothing been found. Finds have no part in this."""
        if self.examined < self._stop_at or len(self._sizes) == 1:
            return self.examined >= self._stop_at
        refuted = bounds.too_many(self._size, self._policy.max_prevalence)
        level = stratified.silent_level(self._policy.confidence)
        return self.examined >= self._limit or silence(self._cells(), refuted) <= level

    def _bounds(self) -> tuple[int, int]:
        confidence = self._policy.confidence
        if len(self._sizes) == 1:
            return self._simple_bounds()
        if not self._finds:
            return stratified.none_found(self._cells(), confidence)
        if self._policy.full_when_found:
            return stratified.found_reading_on(self._classes(), confidence)
        turns = list(islice(self._design.turns(), self._stop_at))
        stage = stratified.cells_of(
            self._sizes, [turns.count(number) for number in range(len(self._sizes))]
        )
        return stratified.found_first(
            self._cells(without=self._turn), self._cells(), stage, confidence
        )

    def _simple_bounds(self) -> tuple[int, int]:
        """Exact bounds for the simple random sample that a frame in one stratum gives."""
        confidence = self._policy.confidence
        if not self._finds:
            return bounds.none_found(self._size, self.examined, confidence)
        if self._policy.full_when_found:
            return bounds.found_reading_on(
                self._size, self.examined, self.found, self._stop_at, confidence
            )
        return bounds.found_first_at(self._size, self.examined, self._stop_at, confidence)

    def _cells(self, without: int | None = None) -> Cells:
        """What was read of each stratum; one post less of the stratum ``without``."""
        reads = [read - (number == without) for number, read in enumerate(self._reads)]
        return stratified.cells_of(self._sizes, reads)

    def _classes(self) -> tuple[Seen, ...]:
        cells = self._cells()
        stage = self._stage or cells  # too few could be read: silence would have ended here
        return tuple(
            Seen(
                cells=tuple(cells[number] for number in numbers),
                found=sum(find.stratum in numbers for find in self._finds),
                stage=tuple(stage[number] for number in numbers),
            )
            for numbers in self._design.classes
        )


def _chosen(sketch: Sketch, policy: Policy) -> tuple[Design, NDArray[uint8], int]:
    """The design with the largest weight that is not too dear, and where it stops in silence."""
    plain, labels = sketch.design(1)
    cheapest = _needed(plain, policy)
    affordable = min(_DEAREST * cheapest, policy.max_posts)
    chosen = plain, labels, cheapest
    if cheapest < plain.size and sketch.favoured.any():
        for weight in WEIGHTS:
            design, divided = sketch.design(weight)
            needed = _needed(design, policy)
            if needed <= affordable:
                chosen = design, divided, needed
                break
    return chosen[0], chosen[1], min(chosen[2], policy.max_posts)


def _needed(design: Design, policy: Policy) -> int:
    """After how many silent reads of ``design`` the bound aimed at holds; nearly all become all."""
    size = design.size
    if len(design.strata) == 1:
        needed = bounds.reads_needed(size, policy.max_prevalence, policy.confidence)
    else:
        refuted = bounds.too_many(size, policy.max_prevalence)
        level = stratified.silent_level(policy.confidence)
        needed = design.reads_to_silence(refuted, level, 2 * policy.max_posts)
    return size if needed >= _NEARLY_ALL * size else needed
