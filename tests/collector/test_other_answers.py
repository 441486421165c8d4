"""The truth about readers from servers that are right and yet unlike our emulator.

Whoever builds an emulator, Google included, chooses among forms that the discovery documents leave
open. A choice may cost knowledge, told with its reason; it must never give another truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from collected import collect, facts
from other_answers import OtherServer, respelt, told, written

from groupaudit.collector.audit_log import audit_log
from groupaudit.collector.source import WorkspaceGroups
from groupaudit.emulator.generator import generate, truth
from groupaudit.emulator.messages import Request, Response
from groupaudit.emulator.server import Emulator
from groupaudit.errors import CollectError
from groupaudit.google.auth import Access
from groupaudit.google.transport import GoogleApis
from groupaudit.model.group import BREADTH, Audience, Certainty, Group

GROUPS = 20
POLICY = "per_ou"
KEYS = ("groups", "members", "domains", "domainAliases", "policies", "items")


@dataclass
class House:
    """The hospital behind another server, and how its groups are collected from there."""

    server: OtherServer
    key: Path
    admin: str

    def google(self, rewrite, root=""):
        self.server.rewrite = rewrite
        access = Access(str(self.key), subject=self.admin, api_root=self.server.url + root)
        return GoogleApis(access, sleep=lambda _seconds: None)

    def collected(self, rewrite, *, root=""):
        with self.google(rewrite, root) as google:
            return collect(WorkspaceGroups(google, audit_log=False))


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    key = tmp_path_factory.mktemp("key") / "key.json"
    with Emulator(generate(GROUPS, org_policy=POLICY)) as emulator, OtherServer(emulator) as server:
        emulator.write_key(key)
        yield House(server, key, emulator.super_admin())


@cache
def true():
    groups = truth(GROUPS, org_policy=POLICY)["groups"]
    return {each["email"]: each for each in groups if each["kind"] == "workspace"}


def check_true(found):
    expected = true()
    assert set(found) == set(expected)
    for email, exposure in found.items():
        assert facts(exposure) == {name: expected[email][name] for name in facts(exposure)}, email
        assert exposure.certainty is Certainty.SETTINGS


# Forms that leave the truth as it is


def everywhere(change):
    """``change`` of every object in an answer, the inner ones first."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(each) for each in value]
        if isinstance(value, dict):
            return change({name: walk(each) for name, each in value.items()})
        return value

    return respelt("", walk)


def rows(key, change):
    """``change`` of each row of the listing ``key``."""
    return respelt(
        "", lambda page: {**page, key: list(map(change, page[key]))} if key in page else page
    )


def in_pages(size, *, overlap=0, number=str):
    """Every listing in pages of ``size``, an empty one before each."""

    def rewrite(request: Request, ask) -> Response:
        query = dict(parse_qsl(request.query))
        token = int(query.pop("pageToken", 0))
        response = ask(replace(request, query=urlencode(query)))
        page = told(response) or {}
        key = next((key for key in KEYS if isinstance(page.get(key), list)), "")
        if not key or "domain" in key:
            return response
        listed, start = page[key], token // 2 * size
        part = {key: listed[max(0, start - overlap) : start + size]} if token % 2 else {}
        more = not token % 2 or start + size < len(listed)
        return replace(
            response,
            body=written({**part, **({"nextPageToken": number(token + 1)} if more else {})}),
        )

    return rewrite


def settings(change):
    return respelt("/groups/v1/groups/", change)


def spelt(words):
    """Settings whose booleans are spelled by ``words``, a pair (false, true) of values."""
    return settings(
        lambda found: {
            name: words[value == "true"] if value in {"true", "false"} else value
            for name, value in found.items()
        }
    )


def shouting(row):
    return {
        name: value.upper() if name in {"email", "domainName", "domainAliasName"} else value
        for name, value in row.items()
    }


