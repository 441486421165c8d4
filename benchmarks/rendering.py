"""How long ``report.html`` takes when 50,000 groups are findings, each with its timeline.

Every group is as long as groups get: what a hospital has is lighter. The groups are alike but for
their names and numbers, as notes and settings are in life too. ``python -m benchmarks rendering``.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience, Certainty, Exposure, Group, Reason
from groupaudit.model.report import (
    Advice,
    Assessment,
    Figures,
    Health,
    Point,
    PostSample,
    PostsCoverage,
    PostsStatus,
    Report,
    Run,
    Severity,
)
from groupaudit.model.sample import Interval, PersonCount, SamplingKind
from groupaudit.model.timeline import GroupEvent, Step
from groupaudit.reporter.as_html import HtmlReporter

GROUPS = 50_000
RUNS = 52

_END = datetime(2026, 11, 22, 5, 30, tzinfo=UTC)
_OWNER = "claire.fictive@ch-valmoree.example"


def main() -> None:
    """Print seconds of wall and processor, the file's size, and what memory it took."""
    report = Report(_run(), tuple(_groups()), trend=tuple(_trend()))
    before = _peak_mb()
    with tempfile.TemporaryDirectory() as folder:
        wall, processor = time.perf_counter(), time.process_time()
        (path,) = HtmlReporter("fr").render(report, Path(folder))
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        size = path.stat().st_size / 1e6
    print(
        f"{GROUPS} findings: {wall:.1f} s wall  {processor:.1f} s CPU  {size:.0f} MB file"
        f"  {_peak_mb():.0f} MB peak, {before:.0f} MB of it the report"
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def _run() -> Run:
    began = _END - timedelta(hours=1)
    return Run("benchmark", began, _END, "0", "digest", "CH de Valmorée", complete=True)


def _trend() -> Iterator[Point]:
    for week in range(RUNS):
        found = Figures(((Severity.CRITICAL, 900 - week),), 40_000 - week, week % 9, GROUPS)
        yield Point(f"run-{week}", _END - timedelta(weeks=RUNS - week), found)


def _groups() -> Iterator[Assessment]:
    for number in range(GROUPS):
        began = _END - timedelta(hours=number)
        share = number % 997 / 997
        yield Assessment(
            Group(f"g{number:05}@ch-valmoree.example", f"Bloc {number}", description="Bloc. " * 20),
            _exposure(began),
            None,
            _posts(began, number),
            Health(
                Verdict.IDENTIFIABLE_HEALTH,
                number % 500,
                number % 50,
                Interval(share, share / 2, min(1.0, share * 2), 0.95),
                PersonCount(number % 300, number % 400),
                (("diagnosis", number % 500), ("nir", number % 90)),
                (PostSample("7f3a", began, Verdict.IDENTIFIABLE_HEALTH, 0.9, (), "[nom], [NIR]"),),
            ),
            Severity.CRITICAL,
            (Advice("Let only members read the conversations.", "whoCanViewGroup", "ALL_MEMBERS"),),
        )


def _exposure(began: datetime) -> Exposure:
    change = GroupEvent(
        began,
        Step.CHANGED,
        "admin",
        "CHANGE_GROUP_SETTING",
        "WHO_CAN_VIEW",
        "ALL",
        "ANYONE",
        by=_OWNER,
    )
    return Exposure(
        Audience.ANYONE_ON_WEB,
        (Audience.ANYONE_ON_WEB,),
        Certainty.SETTINGS,
        reasons=(Reason("whoCanViewGroup", "ANYONE_CAN_VIEW", "anyone may read"),),
        owners=(_OWNER,),
        members_total=12,
        since=began,
        by=_OWNER,
        evidence="admin log: CHANGE_GROUP_SETTING",
        created=began - timedelta(days=900),
        timeline=(change,) * 4,
    )


def _posts(began: datetime, number: int) -> PostsCoverage:
    return PostsCoverage(
        PostsStatus.READ,
        source="vault",
        total=number,
        examined=number % 500,
        first=began - timedelta(days=800),
        last=began,
        sampling=SamplingKind.SEQUENTIAL,
    )
