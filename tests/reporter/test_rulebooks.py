"""Rules in words; weaknesses and the audit log beside what else a group's row holds."""

from __future__ import annotations

from dataclasses import replace

import factories as make
import pytest

from groupaudit.model.compliance import RuleStatus
from groupaudit.model.report import Section
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases
from groupaudit.reporter.rows import Strings, row
from groupaudit.reporter.rulebooks import rulebooks

ENGLISH = Phrases(language("en"))


def test_each_tenant_has_a_book_of_its_own_and_one_without_rules_none():
    sections = (
        Section("north", "CH Nord", run=make.run(), compliance=(make.rule(),)),
        Section("south", "CH Sud", run=make.run(), compliance=(make.rule(RuleStatus.MET),)),
        Section("west", "CH Ouest", run=make.run()),
    )
    books = rulebooks(make.report(tenants=sections), ENGLISH)

    assert [(book.name, book.rules[0].status) for book in books] == [
        ("CH Nord", "Not met"),
        ("CH Sud", "Met"),
    ]


@pytest.mark.parametrize(
    ("against", "unknown", "told"),
    [(3, 0, "3"), (3, 1, "3 (1 group unknown)"), (0, 12, "0 (12 groups unknown)"), (None, 0, "–")],
)
def test_existing_groups_are_told_with_what_is_not_known(against, unknown, told):
    rule = make.rule(groups_against=against, groups_unknown=unknown)
    (book,) = rulebooks(make.report(compliance=(rule,)), ENGLISH)
    assert book.rules[0].groups == told


def test_timeline_and_weaknesses_take_no_other_place_in_the_row():
    bare = make.assessment()
    exposure = make.exposure(timeline=(make.event(),), weaknesses=(make.weakness(),))
    for tenant in ("", "CH Nord"):
        without = row(bare, ENGLISH, Strings(), make.FINISHED, tenant)
        full = row(replace(bare, exposure=exposure), ENGLISH, Strings(), make.FINISHED, tenant)
        assert {key: full[key] for key in without if key != "tb"} == {
            key: value for key, value in without.items() if key != "tb"
        }
        assert set(full) - set(without) == {"tl", "ws"}


def test_remedy_names_the_closing_value_and_who_knows_the_group():
    weakness = make.weakness(setting="whoCanPostMessage", better="ALL_MEMBERS_CAN_POST")
    assert ENGLISH.remedy(weakness) == (
        "Name an owner; until then an administrator of groups can act."
        " [whoCanPostMessage = ALL_MEMBERS_CAN_POST]"
        " Who knows the group: paul.fictif@ch-valmoree.example."
    )
