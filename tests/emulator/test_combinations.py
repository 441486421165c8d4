"""A tenant of some hundred groups holds each combination of settings and kinds of members."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from groupaudit.emulator.generator import MOST_GROUPS, generate
from groupaudit.emulator.hospital.archetypes import ARCHETYPES
from groupaudit.emulator.hospital.combinations import BESIDE, DIFFERENT, EXTERNAL, JOINS, VIEWS
from groupaudit.emulator.hospital.register import FIRST_COMBINED, entry
from groupaudit.emulator.state import Group

GROUPS = 300
PARTNER = "cabinet-lilas.example"


@pytest.fixture(scope="module")
def groups() -> list[Group]:
    tenant = generate(GROUPS, now=datetime(2026, 11, 22, tzinfo=UTC))
    found = [tenant.group(entry(number).email) for number in range(FIRST_COMBINED, GROUPS)]
    return [group for group in found if group is not None]


def test_first_rounds_are_as_the_table_has_them() -> None:
    rows = [entry(number).row for number in range(FIRST_COMBINED)]
    assert rows == [*ARCHETYPES] * 4


def test_each_combination_of_view_join_and_outsiders_occurs(groups: list[Group]) -> None:
    fields = ("whoCanViewGroup", "whoCanJoin", "allowExternalMembers")
    found = {tuple(group.settings[field] for field in fields) for group in groups}
    spelt = [str(value).lower() for value in EXTERNAL]
    assert found == set(product(VIEWS, JOINS, spelt))


@pytest.mark.parametrize("setting", [*BESIDE, "archiveOnly"])
def test_each_value_of_another_setting_occurs(groups: list[Group], setting: str) -> None:
    values = BESIDE.get(setting, ("true", "false"))
    assert {group.settings[setting] for group in groups} == set(values)


def test_nobody_posts_exactly_in_what_is_archive_only(groups: list[Group]) -> None:
    for group in groups:
        nobody = group.settings["whoCanPostMessage"] == "NONE_CAN_POST"
        assert nobody == (group.settings["archiveOnly"] == "true"), group.email


def test_each_kind_of_member_occurs(groups: list[Group]) -> None:
    kinds = {(each.type, each.role) for group in groups for each in group.members}
    assert kinds >= {("CUSTOMER", "MEMBER"), *product(["GROUP"], ["OWNER", "MANAGER", "MEMBER"])}
    assert {"ACTIVE", "SUSPENDED", None} == {m.status for g in groups for m in g.members}
    assert any(not group.members for group in groups)
    outsiders = {
        group.settings["allowExternalMembers"]
        for group in groups
        for member in group.members
        if (member.email or "").endswith(PARTNER)
    }
    assert outsiders == {"true", "false"}  # they are there though they are not allowed, too


def test_no_two_groups_of_the_largest_tenant_draw_the_same() -> None:
    rows = (entry(number).row for number in range(FIRST_COMBINED, MOST_GROUPS))
    drawn = {
        (row.view, row.join, row.external, row.crew, *(row.overrides[name] for name in BESIDE))
        for row in rows
    }
    assert len(drawn) == MOST_GROUPS - FIRST_COMBINED < DIFFERENT


def test_service_is_switched_off_when_asked() -> None:
    for state in ("ENABLED", "DISABLED"):
        told = {
            policy["setting"]["type"]: policy["setting"]["value"]
            for policy in generate(1, service_state=state).policies
        }
        service = told["settings/groups_for_business.service_status"]
        assert service == {"serviceState": state}
