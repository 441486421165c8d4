"""A group's exposure over time as a small bar: before, unknown, open; what the log saw; its posts.

A template of our own, not the chart library: a report may hold 50,000 of them, and each is a few
rectangles. It shows moments that the report tells elsewhere in words, and no name of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import escape

from groupaudit.model.group import EXPOSED, Exposure
from groupaudit.model.report import Assessment
from groupaudit.reporter.phrases import Phrases

#: Width of a bar in units of its own; the page stretches it.
_WIDTH = 1000

#: Entries of the log that are marked, newest first; the table beside the bar has all.
_MARKED = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """``drawing`` is an SVG element as text; ``begin`` and ``end`` are dates for its two ends."""

    drawing: str
    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class _Box:
    """A part of the bar: ``kind`` is the class that colours it."""

    kind: str
    left: int
    width: int

    def drawn(self, *, top: int, height: int) -> str:
        place = f'x="{self.left}" y="{top}" width="{self.width}" height="{height}"'
        return f'<rect class="{self.kind}" {place}/>'


@dataclass(frozen=True, slots=True)
class _Scale:
    """From moments to units of the bar."""

    begin: datetime
    end: datetime

    def place(self, moment: datetime) -> int:
        share = (moment - self.begin) / (self.end - self.begin)
        return round(_WIDTH * min(1.0, max(0.0, share)))

    def span(self, kind: str, left: datetime, right: datetime) -> _Box:
        start = self.place(left)
        # A day in twenty years is still to be seen.
        return _Box(kind, start, max(self.place(right) - start, 2))


def bar(assessment: Assessment, end: datetime, phrases: Phrases) -> Bar | None:
    """The bar of a group up to ``end``, when the audit saw it.

    None for a group that only its members read, and where no moment before ``end`` is known.
    """
    exposure = assessment.exposure
    if exposure is None or exposure.readership not in EXPOSED:
        return None
    begin = min(_moments(assessment, exposure), default=end)
    if begin >= end:
        return None
    parts = "".join(_parts(assessment, exposure, _Scale(begin, end)))
    text = escape(_text(assessment, exposure, end, phrases))
    # The namespace: a page's script parses it as XML.
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} 24" role="img"'
        f' preserveAspectRatio="none" aria-label="{text}">{parts}</svg>'
    )
    return Bar(drawing, phrases.language.day(begin), phrases.language.day(end))


def _moments(assessment: Assessment, exposure: Exposure) -> Iterator[datetime]:
    known = (exposure.created, exposure.since, exposure.held_since, assessment.posts.first)
    yield from (moment for moment in known if moment is not None)
    yield from (event.when for event in exposure.timeline)


def _parts(assessment: Assessment, exposure: Exposure, scale: _Scale) -> Iterator[str]:
    opened = exposure.since or exposure.held_since or scale.end
    if opened > scale.begin:
        before = "before" if exposure.since else "doubt"
        yield scale.span(before, scale.begin, opened).drawn(top=0, height=14)
    if opened < scale.end:
        yield scale.span("open", opened, scale.end).drawn(top=0, height=14)
    for event in exposure.timeline[:_MARKED]:
        yield _Box("mark", scale.place(event.when) - 2, 4).drawn(top=0, height=14)
    posts = assessment.posts
    if posts.first and posts.last:
        yield scale.span("posts", posts.first, posts.last).drawn(top=18, height=6)


def _text(assessment: Assessment, exposure: Exposure, end: datetime, phrases: Phrases) -> str:
    """The bar in words."""
    language, posts = phrases.language, assessment.posts
    seen = language.text("seen open on %(date)s", date=language.day(end))
    written = ""
    if posts.first and posts.last:
        written = language.text(
            "posts from %(first)s to %(last)s",
            first=language.day(posts.first),
            last=language.day(posts.last),
        )
    entries = len(exposure.timeline)
    logged = language.plural(
        "%(count)s entry in the audit log", "%(count)s entries in the audit log", entries
    )
    return language.listed((phrases.since(assessment), seen, written, logged if entries else ""))