def without(*names, unless=None):
    return lambda row: {
        name: value for name, value in row.items() if name not in names or value == unless
    }


def all_users(change):
    return rows("members", lambda row: change(row) if row["type"] == "CUSTOMER" else row)


def refused(path, status, body=b""):
    """Whatever holds ``path`` gets this instead of an answer."""
    return lambda request, ask: (
        Response(status, body, "text/html") if re.search(path, request.url) else ask(request)
    )


def policies(change):
    return rows("policies", change)


def with_type(kind):
    return policies(lambda row: {**row, "setting": {**row["setting"], "type": kind(row)}})


def of_query(row):
    """The policy with its unit told only by the query that selects it."""
    query = {name: each for name, each in row["policyQuery"].items() if name != "orgUnit"}
    return {**row, "policyQuery": query}


def other_policies(page):
    """Policies of another application around those for groups, and Google's defaults at the end."""
    if "policies" not in page:
        return page
    first = page["policies"][0]
    other = {**first, "setting": {"type": "settings/gmail.service_status", "value": {"x": "y"}}}
    value = {"collaborationCapability": "DOMAIN_USERS_ONLY"}
    kind = "settings/groups_for_business.groups_sharing"
    query = {**first["policyQuery"], "sortOrder": 2}
    default = {
        **first, "type": "SYSTEM", "policyQuery": query, "setting": {"type": kind, "value": value},
    }  # fmt: skip
    return {**page, "policies": [other, *page["policies"], other, default]}


def unfiltered(request: Request, ask) -> Response:
    """Policies are given to who asks for all of them; a filter finds none."""
    if "/policies" in request.path and "filter=" in request.query:
        return Response(200, b"{}")
    return ask(request)


def strangers(page):
    """Domains that were entered but never proved to be the organisation's."""
    if "domains" not in page:
        return page
    unproved = [
        {"domainName": "gmail.com", "verified": "false"},
        {"domainName": "googlegroups.com", "verified": False},
    ]
    return {**page, "domains": [*page["domains"], *unproved]}


def below(prefix):
    """The same server under a path of its own."""
    return lambda request, ask: (
        ask(replace(request, path=request.path.removeprefix(prefix)))
        if request.path.startswith(f"{prefix}/")
        else Response(404)
    )


def whole(request: Request, ask) -> Response:
    """A server that knows no partial answers."""
    query = [pair for pair in parse_qsl(request.query) if pair[0] != "fields"]
    return ask(replace(request, query=urlencode(query)))


