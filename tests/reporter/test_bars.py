"""A group's exposure as a bar: what is known, what is not, and no name of anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import factories as make
import pytest
from hypothesis import given
from strategies import TIMES, assessments

from groupaudit.model.group import Audience
from groupaudit.reporter.bars import bar
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases

ENGLISH = Phrases(language("en"))
NOBODY_KNOWS = {"since": None, "held_since": None, "created": None, "evidence": None}


def _day(year, month=1, day=1):
    return datetime(year, month, day, tzinfo=UTC)


END = _day(2026)


def _boxes(drawing):
    """Kind to (left, width) of every part, in the order drawn."""
    parts = ET.fromstring(drawing)  # noqa: S314 - our own drawing
    return [(each.get("class"), int(each.get("x")), int(each.get("width"))) for each in parts]


def _bar(end=None, *, posts=None, **exposure):
    posts = posts or make.posts(first=None, last=None)
    item = make.assessment(exposure=make.exposure(**{**NOBODY_KNOWS, **exposure}), posts=posts)
    return bar(item, end or END, ENGLISH)


@pytest.mark.parametrize(
    ("exposure", "boxes"),
    [
        ({"created": _day(2016), "since": _day(2021)}, [("before", 0, 500), ("open", 500, 500)]),
        (
            {"created": _day(2016), "held_since": _day(2021)},
            [("doubt", 0, 500), ("open", 500, 500)],
        ),
        ({"created": _day(2016)}, [("doubt", 0, 1000)]),
        ({"since": _day(2016)}, [("open", 0, 1000)]),
    ],
)
def test_bar_tells_known_from_unknown(exposure, boxes):
    drawn = _boxes(_bar(**exposure).drawing)

    assert [kind for kind, _, _ in drawn] == [kind for kind, _, _ in boxes]
    for found, wanted in zip(drawn, boxes, strict=True):
        assert found[1:] == pytest.approx(wanted[1:], abs=1)


def test_entries_and_posts_have_their_places():
    posts = make.posts(first=_day(2016), last=_day(2021))
    drawn = _bar(posts=posts, since=_day(2021), timeline=(make.event(when=_day(2021)),))
    parts = {kind: (left, width) for kind, left, width in _boxes(drawn.drawing)}

    assert parts["posts"] == pytest.approx((0, 500), abs=1)
    assert parts["mark"] == pytest.approx((498, 4), abs=1)
    assert (drawn.begin, drawn.end) == ("01/01/2016", "01/01/2026")
    assert "1 entry in the audit log" in drawn.drawing
    assert "posts from 01/01/2016 to 01/01/2021" in drawn.drawing


def test_a_day_in_twenty_years_is_seen():
    drawn = _bar(_day(2026), created=_day(2006), since=_day(2025, 12, 31))

    assert ("open", 1000, 2) in _boxes(drawn.drawing)


@pytest.mark.parametrize(
    "exposure",
    [
        {},
        {"since": _day(2026)},
        {"readership": Audience.MEMBERS, "since": _day(2020)},
        {"readership": Audience.UNKNOWN, "since": _day(2020)},
    ],
)
def test_no_bar_is_drawn_when_there_is_nothing_to_draw(exposure):
    assert _bar(**exposure) is None


def test_group_that_was_not_assessed_has_no_bar():
    assert bar(make.unreadable(), _day(2026), ENGLISH) is None


@given(item=assessments(), end=TIMES)
def test_bar_is_numbers_and_dates_whatever_the_group(item, end):
    drawn = bar(item, end, ENGLISH)
    if drawn is None:
        return
    whole = ET.fromstring(drawn.drawing)  # noqa: S314 - our own drawing

    assert {each.tag.partition("}")[2] for each in whole} <= {"rect"}
    for each in whole:
        assert set(each.keys()) == {"class", "x", "y", "width", "height"}
        assert each.get("class") in {"before", "doubt", "open", "mark", "posts"}


def test_bar_names_nobody():
    drawn = _bar(since=_day(2020), timeline=(make.event(when=_day(2020)),)).drawing

    for name in ("bloc@", "claire.fictive", "203.0.113.7", "CHANGE_GROUP_SETTING"):
        assert name not in drawn
