"""Services: built once, their collections too, without changing what they build."""

from googleapiclient.discovery import build
from googleapiclient.http import HttpMock

from groupaudit.google.services import Services


def test_a_collection_is_made_once_when_it_is_asked_for_again():
    service = Services("http://127.0.0.1:1").of("gmail", "v1")

    assert service.users() is service.users()
    assert service.users().messages() is service.users().messages()


def test_the_same_requests_are_built_when_collections_are_kept():
    ours = Services("").of("admin", "directory_v1")
    theirs = build("admin", "directory_v1", http=HttpMock(), cache_discovery=False)

    root = "https://admin.googleapis.com/admin/directory/v1/groups"
    for service in (ours, ours, theirs):
        first = service.members().list(groupKey="a@h.example", maxResults=3)
        second = service.members().list(groupKey="b@h.example", pageToken="t")
        assert (first.uri, second.uri) == (
            f"{root}/a%40h.example/members?maxResults=3&alt=json",
            f"{root}/b%40h.example/members?pageToken=t&alt=json",
        )
        assert (first.method, first.body) == ("GET", None)
