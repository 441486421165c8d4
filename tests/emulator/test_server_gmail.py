"""Mailboxes of members: what they hold, how they are searched, and whom they are closed to."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from groupaudit.emulator.state import Member, Tenant

Make = Callable[..., Any]


@pytest.fixture
def messages(start: Make, service: Make) -> Callable[..., Any]:
    def make(scope: str = "gmail.readonly", **options: Any) -> Any:
        return service(start(), "gmail", "v1", scope, **options).users().messages()

    return make


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (None, 40),
        ("list:urgences@hopital.example", 40),
        ("list:(urgences.hopital.example)", 40),
        ("list:nuit@hopital.example", 0),
        ("list:nuit@hopital.example OR deliveredto:admin@hopital.example", 40),
        ("list:urgences@hopital.example after:2026/02/01", 9),
        ("before:2026-01-03", 2),
        ("list:urgences@hopital.example -list:(urgences.hopital.example)", 0),
        ("{list:nuit@hopital.example to:hopital.example} -list:nuit@hopital.example", 40),
        ("{list:googlegroups.com to:googlegroups.com}", 0),
    ],
)
def test_a_mailbox_holds_the_posts_of_its_groups(
    messages: Make, query: str | None, number: int
) -> None:
    asked = {"q": query} if query else {}
    answer = messages().list(userId="me", **asked).execute()

    assert len(answer.get("messages", [])) == answer["resultSizeEstimate"] == number


def test_a_message_comes_in_each_format(messages: Make) -> None:
    box = messages()
    newest = box.list(userId="me", maxResults=1).execute()["messages"][0]["id"]
    raw = box.get(userId="me", id=newest, format="raw").execute()["raw"]
    full = box.get(userId="me", id=newest).execute()["payload"]
    metadata = box.get(
        userId="me", id=newest, format="metadata", metadataHeaders=["Subject"]
    ).execute()["payload"]
    attachment = full["parts"][1]
    data = (
        box.attachments()
        .get(userId="me", messageId=newest, id=attachment["body"]["attachmentId"])
        .execute()["data"]
    )

    assert message_from_bytes(base64.urlsafe_b64decode(raw))["Subject"] == "Sujet 39 <b>"
    assert b"message 39" in base64.urlsafe_b64decode(full["parts"][0]["body"]["data"])
    assert metadata["headers"] == [{"name": "Subject", "value": "Sujet 39 <b>"}]
    assert attachment["filename"] == "t.csv"
    assert base64.urlsafe_b64decode(data) == b"a;b\n1;2\n"


@pytest.mark.parametrize(
    ("options", "asked", "status"),
    [
        ({"subject": None}, {"userId": "me"}, 400),
        ({}, {"userId": "bo@hopital.example"}, 403),
        ({"scope": "gmail.metadata"}, {"userId": "me", "q": "list:x@y.example"}, 403),
        ({}, {"userId": "me", "q": "diabete"}, 501),
        ({}, {"userId": "me", "q": "after:someday"}, 400),
    ],
)
def test_a_mailbox_is_closed(
    messages: Make, options: dict[str, Any], asked: dict[str, Any], status: int
) -> None:
    with pytest.raises(HttpError) as caught:
        messages(**options).list(**asked).execute()

    assert caught.value.status_code == status


def test_members_without_mail_have_no_copies(start: Make, service: Make, tenant: Tenant) -> None:
    urgences = tenant.group("urgences@hopital.example")
    assert urgences is not None
    silent = Member("u1", "admin@hopital.example", delivery_settings="NONE")
    group = dataclasses.replace(urgences, members=(silent,))
    served = dataclasses.replace(tenant, group_emails=[group.email], group=lambda _key: group)
    users = service(start(served), "gmail", "v1", "gmail.readonly").users()

    assert users.getProfile(userId="me").execute()["messagesTotal"] == 0
