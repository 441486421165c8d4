"""What stands in a trend: counted once, and nothing where a run cannot be set beside the others."""

from __future__ import annotations

import factories as make
import pytest

from groupaudit.model import trend
from groupaudit.model.finding import Verdict
from groupaudit.model.group import Audience
from groupaudit.model.report import Figures, Gap, Section, Severity, Stage, Unassessed

FAILURE = Unassessed(Stage.LISTING, "bad-answer", "Google's answer broke off.")


def test_groups_count_when_more_than_members_read_identifiable_health_data():
    found = trend.figures(
        (
            make.assessment(),
            make.assessment(Severity.HIGH, exposure=make.exposure(Audience.WHOLE_ORGANISATION)),
            make.assessment(Severity.LOW, exposure=make.exposure(Audience.MEMBERS)),
            make.assessment(Severity.HIGH, health=make.health(Verdict.HEALTH_PERSON)),
            make.assessment(Severity.UNKNOWN, exposure=make.exposure(Audience.UNKNOWN)),
            make.unreadable(),
        )
    )

    assert found == Figures(
        exposed=((Severity.CRITICAL, 1), (Severity.HIGH, 1)), persons=74, unknown=2, groups=6
    )


def test_several_workspaces_add_up():
    one, other = make.figures(2), make.figures(0, persons=1, unknown=0, groups=7)

    assert trend.together((one, other)) == make.figures(2, persons=41, unknown=3, groups=127)
    assert trend.together(()) == Figures((), 0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({}, None),
        ({"run": make.run(complete=False)}, Gap.CUT_SHORT),
        ({"listing_failure": FAILURE}, Gap.LISTING_INCOMPLETE),
        (
            {"listing_failure": FAILURE, "tenants": (Section("sud", "CH Sud", failure=FAILURE),)},
            Gap.TENANT_MISSING,
        ),
    ],
)
def test_report_is_a_gap_when_it_has_not_seen_everything(changes, gap):
    point = trend.point(make.report(**changes))

    assert point.gap is gap
    assert (point.figures is None) == (gap is not None)
