"""The breach of an invented hospital as three runs tell it: found, found again, closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factories as make
import pytest

from groupaudit.dossier import content
from groupaudit.dossier.case import build
from groupaudit.model.finding import SENSITIVE
from groupaudit.model.group import Audience
from groupaudit.model.report import Outcome
from groupaudit.model.sample import SamplingKind

OPENED = datetime(2026, 8, 3, 7, 30, tzinfo=UTC)
CLOSED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CATEGORIES = tuple((name, 2) for name in SENSITIVE)


def _run(day: int, **changes):
    started = datetime(2026, 11, day, 4, 0, tzinfo=UTC)
    finished = started + timedelta(minutes=12)
    return make.run(id=f"202611{day:02}T040000Z-1", started=started, finished=finished, **changes)


@pytest.fixture
def outcomes():
    opening = make.event(when=OPENED)
    closing = make.event(when=CLOSED, before="ANYONE_CAN_VIEW", after="ALL_MEMBERS_CAN_VIEW")
    seen = make.exposure(since=OPENED, timeline=(opening,), evidence="admin log, from 203.0.113.7")
    shut = make.exposure(
        Audience.MEMBERS,
        since=None,
        evidence="only members can read it",
        timeline=(closing, opening),
    )
    found = make.health(categories=(("diagnosis", 30), ("nir", 9), ("bank", 1), *CATEGORIES))
    return (
        Outcome(_run(15), make.assessment(exposure=seen, health=found)),
        Outcome(_run(22), make.assessment(exposure=seen, health=found)),
        Outcome(
            _run(24, complete=False),
            make.assessment(
                exposure=shut,
                health=make.health(),
                posts=make.posts(sampling=SamplingKind.CENSUS, examined=775),
            ),
        ),
    )


@pytest.fixture
def written(outcomes):
    """Makes the file of the second run, in a language, at a moment."""

    def _written(code: str = "fr", now: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)):
        return content.dossier(build(outcomes, outcomes[1]), code, now)

    return _written
