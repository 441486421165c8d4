"""Who last wrote from inside to a group without an owner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factories as make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.audit.orphans import LastInside, orphaned, with_writer
from groupaudit.model.timeline import Weakness

GROUP = "soins@ch.example"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ORPHAN = Weakness("no-owner", "members", "no owner", "effect", "action", who=("m@ch.example",))
OTHER = Weakness("anyone-posts", "whoCanPostMessage", "ANYONE_CAN_POST", "effect", "action")


def last(*posts: tuple[int | None, str]) -> str | None:
    seen = LastInside(GROUP, ("ch.example", "alias.example"))
    for days, sender in posts:
        seen.see(None if days is None else NOW - timedelta(days=days), sender)
    return seen.address


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([], None),
        ([(3, "Anne <Anne@CH.example>"), (9, "b@ch.example")], "anne@ch.example"),
        ([(9, "a@ch.example"), (3, "b@alias.example")], "b@alias.example"),
        ([(1, "patient@mail.example"), (9, "a@ch.example")], "a@ch.example"),
        ([(1, '"Anne via Soins" <soins@ch.example>')], None),
        ([(None, "a@ch.example"), (9, "b@ch.example")], "b@ch.example"),
        ([(None, "a@ch.example")], "a@ch.example"),
        ([(1, "=cmd()@ch.example"), (1, "a b@ch.example"), (1, "@ch.example")], None),
        ([(1, "x" * 5000 + "@ch.example")], None),
        ([(1, "a@ch.example@evil.example")], None),
    ],
)
def test_last_writer_from_inside_is_kept_and_nobody_else(posts, expected):
    assert last(*posts) == expected


@given(st.permutations([(1, "a@ch.example"), (1, "b@ch.example"), (5, "c@ch.example")]))
def test_order_of_posts_is_irrelevant(posts):
    assert last(*posts) == "b@ch.example"


@given(st.text(max_size=60))
def test_any_sender_is_looked_at_without_failing(sender):
    address = last((1, sender), (1, f"{sender}@ch.example"))
    assert address is None or address.endswith(("@ch.example", "@alias.example"))


def test_writer_is_added_to_the_weakness_of_an_orphan_only():
    exposure = make.exposure(weaknesses=(ORPHAN, OTHER))
    found = with_writer(exposure, "a@ch.example")
    assert orphaned(exposure)
    assert [each.who for each in found.weaknesses] == [("m@ch.example", "a@ch.example"), ()]
    assert with_writer(found, "a@ch.example") == found
    assert with_writer(exposure, None) is exposure
    assert not orphaned(make.exposure(weaknesses=(OTHER,)))