FORMS = {
    "empty-pages": in_pages(7),
    "pages-that-overlap": in_pages(9, overlap=3),
    "numbers-for-page-tokens": in_pages(50, number=int),
    "null-for-absent": respelt(
        "", lambda page: {**dict.fromkeys((*KEYS, "nextPageToken", "aliases")), **page}
    ),
    "empty-for-absent": respelt("", lambda page: {"members": [], "nextPageToken": "", **page}),
    "fields-unheard-of": everywhere(lambda row: {**row, "newThing": [{"x": None}], "y": {}}),
    "no-partial-answers": whole,
    "no-kind-and-etag": everywhere(without("kind", "etag")),
    "booleans": spelt((False, True)),
    "capital-booleans": spelt(("False", "True")),
    "text-for-numbers": everywhere(
        lambda row: {
            name: str(value) if type(value) is int else value for name, value in row.items()
        }
    ),
    "numbers-for-text": rows(
        "groups", lambda row: {**row, "directMembersCount": int(row["directMembersCount"])}
    ),
    "capitals": everywhere(shouting),
    "aliases-not-editable": rows(
        "groups",
        lambda row: {**without("aliases")(row), "nonEditableAliases": row.get("aliases", [])},
    ),
    "settings-without-address": settings(without("email", "name", "description")),
    "all-users-by-id-alone": all_users(without("type", "email")),
    "all-users-with-empty-address": all_users(lambda row: {**row, "email": ""}),
    "all-users-without-status": all_users(without("status")),
    "active-unsaid": rows("members", without("status", unless="SUSPENDED")),
    "outsiders-of-their-own-kind": rows(
        "members",
        lambda row: (
            row
            if row["type"] != "USER" or row["email"].endswith("ch-valmoree.example")
            else {**row, "type": "EXTERNAL"}
        ),
    ),
    "small-letters": rows(
        "members",
        lambda row: row | {n: row[n].lower() for n in ("role", "type", "status") if n in row},
    ),
    "members-the-other-way-round": respelt(
        "/members", lambda page: {**page, "members": page.get("members", [])[::-1]}
    ),
    "no-list-of-domain-aliases": refused("/domainaliases", 404),
    "domain-aliases-in-their-own-list": rows("domains", without("domainAliases")),
    "domains-not-proved": respelt("/domains", strangers),
    "policy-types-without-prefix": with_type(
        lambda row: row["setting"]["type"].removeprefix("settings/")
    ),
    "policy-types-in-camel-case": with_type(
        lambda row: re.sub(r"_(\w)", lambda letter: letter[1].upper(), row["setting"]["type"])
    ),
    "policies-with-text-for-order": policies(
        lambda row: (
            row
            | {
                "policyQuery": row["policyQuery"]
                | {"sortOrder": str(row["policyQuery"]["sortOrder"])}
            }
        )
    ),
    "policies-by-query": policies(of_query),
    "policies-the-other-way-round": respelt(
        "/policies", lambda page: {**page, "policies": page.get("policies", [])[::-1]}
    ),
    "policies-of-others": respelt("/policies", other_policies),
    "policies-unfiltered": unfiltered,
    "policies-with-filter-refused": refused(r"/policies\?.*filter=", 400, b"{}"),
}


@pytest.mark.parametrize("rewrite", FORMS.values(), ids=FORMS)
def test_every_group_is_judged_as_it_truly_is(house, rewrite):
    check_true(house.collected(rewrite))


@pytest.mark.parametrize("root", ["/google", "/google/"])
def test_every_group_is_judged_below_a_path(house, root):
    check_true(house.collected(below("/google"), root=root))


# Answers that cost knowledge


def html(path):
    return refused(path, 200, b"<!doctype html><title>Sign in</title>")


def first_member(change):
    return respelt(
        "/members",
        lambda page: (
            page
            if not page.get("members")
            else {**page, "members": [change(page["members"][0]), *page["members"][1:]]}
        ),
    )


LESS = {
    "settings-without-readers": settings(without("whoCanViewGroup")),
    "settings-without-joining": settings(without("whoCanJoin", "allowExternalMembers")),
    "readers-unheard-of": settings(lambda found: {**found, "whoCanViewGroup": "ALL_PARTNERS"}),
    "readers-in-a-list": settings(lambda found: {**found, "whoCanViewGroup": ["ANYONE_CAN_VIEW"]}),
    "joining-unheard-of": settings(lambda found: {**found, "whoCanJoin": "ALL_PARTNERS_CAN_JOIN"}),
    "settings-for-people": html("/groups/v1/groups/"),
    "settings-empty": settings(lambda _found: {}),
    "settings-gone": refused("/groups/v1/groups/", 410),
    "settings-refused-as-a-success": settings(lambda _found: {"error": {"code": 403}}),
    "member-without-role": first_member(without("role")),
    "role-unheard-of": first_member(lambda row: {**row, "role": "OBSERVER"}),
    "kind-unheard-of": first_member(lambda row: {**row, "type": "ROBOT"}),
    "member-without-address": first_member(without("email")),
    "members-in-an-object": respelt("/members", lambda page: {**page, "members": page}),
    "members-by-name": respelt("/members", lambda page: {**page, "members": ["a@b.example"]}),
    "members-with-a-hole": respelt(
        "/members", lambda page: {**page, "members": [*page.get("members", []), None]}
    ),
    "members-for-people": html("/members"),
    "members-no-content": refused("/members", 204),
    "members-refused-as-a-success": respelt("/members", lambda _page: {"error": {"code": 500}}),
    "members-in-a-circle": respelt("/members", lambda page: {**page, "nextPageToken": "again"}),
    "switch-unheard-of": policies(
        lambda row: {
            **row,
            "setting": {**row["setting"], "value": {"collaborationCapability": "PARTNERS_ONLY"}},
        }
    ),
    "no-policies": refused("/policies", 404),
    "policies-for-people": html("/policies"),
    "policies-by-name": respelt("/policies", lambda page: {**page, "policies": ["p1"]}),
}


