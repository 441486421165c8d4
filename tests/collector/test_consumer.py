"""Which groups outside the Workspace are audited, and who is looked at on the web."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from factories import assessment, exposure, group, posts

from groupaudit.collector.consumer import MOST_FOUND, GroupsOnTheWeb
from groupaudit.collector.mailboxes import SearchedMailboxes
from groupaudit.model.group import Audience, GroupKind
from groupaudit.model.searches import MailboxSearch
from groupaudit.web.verdict import Seen, Sighting, sighting


@dataclass
class FakeVisitor:
    """Sees what it is told to see, and remembers whom it was asked about."""

    seen: Seen = Seen.CONTENT_PUBLIC
    asked: list[str] = field(default_factory=list)

    def look(self, address: str, aliases=()) -> Sighting:
        self.asked.append(address)
        return sighting(self.seen)


@dataclass
class FakeGroups:
    readership: Audience = Audience.ANYONE_ON_WEB

    def notes(self):
        return ("inner",)

    def exposure(self, _group):
        return exposure(self.readership)


def leading_to(*addresses: str, lists: tuple[str, ...] = ()):
    return assessment(
        exposure=exposure(consumer_groups=addresses), posts=posts(consumer_lists=lists)
    )


def found(outcomes, **options) -> list[str]:
    groups = GroupsOnTheWeb(FakeGroups(), FakeVisitor(), confirm="none", **options)
    return [each.email for each in groups.beyond(outcomes)]


OUTCOMES = [
    leading_to("soins@googlegroups.com", lists=("nuit@googlegroups.com", "soins@googlegroups.com")),
    leading_to("amis@ailleurs.example", "bad name@googlegroups.com"),
]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, []),
        ({"discover": True}, ["nuit@googlegroups.com", "soins@googlegroups.com"]),
        ({"addresses": ("chorale@googlegroups.com",)}, ["chorale@googlegroups.com"]),
        ({"discover": True, "exclude": ("soins@*",)}, ["nuit@googlegroups.com"]),
        (
            {"addresses": ("soins@googlegroups.com",), "exclude": ("*",), "discover": True},
            ["soins@googlegroups.com"],
        ),
    ],
)
def test_consumer_groups_are_those_configured_and_those_led_to(options, expected):
    assert found(OUTCOMES, **options) == expected


def test_strangers_headers_lead_to_a_bounded_number_of_groups():
    flood = leading_to(lists=tuple(f"g{number}@googlegroups.com" for number in range(5000)))

    assert len(found([flood], discover=True)) == MOST_FOUND
    assert "mine@googlegroups.com" in found(
        [flood], discover=True, addresses=("mine@googlegroups.com",)
    )


@pytest.mark.parametrize(
    ("readership", "confirm", "asked"),
    [
        (Audience.ANYONE_ON_WEB, "open", True),
        (Audience.ANYONE_ON_WEB, "none", False),
        (Audience.MEMBERS, "open", False),
        (Audience.EXTERNAL_MEMBERS, "open", False),
        (Audience.MEMBERS, "all", True),
    ],
)
def test_own_groups_are_looked_at_when_asked_for_and_open(readership, confirm, asked):
    guest = FakeVisitor()
    groups = GroupsOnTheWeb(FakeGroups(readership), guest, confirm=confirm)
    groups.exposure(group())

    assert bool(guest.asked) is asked


def test_consumer_group_is_judged_by_the_web_alone():
    guest = FakeVisitor(Seen.DENIED_OR_ABSENT)
    groups = GroupsOnTheWeb(FakeGroups(), guest, confirm="none")
    told = groups.exposure(group("soins@googlegroups.com", kind=GroupKind.CONSUMER))

    assert told.readership is Audience.UNKNOWN
    assert guest.asked == ["soins@googlegroups.com"]


@dataclass
class FakeSearcher:
    """Finds what it is told to find, and counts how often it was asked."""

    found: tuple[tuple[str, int], ...]
    through: str = "gmail"
    asked: int = 0

    def search(self) -> MailboxSearch:
        self.asked += 1
        return MailboxSearch(self.through, found=self.found, searched=3)


def searching(searcher: FakeSearcher, *, discover: bool = True, **options) -> GroupsOnTheWeb:
    mailboxes = SearchedMailboxes([searcher])
    return GroupsOnTheWeb(
        FakeGroups(),
        FakeVisitor(),
        confirm="none",
        discover=discover,
        mailboxes=mailboxes,
        **options,
    )


def test_groups_of_mailboxes_are_audited_and_say_where_they_were_seen():
    searcher = FakeSearcher((("rare@googlegroups.com", 4), ("tout@googlegroups.com", 2)))
    groups = searching(searcher, exclude=("tout@*",))
    found = list(groups.beyond(OUTCOMES))
    list(groups.beyond(OUTCOMES))

    assert [each.email.partition("@")[0] for each in found] == ["nuit", "rare", "soins"]
    assert searcher.asked == 1
    notes = {each.email: groups.exposure(each).notes for each in found}
    assert notes["rare@googlegroups.com"] == (
        "Its list header was found in 4 mailboxes of the organisation",
    )
    assert notes["nuit@googlegroups.com"] == ()
    assert groups.notes()[0] == "inner"
    assert groups.notes()[1].startswith("Mailboxes searched for groups outside the Workspace: 3; ")


@pytest.mark.parametrize(
    "header",
    ["a b@googlegroups.com", "x@evil.example", "@googlegroups.com", "a/../b@googlegroups.com", ""],
)
def test_what_mailboxes_name_is_left_alone_when_it_is_no_group_outside(header):
    assert not list(searching(FakeSearcher(((header, 9),))).beyond([]))


def test_no_mailbox_is_searched_when_discovery_is_off():
    searcher = FakeSearcher((("rare@googlegroups.com", 1),))

    assert not list(searching(searcher, discover=False).beyond(OUTCOMES))
    assert searcher.asked == 0


def test_groups_met_most_often_come_first_and_the_others_are_counted_when_too_many():
    flood = tuple((f"a{number:04}@googlegroups.com", 1) for number in range(MOST_FOUND + 50))
    groups = searching(FakeSearcher((*flood, ("zz@googlegroups.com", 2))))
    found = [each.email for each in groups.beyond(OUTCOMES)]

    assert len(found) == MOST_FOUND
    assert {"zz@googlegroups.com", "nuit@googlegroups.com"} <= set(found)
    assert groups.notes()[-1] == "Groups outside the Workspace left out, too many: 53"
