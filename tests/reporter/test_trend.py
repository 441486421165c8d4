"""The trend in words and drawings: gaps are gaps, and the text says what the lines show."""

from __future__ import annotations

import json
from itertools import pairwise
from xml.etree import ElementTree as ET

import factories as make
import pytest

from groupaudit.model.report import Gap, Severity
from groupaudit.reporter.as_json import document
from groupaudit.reporter.charts import HEIGHT, WIDTH
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases
from groupaudit.reporter.trend import told

ENGLISH, FRENCH = Phrases(language("en")), Phrases(language("fr"))
POINTS = (
    make.point(4, make.figures(9)),
    make.point(3, make.figures(7)),
    make.point(2, gap=Gap.OTHER_SCOPE),
    make.point(1, make.figures(4)),
    make.point(0, make.figures(2, persons=1234)),
)


def _drawn(chart):
    return ET.fromstring(chart.drawing)  # noqa: S314 - our own drawing


def _strokes(drawn):
    """The lines' paths: class to the corners of each of its stretches."""
    found = {}
    for path in drawn.iter("path"):
        corners = path.get("d").replace("M", "").split("L")
        found.setdefault(path.get("class"), []).append(
            [tuple(map(float, corner.split())) for corner in corners]
        )
    return found


def test_first_audit_has_no_chart():
    trend = told((make.point(0, make.figures()),), ENGLISH)

    assert trend.charts == ()
    assert [when for when, _, _ in trend.rows] == ["22/11/2026"]


@pytest.mark.parametrize("earlier", [[Gap.CUT_SHORT], [Gap.OTHER_SCOPE, Gap.TENANT_MISSING]])
def test_no_chart_is_drawn_when_nothing_can_be_compared(earlier):
    gaps = [make.point(week, gap=gap) for week, gap in enumerate(earlier, start=1)]
    trend = told((*reversed(gaps), make.point(0, make.figures())), ENGLISH)

    assert trend.charts == ()
    assert all("not comparable" in why for _, _, why in trend.rows[:-1])


def test_line_breaks_where_a_run_cannot_be_compared():
    strokes = _strokes(_drawn(told(POINTS, ENGLISH).charts[0]))

    assert set(strokes) == {"critical", "high"}
    assert [len(stretch) for stretch in strokes["critical"]] == [2, 2]


def _dots(drawn):
    return [dot for dot in drawn.iter("circle") if dot.get("class") == "critical"]


def test_every_run_is_a_dot_when_there_are_few():
    assert len(_dots(_drawn(told(POINTS, ENGLISH).charts[0]))) == 4


def test_run_between_two_gaps_is_a_dot_when_there_are_many():
    weeks = range(29, -1, -1)
    alone = {
        week: make.point(week, gap=Gap.CUT_SHORT) if week in {10, 12} else None for week in weeks
    }
    points = [alone[week] or make.point(week, make.figures(week + 1)) for week in weeks]
    (dot,) = _dots(_drawn(told(points, ENGLISH).charts[0]))
    everything = _strokes(_drawn(told(points, ENGLISH).charts[0]))["critical"]

    assert [len(stretch) for stretch in everything] == [17, 1, 10]
    assert (float(dot.get("cx")), float(dot.get("cy"))) == everything[1][0]


def test_higher_numbers_stand_higher_and_weeks_are_equally_wide():
    first, second = _strokes(_drawn(told(POINTS, ENGLISH).charts[0]))["critical"]
    corners = [*first, *second]
    across, down = zip(*corners, strict=True)
    steps = [after - before for before, after in pairwise(across)]

    assert list(down) == sorted(down)
    assert steps[1] == pytest.approx(2 * steps[0], abs=0.3)
    assert steps[2] == pytest.approx(steps[0], abs=0.3)


def test_everything_drawn_is_inside_the_frame():
    for chart in told(POINTS, FRENCH).charts:
        for stretches in _strokes(_drawn(chart)).values():
            for across, down in (corner for stretch in stretches for corner in stretch):
                assert 0 <= across <= WIDTH
                assert 0 <= down <= HEIGHT


def test_drawing_is_named_and_described_by_its_own_words():
    for chart in told(POINTS, FRENCH).charts:
        drawn = _drawn(chart)
        texts = {child.get("id"): child.text for child in drawn[:2]}

        assert drawn.get("role") == "img"
        assert drawn.get("aria-labelledby").split() == list(texts)
        assert all(texts.values())


@pytest.mark.parametrize(
    ("phrases", "expected"),
    [
        (ENGLISH, "People at least: 40 on 25/10/2026, 1,234 on 22/11/2026, at most 1,234"),
        (
            FRENCH,
            "Personnes, au moins : 40 le 25/10/2026, 1 234 le 22/11/2026, au plus 1 234",
        ),
    ],
)
def test_description_quotes_ends_and_height(phrases, expected):
    described = _drawn(told(POINTS, phrases).charts[1])[1].text

    assert described.replace("\u202f", " ").replace("\u00a0", " ") == expected


def test_drawing_has_no_style_of_its_own_that_the_policy_would_refuse():
    for chart in told(POINTS, ENGLISH).charts:
        for element in _drawn(chart).iter():
            assert element.tag not in {"style", "script", "image", "a"}
            assert not {"style", "fill", "stroke", "font-family", "href"} & set(element.keys())


def test_same_figures_give_the_same_drawing():
    assert told(POINTS, FRENCH) == told(POINTS, FRENCH)


def test_ids_are_unique_on_the_page():
    drawings = "".join(chart.drawing for chart in told(POINTS, ENGLISH).charts)
    ids = [part.split('"')[0] for part in drawings.split(' id="')[1:]]

    assert len(set(ids)) == len(ids) == 6


def test_table_has_a_column_for_each_severity_that_was_ever_counted():
    trend = told((*POINTS, make.point(-1, make.figures(0))), ENGLISH)

    assert trend.columns[:2] == ("Critical", "High")
    assert trend.rows[0] == ("25/10/2026", ("9", "5", "40", "3", "120"), "")
    assert trend.rows[2] == ("08/11/2026", (), "not comparable: the configuration was another")
    assert trend.rows[-1][1][:2] == ("0", "0")


def test_scale_shows_whole_numbers_when_there_is_next_to_nothing():
    points = [make.point(week, make.figures(0, persons=0, unknown=1)) for week in (1, 0)]
    for chart in told(points, ENGLISH).charts:
        axis = next(each for each in _drawn(chart).iter("g") if each.get("class") == "axis left")
        marks = [text.text for text in axis.iter("text")]

        assert len(set(marks)) == len(marks) > 2


def test_runs_in_one_hour_are_drawn_too():
    points = [make.point(0, make.figures(count)) for count in (1, 2)]

    assert len(told(points, ENGLISH).charts) == 3


def test_json_carries_the_same_trend():
    written = json.loads(json.dumps(document(make.report(trend=POINTS))))["trend"]

    assert written[0] == {
        "run": "week-4",
        "when": "2026-10-25T04:12:30Z",
        "gap": None,
        "groups_exposed": {"critical": 9, "high": 5},
        "persons_low": 40,
        "groups_unknown": 3,
        "groups_listed": 120,
    }
    assert written[2]["gap"] == "other-scope"
    assert written[2]["groups_exposed"] is None
    assert Severity.CRITICAL.value in written[-1]["groups_exposed"]
