"""Members, nested groups followed: roles, counts, circles, what cannot be listed, mail."""

import pytest

from groupaudit.collector.membership import MOST_NESTED, consumer_domains, membership
from groupaudit.errors import AccessDenied, Interrupted, NotFound, QuotaExhausted
from groupaudit.model.group import Member, MemberKind, Role

INSIDE = ("h.example", "alias.example")
TOP = "top@h.example"


def user(email, role=Role.MEMBER, *, suspended=False, mail=None):
    return Member(email, MemberKind.USER, role, suspended, mail)


def nested(email, role=Role.MEMBER, *, mail=None):
    return Member(email, MemberKind.GROUP, role, gets_mail=mail)


ALL_USERS = Member("", MemberKind.ALL_USERS, Role.MEMBER)


def walk(lists, delivery=None):
    """Membership of the top group; a list that is an exception is raised."""
    asked = []

    def listing(email):
        asked.append(email)
        found = lists[email]
        if isinstance(found, Exception):
            raise found
        return tuple(found)

    found = membership(TOP, listing, INSIDE, delivery)
    assert len(asked) == len(set(asked)) or "twice" in lists
    return found


def test_nested_members_read_with_the_role_of_the_nested_group():
    found = walk(
        {
            TOP: [nested("sub@h.example", Role.MANAGER), user("a@h.example")],
            "sub@h.example": [user("b@h.example", Role.OWNER), nested("deep@h.example")],
            "deep@h.example": [user("x@out.example")],
        }
    )
    assert found.internal_by_role == ((Role.MANAGER, 1), (Role.MEMBER, 1))
    assert found.external_by_role == ((Role.MANAGER, 1),)
    assert (found.total, found.external, found.owners) == (3, 1, ())


def test_an_account_is_counted_once_with_its_widest_role_when_it_comes_by_several_ways():
    found = walk(
        {
            TOP: [user("a@h.example"), nested("s@h.example", Role.OWNER)],
            "s@h.example": [user("a@h.example")],
        }
    )
    assert (found.total, found.internal_by_role) == (1, ((Role.OWNER, 1),))


def test_a_group_is_followed_again_when_it_comes_with_a_wider_role():
    found = walk(
        {
            TOP: [nested("a@h.example"), nested("b@h.example", Role.OWNER)],
            "a@h.example": [user("x@out.example")],
            "b@h.example": [nested("a@h.example")],
            "twice": [],
        }
    )
    assert found.external_by_role == ((Role.OWNER, 1),)


def test_a_circle_ends():
    found = walk(
        {
            TOP: [nested("s@h.example")],
            "s@h.example": [nested(TOP), nested("s@h.example"), user("a@h.example")],
        }
    )
    assert (found.total, found.unread) == (1, ())


def test_all_users_have_the_role_of_the_group_through_which_they_come():
    found = walk({TOP: [nested("s@h.example", Role.MANAGER)], "s@h.example": [ALL_USERS]})
    assert (found.all_users_role, found.total) == (Role.MANAGER, 0)


def test_what_cannot_be_listed_is_named_and_never_counted_as_empty():
    found = walk(
        {
            TOP: [nested("denied@h.example"), Member("", MemberKind.OTHER, Role.MEMBER)],
            "denied@h.example": AccessDenied("no"),
        }
    )
    assert found.unread == (
        ("denied@h.example", "access-denied"),
        ("top@h.example#1", "member-without-address"),
    )
    assert found.unread_roles == {Role.MEMBER}


def test_nobody_is_missed_when_a_nested_group_is_gone():
    found = walk({TOP: [nested("gone@h.example")], "gone@h.example": NotFound("deleted")})

    assert found.unread == (("gone@h.example", "not-found"),)
    assert found.unread_roles == frozenset()


@pytest.mark.parametrize("error", [QuotaExhausted("tomorrow"), Interrupted("stop")])
def test_the_walk_stops_when_nothing_more_can_be_asked(error):
    with pytest.raises(type(error)):
        walk({TOP: [nested("s@h.example")], "s@h.example": error})


def test_the_walk_is_bounded_when_nesting_has_no_end():
    lists = {TOP: [nested("n0@h.example")]}
    for number in range(MOST_NESTED + 100):
        lists[f"n{number}@h.example"] = [nested(f"n{number + 1}@h.example")]

    assert [reason for _name, reason in walk(lists).unread] == ["too-many-nested-groups"]


def test_outsiders_are_told_by_their_domain_when_type_says_nothing():
    found = walk(
        {
            TOP: [
                user("a@h.example"),
                user("b@alias.example"),
                user("c@sub.h.example"),
                user("d@gmail.com"),
                nested("liste@autre.example"),
                nested("patients@googlegroups.com"),
                Member("e@out.example", MemberKind.OTHER, Role.MEMBER),
            ]
        }
    )
    assert (found.total, found.external, found.consumer_mail) == (7, 5, 1)
    assert found.consumer_groups == ("patients@googlegroups.com",)


def test_suspended_accounts_are_counted_but_read_nothing():
    found = walk(
        {
            TOP: [
                user("a@h.example", Role.OWNER, suspended=True),
                user("b@out.example", suspended=True),
            ]
        }
    )
    assert (found.total, found.external, found.owners) == (2, 1, ("a@h.example",))
    assert (found.internal_by_role, found.external_by_role) == ((), ())
    assert found.owners_suspended == 1


def deliveries(no_mail):
    return lambda group, member: (group, member) not in no_mail


NESTED_OUT = {TOP: [nested("s@h.example")], "s@h.example": [user("x@out.example")]}


@pytest.mark.parametrize(
    ("lists", "no_mail", "mailed"),
    [
        ({TOP: [user("x@out.example")]}, set(), 1),
        ({TOP: [user("x@out.example")]}, {(TOP, "x@out.example")}, 0),
        ({TOP: [user("x@out.example", mail=False)]}, set(), 0),
        (NESTED_OUT, set(), 1),
        (NESTED_OUT, {("s@h.example", "x@out.example")}, 0),
        (NESTED_OUT, {(TOP, "s@h.example")}, 0),
        (NESTED_OUT | {TOP: [*NESTED_OUT[TOP], user("x@out.example")]}, {(TOP, "s@h.example")}, 1),
    ],
)
def test_outsiders_who_get_mail_are_counted_by_every_way_it_takes(lists, no_mail, mailed):
    found = walk(lists, deliveries(no_mail))
    assert found.external_getting_mail == mailed
    assert sum(count for _role, count in found.external_mail_by_role) == mailed


def test_outsiders_count_as_getting_mail_when_that_is_not_told():
    assert walk({TOP: [user("x@out.example")]}, lambda _g, _m: None).external_getting_mail == 1
    assert walk({TOP: [user("x@out.example")]}).external_getting_mail == 1


def test_asking_for_delivery_is_bounded_when_a_group_has_many_outsiders():
    asked = []

    def delivery(_group, member):
        asked.append(member)
        return False

    found = walk({TOP: [user(f"x{n}@out.example") for n in range(120)]}, delivery)
    assert (len(asked), found.external_getting_mail) == (50, 70)


def test_consumer_domains_are_clean():
    assert {"gmail.com", "orange.fr"} <= consumer_domains()
    assert all(each == each.strip().lower() for each in consumer_domains())
