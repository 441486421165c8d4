"""docs/exposure.md says what the program does: its tables are run against the rules."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from groupaudit.collector import parse
from groupaudit.collector.exposure import readership, reading_roles
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


def members_in(role):
    """Each kind of members, those who matter having ``role``."""
    outside = {"external": 1, "external_by_role": ((role, 1),)}
    return {
        "all inside": members(),
        "outsider": members(**outside, external_mail_by_role=((role, 1),)),
        "silent outsider": members(**outside),
        "all users": members(all_users_role=role),
        "unread": members(unread=(("n@ch.example", "denied"),), unread_roles=frozenset({role})),
    }


MEMBERS = {role: members_in(role) for role in Role}
KINDS_OF_MEMBERS = list(MEMBERS[Role.MEMBER])


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
    """The combinations that a row is for."""
    _number, view, join, external, switch, who, *_ = row
    return product(
        values(view, VIEWS),
        values(join, JOINS),
        values(external, ["true", "false"]),
        values(switch, SWITCHES),
        values(who, KINDS_OF_MEMBERS),
    )


def judged(view, join, external, switch, who, role):
    settings = parse.settings(
        {"whoCanViewGroup": view, "whoCanJoin": join, "allowExternalMembers": external}
    )
    policy = OrgPolicy(SWITCHES[switch])
    return readership(settings, policy, MEMBERS[role][who]).readership.value


def reads(view, role):
    return role in reading_roles(parse.settings({"whoCanViewGroup": view}).view)


@pytest.mark.parametrize("row", DECISIONS, ids=[row[0] for row in DECISIONS])
def test_decision_is_the_programs_whichever_role_reads(row):
    told = row[6]
    for case in cases(row):
        for role in Role:
            if reads(case[0], role):
                assert judged(*case, role) == told, (case, role)


def test_every_known_combination_has_exactly_one_decision():
    times = Counter(case for row in DECISIONS for case in cases(row))
    known = set(product(VIEWS, JOINS, ["true", "false"], SWITCHES, KINDS_OF_MEMBERS))

    assert len(known) == 600
    assert {case for case in known if times[case] != 1} == set()
    assert all("another value" in case for case in times.keys() - known)


def test_who_has_a_role_that_does_not_read_is_as_good_as_not_there():
    seen = set()
    for case in product(VIEWS, JOINS, ["true", "false"], SWITCHES, KINDS_OF_MEMBERS):
        for role in Role:
            if not reads(case[0], role):
                seen.add(role)
                assert judged(*case, role) == judged(*case[:4], "all inside", role), (case, role)
    assert seen == {Role.MEMBER, Role.MANAGER}


def test_every_decision_has_a_source_and_a_certainty():
    assert [row[0] for row in DECISIONS] == [str(number + 1) for number in range(27)]
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
