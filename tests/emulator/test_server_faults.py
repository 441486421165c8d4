"""Faults on request, seen from a client's side."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests

from groupaudit.emulator.access import Access
from groupaudit.emulator.faults import TRANSIENT, Faults, Script
from groupaudit.emulator.server import Emulator

Make = Callable[..., Any]
LIST = "/admin/directory/v1/groups?customer=my_customer"
SETTINGS = "/groups/v1/groups/{}%40hopital.example?alt=json"
SCOPES = ("admin.directory.group.readonly", "apps.groups.settings")


class Client:
    """Calls an emulator with one token."""

    def __init__(self, emulator: Emulator, authorization: str) -> None:
        self.emulator, self.header = emulator, {"Authorization": authorization}

    def get(self, path: str) -> requests.Response:
        return requests.get(self.emulator.url + path, headers=self.header, timeout=5)

    def statuses(self, path: str, number: int) -> list[int]:
        return [self.get(path).status_code for _ in range(number)]


@pytest.fixture
def client(start: Make, token: Make) -> Callable[..., Client]:
    def make(faults: Faults, **options: Any) -> Client:
        emulator = start(faults=faults, **options)
        return Client(emulator, token(emulator, *SCOPES))

    return make


def why(answer: requests.Response) -> str:
    return str(answer.json()["error"]["errors"][0]["reason"])


def test_calls_take_time_when_latency_is_ordered(client: Make) -> None:
    asking = client(Faults(latency=0.1))
    begun = time.monotonic()
    asking.get(LIST)

    assert time.monotonic() - begun >= 0.1


def test_a_script_refuses_so_many_calls(client: Make) -> None:
    entry = Script("groups.list", status=429, reason="rateLimitExceeded", times=2, after=1)
    asking = client(Faults(script=(entry,)))

    assert asking.statuses(LIST, 5) == [200, 429, 429, 200, 200]
    assert asking.get(SETTINGS.format("vide")).status_code == 200


def test_a_script_says_when_to_retry(client: Make) -> None:
    asking = client(Faults(script=(Script("groups", retry_after=7),)))

    assert asking.get(LIST).headers["Retry-After"] == "7"


def test_errors_by_rate_strike_a_url_once_and_repeat_with_the_seed(
    start: Make, token: Make
) -> None:
    runs = []
    for _ in range(2):
        emulator = start(faults=Faults(error_rate=0.3, seed=3))
        asking = Client(emulator, token(emulator, *SCOPES))
        paths = [f"{LIST}&maxResults={n}" for n in range(1, 101)]
        runs.append([asking.get(path) for path in paths])
        struck = [p for p, answer in zip(paths, runs[-1], strict=True) if answer.status_code != 200]
        assert all(asking.get(path).status_code == 200 for path in struck)

    first, second = ([answer.status_code for answer in run] for run in runs)
    assert first == second
    assert 15 <= sum(status != 200 for status in first) <= 45
    found = Counter((a.status_code, why(a)) for a in runs[0] if a.status_code != 200)
    assert set(found) <= set(TRANSIENT)


def test_a_second_takes_only_so_many_calls(client: Make) -> None:
    asking = client(Faults(requests_per_second=3, over_rate=(403, "quotaExceeded")))
    answers = [asking.get(LIST) for _ in range(12)]
    refused = [answer for answer in answers if answer.status_code == 403]

    assert refused
    assert {why(answer) for answer in refused} == {"quotaExceeded"}


def test_a_day_takes_only_so_many_calls(client: Make) -> None:
    asking = client(Faults(daily_quota=2))

    assert asking.statuses(LIST, 4) == [200, 200, 403, 403]
    assert why(asking.get(LIST)) == "dailyLimitExceeded"


def test_a_token_wears_out(client: Make, token: Make) -> None:
    asking = client(Faults(token_uses=2))
    fresh = Client(asking.emulator, token(asking.emulator, *SCOPES))

    assert asking.statuses(LIST, 4) == [200, 200, 401, 401]
    assert fresh.get(LIST).status_code == 200


def test_a_script_makes_a_token_expire(client: Make) -> None:
    asking = client(Faults(script=(Script("groups.list", effect="expire", after=1),)))

    assert asking.statuses(LIST, 3) == [200, 401, 401]


@pytest.mark.parametrize(("effect"), ["reset", "short"])
def test_a_connection_breaks_in_mid_body(client: Make, effect: Any) -> None:
    asking = client(Faults(script=(Script("groups.list", effect=effect),)))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        asking.get(LIST)

    assert asking.get(LIST).status_code == 200


def test_json_is_cut_when_a_script_says_so(client: Make) -> None:
    asking = client(Faults(script=(Script("groups.list", effect="cut"),)))
    answer = asking.get(LIST)

    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_denied_and_deleted_groups_are_listed_and_then_refused(client: Make) -> None:
    asking = client(
        Faults(
            denied=frozenset({"vide@hopital.example"}), deleted=frozenset({"nuit@hopital.example"})
        )
    )
    listed = [group["email"] for group in asking.get(LIST).json()["groups"]]
    members = "/admin/directory/v1/groups/vide%40hopital.example/members"
    denied, deleted = asking.get(SETTINGS.format("vide")), asking.get(SETTINGS.format("nuit"))

    assert len(listed) == 3
    assert (denied.status_code, why(denied)) == (403, "forbidden")
    assert asking.get(members).status_code == 403
    assert (deleted.status_code, why(deleted)) == (404, "notFound")


def test_faults_are_changed_and_calls_counted_while_it_runs(client: Make) -> None:
    asking = client(Faults())
    control = f"{asking.emulator.url}/_emulator"
    order = {"denied": ["vide@hopital.example"], "script": [{"match": "list", "status": 500}]}
    changed = requests.put(f"{control}/faults", json=order, timeout=5)
    statuses = [*asking.statuses(LIST, 2), *asking.statuses(SETTINGS.format("vide"), 1)]
    counts = requests.get(f"{control}/stats", timeout=5).json()
    requests.delete(f"{control}/stats", timeout=5)

    assert changed.json()["script"][0]["status"] == 500
    assert statuses == [500, 200, 403]
    assert counts["answers"]["directory.groups.list"] == {"200": 1, "500": 1}
    assert asking.emulator.stats()["methods"] == {}


@pytest.mark.parametrize(
    "order",
    [
        b"{",
        b"[]",
        b'{"speed": 1}',
        b'{"script": [{"match": "("}]}',
        b'{"script": [{"match": "x", "effect": "explode"}]}',
        b'{"latency": "slow"}',
        b'{"denied": 3}',
    ],
)
def test_an_order_that_is_not_understood_is_refused(start: Make, order: bytes) -> None:
    emulator = start()
    answer = requests.put(f"{emulator.url}/_emulator/faults", data=order, timeout=5)

    assert answer.status_code == 400
    assert emulator.faults == Faults()


def test_items_of_a_batch_suffer_too(client: Make, token: Make) -> None:
    asking = client(Faults(item_latency=0.05, script=(Script("nuit", status=503),)))
    parts = "".join(
        f"--b\r\nContent-Type: application/http\r\nContent-ID: <x + {name}>\r\n\r\n"
        f"GET {SETTINGS.format(name)} HTTP/1.1\r\n\r\n\r\n"
        for name in ("vide", "nuit")
    )
    header = asking.header | {"Content-Type": 'multipart/mixed; boundary="b"'}
    begun = time.monotonic()
    answer = requests.post(
        f"{asking.emulator.url}/batch/groupssettings/v1",
        data=parts + "--b--",
        headers=header,
        timeout=5,
    )

    assert time.monotonic() - begun >= 0.1
    assert "HTTP/1.1 200 OK" in answer.text
    assert "HTTP/1.1 503" in answer.text
    assert "Content-ID: <response-x + nuit>" in answer.text


@pytest.mark.parametrize(
    "body", ["", "--b\r\n", "--b\r\n\r\nGET /\r\n\r\n--b--", "--b\r\nx\r\n--b--"]
)
def test_a_malformed_batch_is_refused(client: Make, body: str) -> None:
    asking = client(Faults())
    header = asking.header | {"Content-Type": "multipart/mixed; boundary=b"}
    url = f"{asking.emulator.url}/batch"

    assert requests.post(url, data=body, headers=header, timeout=5).status_code == 400


def test_a_call_costs_little(client: Make) -> None:
    asking = client(Faults(), access=Access())
    with requests.Session() as session:
        begun = time.process_time()
        for _ in range(200):
            session.get(asking.emulator.url + LIST, headers=asking.header, timeout=5)

    # Client and server together; the client library takes most of it.
    assert (time.process_time() - begun) / 200 < 0.01
