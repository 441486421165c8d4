"""A second run over the same posts says the same, and judges less."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hospital import Hospital

from groupaudit.emulator.faults import Faults
from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator


@pytest.fixture
def small(tmp_path):
    with Emulator(generate(groups=8), faults=Faults(export_polls=0)) as emulator:
        hospital = Hospital(emulator, tmp_path)
        hospital.environment = hospital.environment | {
            "GROUPAUDIT_SAMPLING__MAX_POSTS": "8",
            "GROUPAUDIT_COLLECT__INCLUDE": '["transports-*", "hotellerie-*"]',
        }
        yield hospital


def _content(report):
    """What was found, group by group, without what was spared."""
    return {
        group["email"]: (group["health"], group["posts"] | {"remembered": None})
        for group in report["groups"]
    }


@pytest.mark.slow
def test_second_run_finds_the_same_and_says_what_it_reused(small):
    small.audit()
    first = small.report()
    small.audit(GROUPAUDIT_REPORT__FORMATS='["json", "csv"]')
    second = small.report()
    told = (small.folder / "reports" / "coverage.csv").read_text(encoding="utf-8-sig")
    small.audit("--fresh")
    fresh = small.report()

    assert first["coverage"]["posts_remembered"] == 0
    reused = second["coverage"]["posts_remembered"]
    assert 0 < reused <= second["coverage"]["posts_examined"]
    assert reused == sum(group["posts"]["remembered"] for group in second["groups"])
    assert f"non réévalués;;{reused}" in told
    assert fresh["coverage"]["posts_remembered"] == 0
    assert _content(first) == _content(second) == _content(fresh)

    with closing(sqlite3.connect(small.folder / "groupaudit.sqlite3")) as connection:
        bodies = [body for (body,) in connection.execute("SELECT body FROM judgement")]
    assert bodies
    for word in ("identifiable_health", "health_person", "excerpt", "person_keys"):
        assert not any(word in body for body in bodies)
