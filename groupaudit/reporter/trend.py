"""The trend over the audits that are kept: three charts, and the same as a table.

It words what ``Report.trend`` holds and computes nothing but the extremes that it quotes. A run
without figures is a gap in the lines and a reason in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from groupaudit.model.report import Figures, Gap, Point, Severity
from groupaudit.model.severity import WORST_FIRST
from groupaudit.reporter import labels
from groupaudit.reporter.charts import Line, Words, line_chart
from groupaudit.reporter.phrases import Phrases


@dataclass(frozen=True, slots=True)
class _Named:
    """A line and what it is called."""

    name: str
    line: Line


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: the class of each line's colour with its name, where several, and the drawing."""

    title: str
    legend: tuple[tuple[str, str], ...]
    drawing: Markup


@dataclass(frozen=True, slots=True)
class Told:
    """The trend in words. ``charts`` is empty where fewer than two runs can be compared.

    A row of ``rows`` is a date and either cells below ``columns`` or the reason of a gap.
    """

    charts: tuple[Chart, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], str], ...]


def told(points: Sequence[Point], phrases: Phrases) -> Told:
    """The trend over ``points``, which are in the order of time."""
    severities = _severities(points)
    comparable = sum(point.figures is not None for point in points) > 1
    text = phrases.language.text
    return Told(
        charts=_charts(points, severities, phrases) if comparable else (),
        columns=(
            *(phrases.label(labels.SEVERITY, severity.value) for severity in severities),
            text("People at least"),
            text("Groups of unknown severity"),
            text("Groups listed"),
        ),
        rows=tuple(_row(point, severities, phrases) for point in points),
    )


def _severities(points: Sequence[Point]) -> tuple[Severity, ...]:
    """Those that some run counted, worst first; the worst where none did."""
    counted = {
        severity for point in points if point.figures for severity, _ in point.figures.exposed
    }
    return tuple(severity for severity in WORST_FIRST if severity in counted) or WORST_FIRST[:1]


def _row(
    point: Point, severities: Sequence[Severity], phrases: Phrases
) -> tuple[str, tuple[str, ...], str]:
    when = phrases.language.day(point.when)
    if point.figures is None:
        gap = point.gap or Gap.CUT_SHORT
        return when, (), phrases.label(labels.GAP, gap.value)
    found = point.figures
    numbers = (
        *(_exposed(found, severity) for severity in severities),
        found.persons,
        found.unknown,
        found.groups,
    )
    return when, tuple(map(phrases.language.number, numbers)), ""


def _exposed(found: Figures, severity: Severity) -> int:
    return dict(found.exposed).get(severity, 0)


def _charts(
    points: Sequence[Point], severities: Sequence[Severity], phrases: Phrases
) -> tuple[Chart, ...]:
    text = phrases.language.text
    by_severity = tuple(
        _Named(
            phrases.label(labels.SEVERITY, severity.value),
            Line(severity.value, _values(points, partial(_exposed, severity=severity))),
        )
        for severity in severities
    )
    persons = Line("persons", _values(points, lambda found: found.persons))
    unknown = Line("unknown", _values(points, lambda found: found.unknown))
    drawn = (
        (text("Groups that show health data of identifiable patients"), by_severity),
        (text("People at least"), (_Named(text("People at least"), persons),)),
        (
            text("Groups of unknown severity"),
            (_Named(text("Groups of unknown severity"), unknown),),
        ),
    )
    return tuple(
        _chart(f"trend-{number}", title, lines, points, phrases)
        for number, (title, lines) in enumerate(drawn, start=1)
    )


def _values(points: Sequence[Point], of: Callable[[Figures], int]) -> tuple[int | None, ...]:
    return tuple(of(point.figures) if point.figures else None for point in points)


def _chart(
    name: str, title: str, lines: tuple[_Named, ...], points: Sequence[Point], phrases: Phrases
) -> Chart:
    described = phrases.language.listed(_described(named, points, phrases) for named in lines)
    words = Words(name, title, described, phrases.language.number, phrases.language.day)
    moments = [point.when for point in points]
    return Chart(
        title,
        tuple((named.line.kind, named.name) for named in lines) if len(lines) > 1 else (),
        line_chart(moments, [named.line for named in lines], words),
    )


def _described(named: _Named, points: Sequence[Point], phrases: Phrases) -> str:
    """First and last value of a line with their dates, and the highest."""
    language = phrases.language
    known = [
        (point.when, value)
        for point, value in zip(points, named.line.values, strict=True)
        if value is not None
    ]
    (began, first), (ended, last) = known[0], known[-1]
    values = language.text(
        "%(first)s on %(began)s, %(last)s on %(ended)s, at most %(most)s",
        first=language.number(first),
        began=language.day(began),
        last=language.number(last),
        ended=language.day(ended),
        most=language.number(max(value for _, value in known)),
    )
    return language.pair(named.name, values)
