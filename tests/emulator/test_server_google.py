"""The real client library against the emulator: what works, page by page and refusal by refusal."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from groupaudit.emulator.access import Access, Privilege
from groupaudit.emulator.server import Emulator
from groupaudit.emulator.state import Group, Member, Tenant

GROUPS = "admin.directory.group.readonly"
Make = Callable[..., Any]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def reason(error: HttpError) -> str:
    return str(error.error_details[0]["reason"])


def many_groups(number: int, tenant: Tenant) -> Tenant:
    groups = {
        f"g{n:04d}@hopital.example": Group(f"i{n}", f"g{n:04d}@hopital.example", f"Groupe {n}")
        for n in range(number)
    }
    return dataclasses.replace(tenant, group_emails=sorted(groups), group=groups.get)


def test_groups_come_in_pages_when_there_are_more_than_200(
    start: Make, service: Make, tenant: Tenant
) -> None:
    emulator = start(many_groups(450, tenant))
    groups = service(emulator, "admin", "directory_v1", GROUPS).groups()
    sizes, addresses, asked = [], [], groups.list(customer="my_customer", maxResults=999)
    while asked is not None:
        answer = asked.execute()
        sizes.append(len(answer["groups"]))
        addresses += [group["email"] for group in answer["groups"]]
        asked = groups.list_next(asked, answer)

    assert sizes == [200, 200, 50]
    assert addresses == sorted(set(addresses))


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"customer": "C0demo"}, ["nuit", "urgences", "vide"]),
        ({"domain": "hopital.example"}, ["nuit", "urgences", "vide"]),
        ({"domain": "clinique.example"}, []),
        ({"userKey": "dehors@ailleurs.example"}, ["nuit"]),
        ({"customer": "my_customer", "query": "email:ur*"}, ["urgences"]),
        ({"customer": "my_customer", "query": "email:u* name='Nuit'"}, []),
        ({"customer": "my_customer", "query": "memberKey=nuit@hopital.example"}, ["urgences"]),
        (
            {"customer": "my_customer", "orderBy": "email", "sortOrder": "DESCENDING"},
            ["vide", "urgences", "nuit"],
        ),
    ],
)
def test_groups_are_those_asked_for(
    start: Make, service: Make, asked: dict[str, str], names: list[str]
) -> None:
    groups = service(start(), "admin", "directory_v1", GROUPS).groups()
    answer = groups.list(**asked).execute()

    assert [group["email"].partition("@")[0] for group in answer.get("groups", [])] == names


def test_members_show_their_kinds(start: Make, service: Make) -> None:
    members = service(start(), "admin", "directory_v1", GROUPS).members()
    rows = members.list(groupKey="sau@hopital.example").execute()["members"]

    assert [row["type"] for row in rows] == ["USER", "GROUP", "CUSTOMER"]
    assert "email" not in rows[2]
    assert rows[2]["id"] == "C0demo"
    assert "members" not in members.list(groupKey="vide@hopital.example").execute()


def test_derived_members_are_everybody_once(start: Make, service: Make) -> None:
    members = service(start(), "admin", "directory_v1", GROUPS).members()
    asked = members.list(groupKey="urgences@hopital.example", includeDerivedMembership=True)
    addresses = [row["email"] for row in asked.execute()["members"]]

    assert sorted(addresses) == [
        "admin@hopital.example",
        "bo@hopital.example",
        "dehors@ailleurs.example",
        "parti@hopital.example",
    ]


def test_members_are_narrowed_by_role_and_by_page(start: Make, service: Make) -> None:
    members = service(start(), "admin", "directory_v1", GROUPS).members()
    owners = members.list(groupKey="urgences@hopital.example", roles="OWNER,MANAGER").execute()
    first = members.list(groupKey="urgences@hopital.example", maxResults=2).execute()

    assert [row["role"] for row in owners["members"]] == ["OWNER"]
    assert len(first["members"]) == 2
    assert first["nextPageToken"]


def test_settings_are_atom_unless_json_is_asked_for(start: Make, token: Make) -> None:
    emulator = start()
    header = {"Authorization": token(emulator, "apps.groups.settings")}
    url = f"{emulator.url}/groups/v1/groups/urgences%40hopital.example"
    atom = requests.get(url, headers=header, timeout=5)
    plain = requests.get(url, params={"alt": "json"}, headers=header, timeout=5).json()

    assert atom.headers["Content-Type"].startswith("application/atom+xml")
    apps = "{http://schemas.google.com/apps/2006}"
    atom_entry = ET.fromstring(atom.text)  # noqa: S314 - our own answer
    assert atom_entry.findtext(apps + "whoCanViewGroup") == "ANYONE_CAN_VIEW"
    assert plain["whoCanViewGroup"] == "ANYONE_CAN_VIEW"
    assert plain["maxMessageBytes"] == 1000


def test_settings_stay_changed_when_patched(start: Make, service: Make) -> None:
    groups = service(start(), "groupssettings", "v1", "apps.groups.settings").groups()
    key = {"groupUniqueId": "urgences@hopital.example"}
    groups.patch(**key, body={"whoCanViewGroup": "ALL_MEMBERS_CAN_VIEW"}).execute()
    groups.patch(**key, body={"archiveOnly": "true"}).execute()
    after = groups.get(**key).execute()

    assert after["whoCanViewGroup"] == "ALL_MEMBERS_CAN_VIEW"
    assert after["whoCanPostMessage"] == "NONE_CAN_POST"


def test_policies_are_filtered_when_asked(start: Make, service: Make) -> None:
    policies = service(
        start(), "cloudidentity", "v1", "cloud-identity.policies.readonly"
    ).policies()
    fits = r"setting.type.matches('^settings/groups_for_business\\..*$')"
    other = "setting.type.matches('gmail')"

    assert len(policies.list(filter=fits, pageSize=500).execute()["policies"]) == 1
    assert policies.list(filter=other).execute() == {}


def test_cloud_identity_shows_groups_and_memberships(start: Make, service: Make) -> None:
    emulator = start(access=Access(transitive_memberships=True))
    groups = service(emulator, "cloudidentity", "v1", "cloud-identity.groups.readonly").groups()
    name = groups.lookup(groupKey_id="urgences@hopital.example").execute()["name"]
    rows = groups.memberships().list(parent=name, view="FULL").execute()["memberships"]
    below = groups.memberships().searchTransitiveMemberships(parent=name).execute()["memberships"]
    relations = {row["preferredMemberKey"][0]["id"]: row["relationType"] for row in below}

    assert groups.get(name=name).execute()["groupKey"] == {"id": "urgences@hopital.example"}
    assert len(groups.list(parent="customers/C0demo").execute()["groups"]) == 3
    assert [row.get("type") for row in rows] == ["USER", "GROUP", None]
    assert relations["dehors@ailleurs.example"] == "INDIRECT"
    assert relations["nuit@hopital.example"] == "DIRECT"


def activity(days: int, name: str, parameters: dict[str, str]) -> dict[str, Any]:
    when = (NOW - timedelta(days=days)).isoformat()
    rows = [{"name": key, "value": value} for key, value in parameters.items()]
    return {
        "id": {"time": when, "uniqueQualifier": str(days)},
        "actor": {"email": "admin@hopital.example"},
        "events": [{"name": name, "parameters": rows}],
    }


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, [1, 100]),
        ({"startTime": "2026-11-01T00:00:00Z"}, [1]),
        ({"startTime": "2026-01-01T00:00:00Z", "endTime": "2026-12-01T00:00:00Z"}, [1, 100, 200]),
        ({"eventName": "CREATE_GROUP"}, [100]),
        ({"filters": "GROUP_EMAIL==a@hopital.example"}, [1]),
        ({"filters": "GROUP_EMAIL<>a@hopital.example"}, [100]),
        ({"filters": "NOT_THERE==x"}, []),
    ],
)
def test_activities_are_those_asked_for_newest_first(
    start: Make, service: Make, tenant: Tenant, asked: dict[str, str], days: list[int]
) -> None:
    log = [
        activity(200, "CREATE_GROUP", {"GROUP_EMAIL": "old@hopital.example"}),
        activity(1, "CHANGE_GROUP_SETTING", {"GROUP_EMAIL": "a@hopital.example"}),
        activity(100, "CREATE_GROUP", {"GROUP_EMAIL": "b@hopital.example"}),
    ]
    emulator = start(dataclasses.replace(tenant, activities=lambda _application: iter(log)))
    activities = service(emulator, "admin", "reports_v1", "admin.reports.audit.readonly")
    answer = activities.activities().list(userKey="all", applicationName="admin", **asked).execute()

    assert [int(a["id"]["uniqueQualifier"]) for a in answer.get("items", [])] == days


def test_fields_cut_an_answer_down(start: Make, service: Make) -> None:
    groups = service(start(), "admin", "directory_v1", GROUPS).groups()
    asked = groups.list(customer="my_customer", fields="nextPageToken,groups(email)", maxResults=1)
    answer = asked.execute()

    assert answer["groups"] == [{"email": "nuit@hopital.example"}]
    assert set(answer) == {"groups", "nextPageToken"}


def test_a_batch_answers_each_call_for_itself(start: Make, service: Make) -> None:
    emulator = start()
    members = service(emulator, "admin", "directory_v1", GROUPS).members()
    members.list(groupKey="vide@hopital.example").execute()  # a batch refreshes tokens carelessly
    answers: dict[str, tuple[Any, Any]] = {}
    batch = BatchHttpRequest(
        callback=lambda id_, answer, error: answers.update({id_: (answer, error)}),
        batch_uri=f"{emulator.url}/batch",
    )
    batch.add(members.list(groupKey="urgences@hopital.example"), request_id="there")
    batch.add(members.list(groupKey="nowhere@hopital.example"), request_id="absent")
    batch.execute()

    assert len(answers["there"][0]["members"]) == 3
    assert answers["absent"][1].status_code == 404
    assert emulator.stats()["methods"]["directory.members.list"] == 3


def test_a_batch_holds_calls_of_its_own_api_only(start: Make, service: Make) -> None:
    emulator = start()
    members = service(emulator, "admin", "directory_v1", GROUPS).members()
    members.list(groupKey="vide@hopital.example").execute()  # a batch refreshes tokens carelessly
    errors: list[Any] = []
    batch = BatchHttpRequest(
        callback=lambda _id, _answer, error: errors.append(error),
        batch_uri=f"{emulator.url}/batch/groupssettings/v1",
    )
    batch.add(members.list(groupKey="urgences@hopital.example"))
    batch.execute()

    assert errors[0].status_code == 400


# Refusals


@pytest.mark.parametrize(
    ("asked", "status", "why"),
    [
        ({}, 400, "badRequest"),
        ({"customer": "my_customer", "userKey": "bo@hopital.example"}, 400, "badRequest"),
        ({"customer": "C0other"}, 403, "forbidden"),
        ({"domain": "ailleurs.example"}, 404, "domainNotFound"),
        ({"customer": "my_customer", "maxResults": 0}, 400, "invalidParameter"),
        ({"customer": "my_customer", "pageToken": "forged"}, 400, "invalidParameter"),
        ({"customer": "my_customer", "query": "email:urg"}, 400, "invalid"),
        ({"customer": "my_customer", "fields": "groups(nothing)"}, 400, "invalidParameter"),
    ],
)
def test_a_listing_is_refused_as_google_refuses_it(
    start: Make, service: Make, asked: dict[str, Any], status: int, why: str
) -> None:
    groups = service(start(), "admin", "directory_v1", GROUPS).groups()
    with pytest.raises(HttpError) as caught:
        groups.list(**asked).execute()

    assert caught.value.status_code == status
    assert reason(caught.value) == why


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/admin/directory/v1/nothing", 404, "notFound"),
        ("/nothing", 404, "notFound"),
        ("/admin/directory/v1/groups?customer=my_customer&sortBy=x", 400, "badRequest"),
        ("/admin/directory/v1/groups?customer=my_customer&orderBy=name", 400, "invalidParameter"),
        ("/admin/directory/v1/groups?customer=my_customer&maxResults=x", 400, "invalidParameter"),
        ("/admin/directory/v1/groups/g%40x.example", 404, "notFound"),
        ("/admin/directory/v1/groups/vide%40hopital.example/members?roles=BOSS", 400, "invalid"),
        ("/admin/directory/v1/customer/my_customer/orgunits", 403, "insufficientPermissions"),
        ("/groups/v1/groups/vide%40hopital.example", 403, "insufficientPermissions"),
    ],
)
def test_a_path_is_refused_as_google_refuses_it(
    start: Make, token: Make, path: str, status: int, why: str
) -> None:
    emulator = start()
    header = {"Authorization": token(emulator, GROUPS)}
    answer = requests.get(emulator.url + path, headers=header, timeout=5)

    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["code"], error["errors"][0]["reason"]) == (status, why)


def test_what_is_not_played_answers_501(start: Make, token: Make) -> None:
    emulator = start()
    header = {"Authorization": token(emulator, "admin.directory.orgunit.readonly")}
    url = f"{emulator.url}/admin/directory/v1/customer/my_customer/orgunits"
    answer = requests.get(url, headers=header, timeout=5)

    assert answer.status_code == 501
    assert answer.json()["error"]["errors"][0]["reason"] == "notImplemented"


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic YTpi"])
def test_a_call_without_a_token_is_refused(start: Make, header: str | None) -> None:
    url = f"{start().url}/admin/directory/v1/groups?customer=my_customer"
    answer = requests.get(url, headers={"Authorization": header} if header else {}, timeout=5)

    assert answer.status_code == 401
    assert answer.json()["error"]["errors"][0]["reason"] == "authError"


def test_new_apis_refuse_in_the_new_shape(start: Make, token: Make) -> None:
    emulator = start()
    header = {"Authorization": token(emulator, GROUPS)}
    error = requests.get(f"{emulator.url}/v1/policies", headers=header, timeout=5).json()["error"]

    assert error["status"] == "PERMISSION_DENIED"
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert "errors" not in error


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"nom": "x"}, 'Unknown name "nom"'),
        ({"name": 3}, "Invalid value at 'name'"),
        ({"state": "AJAR"}, "Invalid value at 'state'"),
        ({"matterPermissions": [{"rôle": "OWNER"}]}, "at 'matterPermissions[0]'"),
        ([], "Root element must be a message"),
    ],
)
def test_a_body_foreign_to_the_schema_is_refused(
    start: Make, token: Make, body: Any, says: str
) -> None:
    emulator = start()
    header = {"Authorization": token(emulator, "ediscovery")}
    answer = requests.post(f"{emulator.url}/v1/matters", json=body, headers=header, timeout=5)

    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]


READERS: list[tuple[str | None, str, str, str, int]] = [
    (None, "admin.directory.group.readonly", "/admin/directory/v1/groups?customer=C0demo", "", 200),
    (None, "apps.groups.settings", "/groups/v1/groups/vide%40hopital.example", "", 200),
    (None, "cloud-identity.policies.readonly", "/v1/policies", "", 403),
    (None, "admin.directory.user.readonly", "/admin/directory/v1/users?customer=C0demo", "", 403),
    ("bo@hopital.example", GROUPS, "/admin/directory/v1/groups?customer=C0demo", "", 403),
    ("bo@hopital.example", "cloud-identity.policies.readonly", "/v1/policies", "", 403),
    ("bo@hopital.example", "ediscovery.readonly", "/v1/matters", "", 403),
    ("bo@hopital.example", "ediscovery.readonly", "/v1/matters", "vault", 200),
    ("admin@hopital.example", "cloud-identity.policies.readonly", "/v1/policies", "", 200),
]


@pytest.mark.parametrize("reader", READERS)
def test_a_role_decides_who_may_read(
    start: Make, token: Make, reader: tuple[str | None, str, str, str, int]
) -> None:
    subject, scope, path, privilege, status = reader
    users = {"bo@hopital.example": frozenset({Privilege(privilege)})} if privilege else {}
    emulator: Emulator = start(access=Access(users=users))
    header = {"Authorization": token(emulator, scope, subject=subject)}

    assert requests.get(emulator.url + path, headers=header, timeout=5).status_code == status


def test_an_api_that_is_switched_off_says_so(start: Make, service: Make) -> None:
    emulator = start(access=Access(disabled_apis=frozenset({"admin"})))
    groups = service(emulator, "admin", "directory_v1", GROUPS).groups()
    with pytest.raises(HttpError) as caught:
        groups.list(customer="my_customer").execute()

    assert caught.value.status_code == 403
    assert reason(caught.value) == "SERVICE_DISABLED"


def test_transitive_searches_are_refused_when_the_edition_lacks_them(
    start: Make, service: Make
) -> None:
    groups = service(start(), "cloudidentity", "v1", "cloud-identity.groups.readonly").groups()
    with pytest.raises(HttpError) as caught:
        groups.memberships().searchTransitiveMemberships(parent="groups/g-urgences").execute()

    assert caught.value.status_code == 403


def test_nested_groups_may_form_a_cycle(start: Make, service: Make, tenant: Tenant) -> None:
    def looped(name: str, other: str) -> Group:
        member = Member(f"g-{other}", f"{other}@hopital.example", type="GROUP")
        return Group(f"g-{name}", f"{name}@hopital.example", name, members=(member,))

    groups = {g.email: g for g in (looped("a", "b"), looped("b", "a"))}
    emulator = start(dataclasses.replace(tenant, group_emails=sorted(groups), group=groups.get))
    members = service(emulator, "admin", "directory_v1", GROUPS).members()
    asked = members.list(groupKey="a@hopital.example", includeDerivedMembership=True)

    assert "members" not in asked.execute()