@pytest.mark.parametrize("rewrite", LESS.values(), ids=LESS)
def test_nothing_wrong_is_said_when_less_is_told(house, rewrite):
    found = house.collected(rewrite)
    certain = 0

    for email, fact in true().items():
        exposure = found[email]
        if isinstance(exposure, CollectError):
            assert exposure.reason in {"bad-answer", "not-found"}
        elif exposure.certainty is Certainty.ORG_POLICY_UNKNOWN:
            assert BREADTH[exposure.readership] <= BREADTH[Audience(fact["readership"])], email
            assert any("switch" in note for note in exposure.notes)
        elif exposure.readership is not Audience.UNKNOWN:
            certain += 1
            assert exposure.readership.value == fact["readership"], email
    assert certain < GROUPS


# The audit log

ADDRESS = "equipe@ch-valmoree.example"
STEPS = (("create_group", {}), ("change_acl_permission", {"acl_permission": "can_view_topics"}))


def activity(*names, qualifier="1"):
    """One activity of an administrator in which the events ``names`` happened."""
    return {
        "id": {"time": "2026-06-01T08:00:00.000Z", "uniqueQualifier": qualifier},
        "actor": {"email": "admin@ch-valmoree.example"},
        "events": [
            {
                "name": name,
                "parameters": [
                    {"name": key, "value": value}
                    for key, value in {"group_email": ADDRESS, **more}.items()
                ],
            }
            for name, more in STEPS
            if name in names
        ],
    }


@pytest.mark.parametrize(
    "given",
    [
        lambda name: [activity("create_group", "change_acl_permission")],
        lambda name: [activity(name)],
        lambda name: [activity(name, qualifier=None)],
        lambda name: [activity(name), activity(name)],
        lambda name: [activity(name), {}, {"id": None, "events": [{}]}],
    ],
    ids=["whole", "events-asked-for", "no-qualifier", "twice", "odd-ones-between"],
)
def test_each_event_counts_once_however_a_server_filters(house, given):
    def rewrite(request: Request, ask) -> Response:
        name = dict(parse_qsl(request.query)).get("eventName")
        wanted = "/applications/groups" in request.path and name in dict(STEPS)
        return Response(200, written({"items": given(name)} if wanted else {}))

    with house.google(rewrite) as google:
        log = audit_log(google, datetime(2026, 7, 1, tzinfo=UTC))

    assert sorted(event.name for event in log.of(Group(ADDRESS))) == sorted(dict(STEPS))


def test_other_events_are_read_where_a_server_does_not_know_one(house):
    def rewrite(request: Request, ask) -> Response:
        name = dict(parse_qsl(request.query)).get("eventName")
        if "/applications/groups" not in request.path:
            return Response(200, b"{}")
        if name == "create_group":
            return Response(400, b"{}")
        return Response(200, written({"items": [activity(name)] if name in dict(STEPS) else []}))

    with house.google(rewrite) as google:
        log = audit_log(google, datetime(2026, 7, 1, tzinfo=UTC))

    assert [event.name for event in log.of(Group(ADDRESS))] == ["change_acl_permission"]
    assert [name for name, _why in log.unread] == ["groups"]
