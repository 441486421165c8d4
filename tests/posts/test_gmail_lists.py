"""Groups outside the Workspace in the emulated mailboxes: found by List-ID, bounded, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from groupaudit.emulator.access import Access as Granted
from groupaudit.emulator.faults import Faults, Script
from groupaudit.emulator.oauth import ServiceAccount
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group, Member, Post, Tenant, User
from groupaudit.errors import AuthError, CollectError, QuotaExhausted
from groupaudit.google.transport import GoogleApis
from groupaudit.posts import gmail_lists
from groupaudit.posts.gmail_copies import excluding
from groupaudit.posts.gmail_lists import GmailLists

ACCOUNT = ServiceAccount()
JOINED = datetime(2020, 1, 1, tzinfo=UTC)
SCOPES = "https://www.googleapis.com/auth/"
FLOOD, RARE = "flot@googlegroups.com", "rare@googlegroups.com"
UNSUBSCRIBE = "<mailto:googlegroups-manage+1+unsubscribe@googlegroups.com>"


def user(name: str, years: int, **changes: object) -> User:
    created = JOINED - timedelta(days=365 * years)
    return replace(User(name, f"{name}@h.example", name, created=created), **changes)


USERS = (
    user("admin", 9, admin=True),
    user("ancienne", 8),
    user("partie", 7, suspended=True),
    user("jeune", 1),
)


def posts(list_id: str, count: int, since: int = 0) -> Callable[[], Iterator[Post]]:
    raw = (
        f"From: a@h.example\nSubject: Secret\nList-ID: {list_id}\n"
        f"List-Unsubscribe: {UNSUBSCRIBE}\n\nCorps secret\n"
    ).encode()
    made = [
        Post(f"{list_id}{n}", JOINED + timedelta(hours=since + n), "t", lambda: raw)
        for n in range(count)
    ]
    return lambda: iter(made)


def of(address: str, names: str, list_id: str = "", count: int = 3, since: int = 0) -> Group:
    """A group that the accounts ``names`` get ``count`` posts of."""
    members = tuple(Member(name, f"{name}@h.example") for name in names.split())
    list_id = list_id or f"<{address.replace('@', '.')}>"
    return Group(address, address, address, members=members, posts=posts(list_id, count, since))


Serve = Callable[..., Emulator]
Search = Callable[..., GmailLists]


@pytest.fixture
def serve(running: ExitStack) -> Serve:
    def start(*consumer: Group, inner: Group | None = None, **options: object) -> Emulator:
        listed = {inner.email: inner} if inner else {}
        tenant = Tenant(
            "C0", "CH", "h.example", ("h.example",), (), USERS, tuple(listed), listed.get,
            consumer_groups=consumer,
        )  # fmt: skip
        emulator = Emulator(tenant, account=ACCOUNT, **options)  # type: ignore[arg-type]
        return running.enter_context(emulator)

    return start


@pytest.fixture
def lists(mailboxes: Callable[..., GoogleApis]) -> Search:
    def make(emulator: Emulator, *, alone: str = "", most: int = 50) -> GmailLists:
        google = mailboxes(emulator, alone)
        return GmailLists(google, map, most_mailboxes=most, calls_per_minute=600_000)

    return make


def calls(emulator: Emulator, method: str) -> int:
    return int(emulator.stats()["methods"].get(f"gmail.users.messages.{method}", 0))


def test_every_list_is_found_and_mailboxes_are_counted_when_some_hold_its_mail(
    serve: Serve, lists: Search
) -> None:
    told = lists(serve(of(FLOOD, "ancienne jeune partie"), of(RARE, "jeune"))).search()
    assert told.found == ((FLOOD, 2), (RARE, 1))
    assert (told.searched, told.cut, told.unvisited) == (3, 0, 0)
    assert told.failures == (("mailbox-suspended", 1),)
    assert "@h.example" not in repr(told)


def test_few_calls_find_all_when_one_list_fills_the_mailbox(serve: Serve, lists: Search) -> None:
    emulator = serve(of(FLOOD, "jeune", count=1500, since=10), of(RARE, "jeune", count=1))
    told = lists(emulator).search()
    assert told.found == ((FLOOD, 1), (RARE, 1))
    assert told.cut == 0
    assert calls(emulator, "get") <= 21
    assert calls(emulator, "list") == 2 + 3  # two mailboxes hold nothing


def test_own_groups_are_not_taken_for_outside_ones_when_they_name_google_to_unsubscribe(
    serve: Serve, lists: Search
) -> None:
    told = lists(serve(inner=of("urgences@h.example", "jeune"))).search()
    assert told.found == ()
    assert told.searched == 3


@pytest.mark.parametrize(
    "list_id",
    [
        '<a) OR (in:anywhere".googlegroups.com>',
        "<" + "x" * 3000 + ".googlegroups.com>",
        "rare.googlegroups.com",
        "<rare.googlegroups.com.evil.example>",
        "<rare@googlegroups.com>",
        "<>" * 400,
    ],
)
def test_a_search_goes_on_when_headers_are_hostile(
    serve: Serve, lists: Search, list_id: str
) -> None:
    hostile = of("faux@googlegroups.com", "jeune", list_id, since=9)
    told = lists(serve(hostile, of(RARE, "jeune"))).search()
    assert told.found == ((RARE, 1),)


def test_a_mailbox_is_left_and_counted_when_leaving_lists_out_does_not_help(
    serve: Serve, lists: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail_lists, "excluding", lambda _lists: "")
    emulator = serve(of(FLOOD, "jeune", count=500, since=10), of(RARE, "jeune", count=1))
    told = lists(emulator).search()
    assert told.found == ((FLOOD, 1),)
    assert (told.searched, told.cut) == (3, 1)
    assert calls(emulator, "get") == 20 + gmail_lists.MOST_SILENT


@pytest.mark.parametrize("bound", ["MOST_LISTS", "MOST_LOOKED_AT"])
def test_a_mailbox_is_left_when_strangers_invent_lists_without_end(
    serve: Serve, lists: Search, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(gmail_lists, bound, 20)
    flood = [of(f"l{n}@googlegroups.com", "jeune", count=1) for n in range(100)]
    told = lists(serve(*flood)).search()
    assert 20 <= len(told.found) < 100
    assert told.cut == 1


@pytest.mark.parametrize(("most", "found"), [(1, ()), (2, ((RARE, 1),)), (3, ((RARE, 1),))])
def test_oldest_accounts_are_visited_first_when_not_all_may_be(
    serve: Serve, lists: Search, most: int, found: tuple[object, ...]
) -> None:
    told = lists(serve(of(RARE, "ancienne")), most=most).search()
    assert told.found == found
    assert (told.searched, told.unvisited) == (most, 3 - most)


@pytest.mark.parametrize(
    ("script", "searched", "cut", "failures"),
    [
        (Script("messages.list", status=403, reason="no"), 2, 0, {"mailbox-refused": 1}),
        (
            Script("messages.list", status=400, reason="failedPrecondition"),
            2, 0, {"account-without-mailbox": 1},
        ),
        (Script("messages.list", status=429, reason="rateLimitExceeded", times=3), 2, 0,
         {"rate-limited": 1}),
        (Script("messages.list", status=503, reason="backendError"), 3, 0, {}),
        (Script("format=metadata", status=404, reason="notFound", times=1), 3, 0, {}),
        (Script("format=metadata", status=403, reason="no", times=1), 3, 1, {}),
    ],
)  # fmt: skip
def test_a_mailbox_that_cannot_be_searched_is_counted_when_others_can(
    serve: Serve, lists: Search, script: Script, searched: int, cut: int, failures: dict[str, int]
) -> None:
    emulator = serve(of(RARE, "admin ancienne jeune"))
    emulator.faults = Faults(script=(script,))
    told = lists(emulator).search()
    assert (told.searched, told.cut) == (searched, cut)
    assert dict(told.failures) == failures | {"mailbox-suspended": 1}
    assert dict(told.found)[RARE] == searched


@pytest.mark.parametrize(
    ("missing", "error", "asked"),
    [("gmail.readonly", AuthError, 0), ("admin.directory.user.readonly", AuthError, 0)],
)
def test_nobody_is_asked_again_when_a_scope_is_refused(
    serve: Serve, lists: Search, missing: str, error: type[Exception], asked: int
) -> None:
    both = {SCOPES + "gmail.readonly", SCOPES + "admin.directory.user.readonly"}
    granted = Granted(delegated_scopes=frozenset(both - {SCOPES + missing}))
    emulator = serve(of(RARE, "jeune"), access=granted)
    with pytest.raises(error, match=missing) as caught:
        lists(emulator).search()
    assert "@" not in str(caught.value)
    assert calls(emulator, "list") == asked


def test_the_search_ends_when_the_list_of_accounts_is_refused(serve: Serve, lists: Search) -> None:
    emulator = serve(of(RARE, "jeune"))
    emulator.faults = Faults(
        script=(Script("directory.users.list", status=403, reason="forbidden", times=None),)
    )
    with pytest.raises(CollectError):
        lists(emulator).search()


def test_the_search_is_suspended_when_the_days_quota_is_used_up(
    serve: Serve, lists: Search
) -> None:
    emulator = serve(of(RARE, "jeune"))
    script = Script("messages.list", status=403, reason="dailyLimitExceeded", times=None)
    emulator.faults = Faults(script=(script,))
    with pytest.raises(QuotaExhausted):
        lists(emulator).search()


def test_only_the_own_mailbox_is_searched_when_a_user_consented(
    serve: Serve, lists: Search
) -> None:
    emulator = serve(of(RARE, "jeune"), of(FLOOD, "ancienne"))
    told = lists(emulator, alone="jeune@h.example").search()
    assert told.found == ((RARE, 1),)
    assert (told.searched, told.unvisited) == (1, 0)
    assert not [name for name in emulator.stats()["methods"] if name.startswith("directory.")]


def test_no_other_scope_is_asked_for_than_the_source_needs(serve: Serve, lists: Search) -> None:
    emulator = serve(of(RARE, "jeune"))
    lists(emulator).search()
    assert emulator.scopes_asked() == {
        SCOPES + "gmail.readonly",
        SCOPES + "admin.directory.user.readonly",
    }


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (RARE, " -list:(rare.googlegroups.com)"),
        ("a)or(b@googlegroups.com", ""),
        ("été@googlegroups.com", ""),
        ('"x"@googlegroups.com', ""),
    ],
)
def test_a_list_is_left_out_of_a_search_only_when_it_cannot_be_an_operator(
    address: str, words: str
) -> None:
    assert excluding([address]) == words
