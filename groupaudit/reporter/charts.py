"""Line charts as SVG, drawn by leather, in the colours and letters of the page that they stand on.

leather is small, pure Python and writes the same bytes for the same data. Its own colours and fonts
are taken off again: the page's style sheet has one set for light and one for dark. It refuses to be
the only place of a number: who calls it shows the same as a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from leather import Chart
from leather.series import Series
from leather.shapes import Dots
from leather.shapes import Line as Stroke
from markupsafe import Markup

WIDTH, HEIGHT = 360, 200

#: Dates written below a chart: as many as have room at this width.
_DATES = 4

#: Runs up to which each is a dot; of more, only those between two gaps, that no line would show.
_DOTTED = 16

#: The scale's least top: below it the library would mark halves of groups and persons.
_LEAST_TOP = 4

_LONG = re.compile(r"-?\d+\.\d+(?:E-?\d+)?")
_LIBRARY_STYLE = ("fill", "stroke", "font-family", "font-size")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``kind`` is the class that colours it; a value that is None is a gap."""

    kind: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """How a chart is called, and how it writes numbers and dates. ``id`` is unique on the page."""

    id: str
    title: str
    description: str
    number: Callable[[float], str]
    day: Callable[[datetime], str]


class _Bare:
    """A shape without the library's legend: the page has one, in HTML, that wraps on a phone."""

    def legend_to_svg(self, *_: object) -> list[tuple[ET.Element, float]]:
        return []


class _BareStroke(_Bare, Stroke):  # type: ignore[misc] # leather ships no types
    pass


class _BareDots(_Bare, Dots):  # type: ignore[misc] # leather ships no types
    pass


def line_chart(moments: Sequence[datetime], lines: Sequence[Line], words: Words) -> Markup:
    """``lines`` over ``moments`` (two or more, ascending) as an SVG element with title and text.

    The distances between dates are true: a month without an audit is a month wide.
    """
    began = min(moments)
    hours = [round((moment - began).total_seconds() / 3600) for moment in moments]
    chart = Chart()
    for line in lines:
        for values, shape in (
            (line.values, _BareStroke(line.kind)),
            (_dotted(line.values), _BareDots(line.kind)),
        ):
            if any(value is not None for value in values):
                chart.add_series(Series(list(zip(hours, values, strict=True))), shape)
    known = [value for line in lines for value in line.values if value is not None]
    chart.add_y_scale(0, max(_LEAST_TOP, *known))
    chart.add_y_axis(tick_formatter=lambda value, _index, _count: words.number(int(value)))
    dates = {hours[place]: words.day(moments[place]) for place in _spread(len(moments))}
    chart.add_x_scale(0, max(1, *hours))
    chart.add_x_axis(ticks=list(dates), tick_formatter=lambda value, _index, _count: dates[value])
    return _page_element(chart.to_svg_group(WIDTH, HEIGHT), words)


def _dotted(values: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """``values`` with those left out that need no dot."""
    if len(values) <= _DOTTED:
        return values
    around = (None, *values, None)
    return tuple(
        value if around[place] is around[place + 2] is None else None
        for place, value in enumerate(values)
    )


def _spread(count: int) -> list[int]:
    """Up to ``_DATES`` places out of ``count``, evenly spread, the first and the last included."""
    shown = min(count, _DATES)
    return [round(place * (count - 1) / (shown - 1)) for place in range(shown)]


def _page_element(drawn: ET.Element, words: Words) -> Markup:
    names = f"{words.id}-title {words.id}-text"
    size = f"0 0 {WIDTH} {HEIGHT}"
    whole = ET.Element("svg", {"viewBox": size, "role": "img", "aria-labelledby": names})
    ET.SubElement(whole, "title", id=f"{words.id}-title").text = words.title
    ET.SubElement(whole, "desc", id=f"{words.id}-text").text = words.description
    for element in drawn.iter():
        _restyle(element)
    whole.append(drawn)
    text = ET.tostring(whole, encoding="unicode")
    return Markup(text)  # noqa: S704 - escaped by the serialiser


def _restyle(element: ET.Element) -> None:
    """Take the library's style off ``element``; the colour of a line becomes its class."""
    colours = [element.get("stroke"), element.get("fill")]
    for name in _LIBRARY_STYLE:
        element.attrib.pop(name, None)
    for name, value in element.items():
        element.set(name, _LONG.sub(lambda found: f"{float(found[0]):.1f}", value))
    for colour in colours:
        if colour and colour != "none" and not colour.startswith("#"):
            element.set("class", colour)
