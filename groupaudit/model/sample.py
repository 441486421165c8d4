"""What is known of posts without reading them: references, frames, and the state of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post that a source can read, without any of its text.

    ``key`` is opaque to everybody but the source that made it and stable between runs over the same
    archive. ``thread`` groups posts of one conversation.
    """

    key: str
    date: datetime | None = None
    thread: str = ""
    attachments: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The sampling frame: every post of a group that the source can reach.

    ``refs`` may make each reference when it is asked for: millions of them do not fit into memory.
    ``missing`` counts posts known to exist that the source cannot reach, with the reason; ``note``
    says in plain words what the frame leaves out, empty if nothing is known to be missing.
    ``partial``: there may be others that nobody can count, so that this is never the whole group.
    """

    refs: Sequence[PostRef]
    missing: int = 0
    note: str = ""
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a source can read a group's posts; ``reason`` explains a no, and what to do."""

    yes: bool
    reason: str = ""


class SamplingKind(StrEnum):
    """How the posts that were examined were chosen."""

    CENSUS = "census"
    SEQUENTIAL = "sequential"


@dataclass(frozen=True, slots=True)
class SampleDesign:
    """How a frame was divided before reading: into ``strata``, by time and by what posts have.

    ``favoured`` posts (with attachments, or of a long conversation) were drawn at ``weight`` times
    the rate of the others; with weight 1 there are none.
    """

    strata: int = 1
    favoured: int = 0
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Interval:
    """A share of the frame: point estimate and bounds at ``confidence``, all in 0..1."""

    estimate: float
    low: float
    high: float
    confidence: float


@dataclass(frozen=True, slots=True)
class PersonCount:
    """Distinct persons: seen at least, and estimated for the whole frame."""

    low: int
    estimate: int
