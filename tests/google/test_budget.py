"""The budget of a day: shared by threads, runs and tenants of one project, never overdrawn."""

import json
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.errors import QuotaExhausted
from groupaudit.google.auth import Access, account
from groupaudit.google.budget import BLOCK, USUAL, Budget, google_day, next_day
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.history.spending import SqliteSpending
from groupaudit.history.store import SqliteHistory

NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SETTINGS = Feature("the group's settings", "groupssettings", "v1", ("s",), "grant it.")


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "history.sqlite3"
    with SqliteHistory(path, clock=lambda: NOON), closing(SqliteSpending(path)) as opened:
        yield opened


def spend(budget: Budget, api: str = "admin") -> int:
    """How many requests ``budget`` lets through, at most 1,000."""
    for number in range(1000):
        try:
            budget.take(api, "the list of groups")
        except QuotaExhausted:
            return number
    return 1000


@pytest.mark.parametrize("ceiling", [1, BLOCK, BLOCK + 1, 250])
def test_a_second_run_gets_what_the_first_one_left(ledger, clock, ceiling):
    with closing(Budget("a", ceiling, ledger, clock)) as first:
        first.take("admin", "x")
    with closing(Budget("a", ceiling, ledger, clock)) as second:
        assert spend(second) == ceiling - 1
    with closing(Budget("a", ceiling, ledger, clock)) as third:
        assert spend(third) == 0


def test_threads_share_it_when_they_ask_at_once(ledger, clock):
    budget = Budget("a", 500, ledger, clock)
    got: list[int] = []
    threads = [threading.Thread(target=lambda: got.append(spend(budget))) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(got) == 500


def test_accounts_and_apis_have_budgets_of_their_own(ledger, clock):
    one, other = Budget("a", 20, ledger, clock), Budget("b", 20, ledger, clock)

    assert [spend(one), spend(other), spend(one, "gmail"), spend(one)] == [20, 20, 20, 0]


def test_it_is_whole_again_when_googles_day_ends(ledger, clock):
    budget = Budget("a", 20, ledger, clock)
    spend(budget)
    clock.now = datetime(2026, 11, 24, 7, 59, tzinfo=UTC)
    before = spend(budget)
    clock.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    assert (before, spend(budget)) == (0, 20)


def test_what_a_killed_run_had_reserved_counts_as_spent(ledger, clock):
    Budget("a", 150, ledger, clock).take("admin", "x")

    assert spend(Budget("a", 150, ledger, clock)) == 150 - BLOCK


def test_only_documented_quotas_bind_when_none_is_configured(ledger, clock):
    ceiling = USUAL["groupssettings"]
    ledger.reserve("a", "groupssettings", google_day(NOON), ceiling - 3, ceiling)
    budget = Budget("a", 0, ledger, clock)

    assert spend(budget, "groupssettings") == 3
    assert spend(budget, "gmail") == 1000


def test_the_refusal_names_the_key_and_when_it_ends(ledger, clock):
    budget = Budget("a", 1, ledger, clock)
    spend(budget)
    with pytest.raises(QuotaExhausted) as caught:
        budget.take("admin", "the list of groups")

    assert "google.requests_per_day" in str(caught.value)
    assert "the list of groups" in str(caught.value)
    assert "2026-11-24 08:00 UTC" in str(caught.value)
    assert caught.value.reason == "quota-exhausted"


@given(st.integers(0, 20 * 366 * 24 * 3600))
def test_the_next_day_begins_within_25_hours_and_is_another(seconds):
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    begins = next_day(now)

    assert now < begins <= now + timedelta(hours=25)  # the day on which clocks go back has 25
    assert google_day(begins) == google_day(now) + timedelta(days=1)
    assert google_day(begins - timedelta(seconds=1)) == google_day(now)


def test_every_call_of_a_batch_and_every_retry_counts(
    wire, key_file, refuse: Callable[..., object], ledger, clock
):
    wire.script = [refuse(503, "backendError"), refuse(503, "backendError")]
    access = Access(str(key_file), api_root=wire.url)
    budget = Budget("a", 5, ledger, clock)
    with GoogleApis(access, budget=budget, sleep=lambda _s: None) as google:
        api = google.api(SETTINGS)
        calls = [lambda service: service.groups().get(groupUniqueId="a@h.example")] * 3
        api.call(calls[0])
        with pytest.raises(QuotaExhausted):
            api.batch(calls)

    assert len(wire.paths()) == 3  # the batch would have been the fourth to the sixth: not sent


def test_every_call_counts_again_when_the_whole_batch_is_sent_again(
    wire, key_file, refuse: Callable[..., object], ledger, clock
):
    wire.script = [refuse(503, "backendError")] * 2
    access = Access(str(key_file), api_root=wire.url)
    with GoogleApis(access, budget=Budget("a", 5, ledger, clock), sleep=lambda _s: None) as google:
        calls = [lambda service: service.groups().get(groupUniqueId="a@h.example")] * 3
        with pytest.raises(QuotaExhausted):
            google.api(SETTINGS).batch(calls)

    assert len(wire.paths()) == 1  # three calls; the budget does not hold three more


def key(folder, name, **changed):
    path = folder / name
    path.write_text(json.dumps({"type": "service_account", "project_id": "chu-audit"} | changed))
    return str(path)


def test_one_account_stands_for_one_project_when_keys_differ(tmp_path):
    first = Access(key(tmp_path, "a.json", client_id="1"))
    second = Access(key(tmp_path, "b.json", client_id="2"), subject="a@h.example")
    third = Access("adc", impersonate="audit@chu-audit.iam.gserviceaccount.com")

    assert account(first) == account(second) == account(third)


def test_accounts_differ_when_project_root_or_unnamed_file_do(tmp_path):
    ways = (
        Access(key(tmp_path, "a.json")),
        Access(key(tmp_path, "a.json"), api_root="http://127.0.0.1:1"),
        Access(key(tmp_path, "b.json", project_id="other")),
        Access(key(tmp_path, "c.json", project_id=None)),
        Access(key(tmp_path, "d.json", project_id=None)),
        Access("adc"),
    )

    assert len({account(way) for way in ways}) == len(ways)
