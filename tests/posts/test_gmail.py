"""The ``gmail`` source against the emulated mailboxes: choice, union, limits, refusals."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from groupaudit.emulator.access import Access as Granted
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.oauth import ServiceAccount
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group as ServedGroup
from groupaudit.emulator.state import Member, Post, Tenant, User
from groupaudit.errors import PostsError
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import Group, GroupKind
from groupaudit.posts import gmail
from groupaudit.posts.gmail import GmailPosts
from groupaudit.posts.gmail_copies import query
from groupaudit.posts.reading import Reading

ADDRESS = "urgences@h.example"
GROUP = Group(ADDRESS)
ACCOUNT = ServiceAccount()
JOINED = datetime(2020, 1, 1, tzinfo=UTC)
SCOPES = "https://www.googleapis.com/auth/"


def post(number: int, subject: str = "") -> Post:
    raw = (
        f"From: a@h.example\nSubject: {subject or f'Sujet {number}'}\n"
        f"Message-ID: <{number}@h.example>\n"
        f"List-ID: <urgences.h.example>\n\nCorps secret {number}\n"
    ).encode()
    return Post(str(number), JOINED + timedelta(days=number), f"t{number}", lambda: raw)


def user(name: str, years: int, **changes: object) -> User:
    made = User(
        name, f"{name}@h.example", name.title(), created=JOINED - timedelta(days=365 * years)
    )
    return replace(made, **changes)


USERS = (
    user("admin", 9, admin=True),
    user("ancienne", 8),
    user("partie", 7, suspended=True),
    user("milieu", 5),
    user("jeune", 1),
)
MEMBERS = tuple(Member(each.id, each.email) for each in USERS[1:])
Make = Callable[..., GmailPosts]


@pytest.fixture
def serve(running: ExitStack) -> Callable[..., Emulator]:
    def start(
        posts: int = 10,
        members: tuple[Member, ...] = MEMBERS,
        made: tuple[Post, ...] = (),
        **options: object,
    ) -> Emulator:
        made = made or tuple(post(number) for number in range(posts))
        group = ServedGroup(
            "g1", ADDRESS, "Urgences", members=members, posts_total=posts, posts=lambda: iter(made)
        )
        tenant = Tenant(
            "C0", "CH", "h.example", ("h.example",), (), USERS, (ADDRESS,),
            {ADDRESS: group, "g1": group}.get,
        )  # fmt: skip
        emulator = Emulator(tenant, account=ACCOUNT, **options)  # type: ignore[arg-type]
        return running.enter_context(emulator)

    return start


@pytest.fixture
def source(mailboxes: Callable[..., GoogleApis]) -> Callable[..., GmailPosts]:
    def make(emulator: Emulator, *, alone: str = "", **options: int) -> GmailPosts:
        google = mailboxes(emulator, alone)
        return GmailPosts(google, Reading(), calls_per_minute=600_000, **options)

    return make


def subjects(posts: GmailPosts, group: Group = GROUP) -> set[str]:
    with posts.open(group) as copies:
        return {copies.read(ref).subject for ref in copies.frame().refs}


def test_each_post_is_read_once_when_several_mailboxes_hold_it(serve, source) -> None:
    emulator = serve()
    with source(emulator).open(GROUP) as copies:
        frame = copies.frame()
        documents = [copies.read(ref) for ref in frame.refs]
    assert sorted(each.subject for each in documents) == sorted(f"Sujet {n}" for n in range(10))
    assert all("Corps secret" in each.parts[0].text for each in documents)
    assert frame.partial
    assert "of 3 members" in frame.note
    assert "1 mailbox-suspended" in frame.note
    assert {ref.date for ref in frame.refs} == {JOINED + timedelta(days=n) for n in range(10)}


def test_reply_without_references_joins_its_conversation_though_the_newest_are_listed_first(
    serve, source
) -> None:
    subjects = ("Planning", "Re: Planning", "Autre", "RE: planning")
    emulator = serve(4, made=tuple(post(*each) for each in enumerate(subjects)))
    with source(emulator).open(GROUP) as copies:
        by_age = sorted(copies.frame().refs, key=lambda ref: ref.date)
    first, reply, other, last = (ref.thread for ref in by_age)
    assert first == reply == last != other


def test_second_mailbox_is_the_last_when_it_adds_nothing(serve, source) -> None:
    emulator = serve(60)
    with source(emulator).open(GROUP) as copies:
        copies.frame()
    methods = emulator.stats()["methods"]
    assert methods["gmail.users.messages.get"] == 2 * 60
    assert methods["batch"] == 2 * 2  # of fifty and of ten


def test_no_whole_message_is_fetched_when_none_is_sampled(serve, source) -> None:
    emulator = serve()
    with source(emulator, most_mailboxes=1).open(GROUP) as copies:
        frame = copies.frame()
        before = emulator.stats()["methods"]["gmail.users.messages.get"]
        copies.read(frame.refs[0])
    assert before == 10  # in batches, without bodies
    assert emulator.stats()["methods"]["gmail.users.messages.get"] == 11


@pytest.mark.parametrize(
    ("silent", "expected"),
    [((), "ancienne"), (("ancienne",), "milieu"), (("ancienne", "milieu"), "jeune")],
)
def test_oldest_account_is_opened_first_when_all_hold_as_much(
    serve, source, silent: tuple[str, ...], expected: str
) -> None:
    members = tuple(
        replace(each, delivery_settings="NONE" if each.id in silent else "ALL_MAIL")
        for each in MEMBERS
    )
    posts = source(serve(members=members), most_mailboxes=1)
    with posts.open(GROUP) as copies:
        copies.frame()
        opened = {address for places in copies._seen.places.values() for address, _ in places}
    assert opened == {f"{expected}@h.example"}


def test_only_the_own_mailbox_is_read_when_a_user_consented(serve, source) -> None:
    emulator = serve()
    posts = source(emulator, alone="jeune@h.example")
    consumer = Group(ADDRESS, kind=GroupKind.CONSUMER)
    assert posts.available(consumer).yes
    assert len(subjects(posts)) == 10
    assert not [name for name in emulator.stats()["methods"] if name.startswith("directory.")]


def test_a_post_is_read_from_another_mailbox_when_one_lost_it(serve, source) -> None:
    emulator = serve(3)
    with source(emulator).open(GROUP) as copies:
        refs = copies.frame().refs
        emulator.faults = Faults(script=(Script("format=raw", status=404, reason="notFound"),))
        assert copies.read(refs[0]).subject.startswith("Sujet")
        emulator.faults = Faults(
            script=(Script("format=raw", status=404, reason="notFound", times=None),)
        )
        with pytest.raises(PostsError) as caught:
            copies.read(refs[0])
    assert caught.value.reason == "post-gone"


def test_copies_are_counted_as_missing_when_they_vanish_between_list_and_get(serve, source) -> None:
    emulator = serve(6)
    emulator.faults = Faults(
        script=(Script("format=metadata", status=404, reason="notFound", times=2),)
    )
    with source(emulator, most_mailboxes=1).open(GROUP) as copies:
        frame = copies.frame()
    assert (len(frame.refs), frame.missing) == (4, 2)
    assert "2 post-gone" in frame.note


@pytest.mark.parametrize(
    ("script", "options", "reason"),
    [
        (Script("messages.list", status=403, reason="no", times=None), {}, "mailbox-refused"),
        (
            Script("messages.list", status=400, reason="failedPrecondition", times=None),
            {},
            "no-mailbox",
        ),
        (
            Script("messages.list", status=429, reason="rateLimitExceeded", times=None),
            {},
            "rate-limited",
        ),
        (Script("directory.members.list", status=404, reason="notFound"), {}, "not-found"),
        (
            Script("nothing"),
            {"access": Granted(delegated_scopes=frozenset({SCOPES + "admin.directory.user.readonly",
             SCOPES + "admin.directory.group.readonly"}))},
            "delegation-refused",
        ),
        (Script("nothing"), {"posts": 0}, "no-copies"),
        (Script("nothing"), {"members": (Member("x", "x@dehors.example"),)}, "no-mailbox"),
    ],
)  # fmt: skip
def test_reason_is_named_when_no_mailbox_can_be_read(
    serve, source, script, options, reason
) -> None:
    emulator = serve(**options)
    emulator.faults = Faults(script=(script,))
    posts = source(emulator)
    with posts.open(GROUP) as copies, pytest.raises(PostsError) as caught:
        copies.frame()
    assert caught.value.reason == reason
    assert "@" not in str(caught.value)


def test_nobody_else_is_asked_when_delegation_was_refused_once(serve, source) -> None:
    granted = frozenset(
        {SCOPES + "admin.directory.user.readonly", SCOPES + "admin.directory.group.readonly"}
    )
    posts = source(serve(access=Granted(delegated_scopes=granted)))
    with posts.open(GROUP) as copies, pytest.raises(PostsError):
        copies.frame()
    told = posts.available(GROUP)
    assert not told.yes
    assert "gmail.readonly" in told.reason


def test_mailboxes_are_found_when_the_accounts_may_not_be_listed(serve, source) -> None:
    emulator = serve()
    emulator.faults = Faults(
        script=(Script("directory.users.list", status=403, reason="forbidden", times=None),)
    )
    with source(emulator, most_mailboxes=1).open(GROUP) as copies:
        frame = copies.frame()
    assert len(frame.refs) == 10
    assert "not chosen by their age" in frame.note


def test_a_random_part_is_described_when_a_mailbox_holds_too_many(
    serve, source, monkeypatch
) -> None:
    monkeypatch.setattr(gmail, "MOST_COPIES", 4)
    with source(serve(10)).open(GROUP) as copies:
        frame = copies.frame()
    assert (len(frame.refs), frame.missing) == (4, 6)
    assert "6 copies were left out" in frame.note


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        (ADDRESS, True),
        ("o'neil+x@h.example", True),
        ("a b@h.example", False),
        ("a)OR(in:anywhere@h.example", False),
        ('"x"@h.example', False),
    ],
)
def test_query_refuses_an_address_when_it_could_be_an_operator(address: str, asked: bool) -> None:
    assert bool(query(Group(address))) is asked


def test_query_names_list_id_and_aliases_when_there_are_some() -> None:
    words = query(Group(ADDRESS, aliases=("sau@h.example",))).split(" OR ")
    assert "list:(urgences.h.example)" in words
    assert "deliveredto:sau@h.example" in words
