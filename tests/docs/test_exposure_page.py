"""docs/exposure.md says what the program does: its tables are run against the rules."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from groupaudit.collector import parse
from groupaudit.collector.exposure import readership
from groupaudit.collector.replay import REASONS
from groupaudit.collector.switches import switches
from groupaudit.collector.weaknesses import KINDS
from groupaudit.compliance import compliance
from groupaudit.model.group import Membership, OrgPolicy, Role

PAGE = (Path(__file__).parents[2] / "docs" / "exposure.md").read_text(encoding="utf-8")

VIEWS = ["ANYONE_CAN_VIEW", "ALL_IN_DOMAIN_CAN_VIEW", "ALL_MEMBERS_CAN_VIEW"]
VIEWS += ["ALL_MANAGERS_CAN_VIEW", "ALL_OWNERS_CAN_VIEW"]
JOINS = ["ANYONE_CAN_JOIN", "ALL_IN_DOMAIN_CAN_JOIN", "CAN_REQUEST_TO_JOIN", "INVITED_CAN_JOIN"]
SWITCHES = {"open": True, "closed": False, "unreadable": None}


def members(**changes):
    usual = {
        "total": 3,
        "external": 0,
        "consumer_mail": 0,
        "internal_by_role": ((Role.MEMBER, 2), (Role.OWNER, 1)),
        "external_by_role": (),
        "external_getting_mail": 0,
        "all_users_role": None,
        "owners": ("o@ch.example",),
    }
    return Membership(**usual | changes)


OUTSIDER = {"external": 1, "external_by_role": ((Role.MEMBER, 1),)}
MEMBERS = {
    "all inside": members(),
    "outsider": members(**OUTSIDER, external_mail_by_role=((Role.MEMBER, 1),)),
    "silent outsider": members(**OUTSIDER),
    "all users": members(all_users_role=Role.MEMBER),
    "unread": members(unread=(("n@ch.example", "denied"),), unread_roles=frozenset({Role.MEMBER})),
}


def rows(heading: str, columns: int) -> list[list[str]]:
    """The body of the first table under ``heading``."""
    section = PAGE.split(f"## {heading}", 1)[1].split("\n## ")[0]
    found = [
        [cell.strip().strip("`") for cell in line.strip("|\n").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| ") and not line.startswith("| ---")
    ]
    return [row for row in found if len(row) == columns][1:]


def values(cell: str, every) -> list[str]:
    if cell == "any":
        return list(every)
    return [word.strip() for word in cell.split(",")]


DECISIONS = rows("Readership", 9)


def cases(row):
    _number, view, join, external, switch, who, told, *_ = row
    return told, product(
        values(view, VIEWS),
        values(join, JOINS),
        values(external, ["true", "false"]),
        values(switch, SWITCHES),
        values(who, MEMBERS),
    )


def judged(view, join, external, switch, who):
    settings = parse.settings(
        {"whoCanViewGroup": view, "whoCanJoin": join, "allowExternalMembers": external}
    )
    return readership(settings, OrgPolicy(SWITCHES[switch]), MEMBERS[who]).readership.value


@pytest.mark.parametrize("row", DECISIONS, ids=[row[0] for row in DECISIONS])
def test_decision_is_the_programs(row):
    told, combinations = cases(row)
    earlier = DECISIONS[: DECISIONS.index(row)]
    taken = {case for each in earlier for case in cases(each)[1]}
    mine = [case for case in combinations if case not in taken]
    assert mine, "an earlier row takes every case"
    for case in mine:
        assert judged(*case) == told, case


def test_every_decision_has_a_source_and_a_certainty():
    assert len(DECISIONS) == 20
    assert {row[8] for row in DECISIONS} <= {"documented", "read", "decided", "unverified"}
    assert all(row[7] for row in DECISIONS)


def test_reasons_and_kinds_are_those_of_the_program():
    assert [row[0] for row in rows("Since when", 3)] == list(REASONS)
    assert [row[0] for row in rows("Secondary", 3)] == list(KINDS)
    for kind, setting, _ in rows("Secondary", 3):
        assert KINDS[kind].setting == setting


def test_defaults_of_the_rules_are_the_programs():
    told = {row[0]: re.match(r"\w+", row[2]).group() for row in rows("Published", 3)}
    found = compliance(switches([]), ())
    assert told == {result.rule: result.status.value for result in found}
