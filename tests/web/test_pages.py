"""What pages hold and prove: shapes, hostile ones included, and the reconstructed samples."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import SHARED

from groupaudit.web import blobs, verdict
from groupaudit.web.addresses import is_group_address, list_path
from groupaudit.web.site import Page
from groupaudit.web.verdict import Seen

SAMPLES = SHARED / "samples" / "groups-web"
OPEN = "urgences@hopital.example"
PATH = "/a/hopital.example/g/urgences"
CONVERSATION = [["1", "AAAAAAAAA01", "s", "s", [1790000000, 0], [1789990000], 3]]


def callback(data: object, key: str = "ds:7") -> str:
    return f"<script>AF_initDataCallback({{key: '{key}', data:{json.dumps(data)}}});</script>"


def page(html: str, **changes: object) -> Page:
    return Page(**{"status": 200, "path": PATH, "media_type": "text/html", "html": html, **changes})


def seen(html: str, **changes: object) -> Seen:
    return verdict.of_list(page(html, **changes), PATH, {OPEN}).seen


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([["1", OPEN], 775, [CONVERSATION]], Seen.LIST_PUBLIC),
        ([["1", OPEN.upper()], 775, [CONVERSATION], None], Seen.LIST_PUBLIC),
        ([["1", OPEN], 0, []], Seen.VISIBLE_EMPTY),
        ([["1", OPEN], 0, None], Seen.VISIBLE_EMPTY),
        ([["1", OPEN], 775, []], Seen.VISIBLE_EMPTY),
        ([["1", OPEN], 775, [[["1", "not an id!"]]]], Seen.VISIBLE_EMPTY),
        ([["1", "autre@hopital.example"], 775, [CONVERSATION]], Seen.MISMATCH),
        ([["1", OPEN], "775", [CONVERSATION]], Seen.UNKNOWN_PAGE),
        ([["1", OPEN], True, [CONVERSATION]], Seen.UNKNOWN_PAGE),
        ([["1", OPEN], -1, [CONVERSATION]], Seen.UNKNOWN_PAGE),
        ([["1", OPEN], 10**12, [CONVERSATION]], Seen.UNKNOWN_PAGE),
        ([["1", OPEN], "Urgences"], Seen.UNKNOWN_PAGE),
        ([OPEN, 775, [CONVERSATION]], Seen.UNKNOWN_PAGE),
        ([], Seen.UNKNOWN_PAGE),
    ],
)
def test_list_is_told_by_its_shape(data, expected):
    assert seen(callback([["1", OPEN], "a name"], "ds:6") + callback(data)) is expected


def test_conversation_that_stands_twice_counts_once():
    [found] = blobs.lists(callback([["1", OPEN], 2, [CONVERSATION, CONVERSATION]]))

    assert [each.id for each in found.conversations] == ["AAAAAAAAA01"]


def test_list_at_another_path_or_status_proves_nothing():
    html = callback([["1", OPEN], 775, [CONVERSATION]])

    assert seen(html, path="/g/urgences") is Seen.UNKNOWN_PAGE
    assert seen(html, status=404) is Seen.DENIED_OR_ABSENT
    assert seen(html, media_type="text/plain") is Seen.ERROR


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "application/json", ""])
def test_strangers_are_turned_away_by_a_status_whatever_comes_along(status, media_type):
    assert seen("", status=status, media_type=media_type) is Seen.DENIED_OR_ABSENT
    assert seen("unusual traffic", status=status, media_type=media_type) is Seen.RATE_LIMITED


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("", "/access-error", Seen.DENIED_OR_ABSENT),
        ("groups.google.com", "/access-error", Seen.DENIED_OR_ABSENT),
        ("groups.google.com", "/a/hopital.example/g/urgences", Seen.UNKNOWN_PAGE),
        ("groups.google.com.evil.example", "/access-error", Seen.UNKNOWN_PAGE),
        ("accounts.google.com", "/ServiceLogin", Seen.LOGIN_REQUIRED),
        ("consent.google.com", "/m", Seen.CONSENT),
        ("www.google.com", "/sorry/index", Seen.RATE_LIMITED),
    ],
)
def test_redirect_that_leads_away_is_an_answer_by_its_place(host, path, expected):
    ended = Page(302, path, host)

    assert verdict.of_list(ended, "/g/urgences", {OPEN}).seen is expected


def test_words_of_a_post_in_a_public_list_change_no_verdict():
    words = "Before you continue: unusual traffic, content unavailable"

    assert seen(f"<p>{words}</p>" + callback([["1", OPEN], 1, [CONVERSATION]])) is Seen.LIST_PUBLIC


@pytest.mark.parametrize(
    "html",
    [
        "AF_initDataCallback({data:" + "[" * 200_000,
        "AF_initDataCallback({data:[" + "9" * 100_000 + "]",
        "AF_initDataCallback(" * 20_000,
        callback([["1", OPEN], 1, [[["1", "AAAAAAAAA01"] + [None] * 3 + [[10**15]]]]]),
        'AF_initDataCallback({data:[["1","\\ud800@x"],1,[]]',
    ],
    ids=["deep", "long-number", "many", "far-date", "surrogate"],
)
def test_hostile_pages_are_read_without_harm(html):
    assert seen(html) in {Seen.UNKNOWN_PAGE, Seen.LIST_PUBLIC, Seen.MISMATCH}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=9),
    max_leaves=40,
)


@given(json_values, json_values)
def test_any_data_after_the_address_is_read_without_harm(second, third):
    html = callback([["1", OPEN], second, third])

    assert all(blob.email == OPEN for blob in blobs.lists(html))
    for blob in blobs.conversations(html):
        assert all(isinstance(message.html, str) for message in blob.messages)


@given(st.text(max_size=300))
def test_any_text_is_never_proof(text):
    assert seen(text) not in verdict.PUBLIC


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("recon_list_en.html", Seen.LIST_PUBLIC),
        ("recon_list_fr.html", Seen.LIST_PUBLIC),
        ("recon_list_empty.html", Seen.VISIBLE_EMPTY),
        ("recon_access_error_en.html", Seen.DENIED_OR_ABSENT),
        ("recon_access_error_fr.html", Seen.DENIED_OR_ABSENT),
        ("recon_permission_en.html", Seen.DENIED_OR_ABSENT),
        ("recon_permission_de.html", Seen.DENIED_OR_ABSENT),
        ("recon_consent.html", Seen.CONSENT),
        ("recon_sorry_429.html", Seen.RATE_LIMITED),
        ("recon_conversation_en.html", Seen.UNKNOWN_PAGE),
    ],
)
def test_reconstructed_pages_are_judged_as_described(name, expected):
    if not (SAMPLES / name).exists():
        pytest.skip("the reconstructed pages are not part of the repository")

    assert seen((SAMPLES / name).read_text(encoding="utf-8")) is expected


def test_reconstructed_conversation_gives_every_message():
    if not (file := SAMPLES / "recon_conversation_en.html").exists():
        pytest.skip("the reconstructed pages are not part of the repository")
    path = f"{PATH}/c/AAAAAAAAA01"
    found = verdict.of_conversation(
        page(file.read_text(encoding="utf-8"), path=path), path, {OPEN}, "AAAAAAAAA01"
    )

    assert isinstance(found, blobs.ConversationBlob)
    assert [len(message.files) for message in found.messages] == [1, 0, 0]
    assert found.messages[0].files[0].name == "planning.pdf"


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("urgences@hopital.example", "/a/hopital.example/g/urgences"),
        ("clinique@googlegroups.com", "/g/clinique"),
        ("a+b.c_d@hopital.example", "/a/hopital.example/g/a%2Bb.c_d"),
        ("a?x#y@hopital.example", "/a/hopital.example/g/a%3Fx%23y"),
    ],
)
def test_addresses_become_paths(address, path):
    assert list_path(address) == path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("urgences@hopital.example", True),
        ("é@googlegroups.com", True),
        ("hopital.example", False),
        ("a b@h.example", False),
        ("a/b@h.example", False),
        ("a@b@h.example", False),
        ("@h.example", False),
        ("a@", False),
        ("a@-h.example", False),
        ("", False),
    ],
)
def test_only_what_can_be_a_group_is_taken_for_one(text, expected):
    assert is_group_address(text) is expected
