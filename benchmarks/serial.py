"""The straightforward serial script that ``collect`` compares with: list, then get, one by one.

``python -m benchmarks.serial CONFIG OUT`` with the configuration that the emulator wrote. It does
what Google's quick start shows, with the library's own retries, and writes how many groups it read.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from google.oauth2.service_account import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from groupaudit.config import load

_SCOPES = (
    "https://www.googleapis.com/auth/admin.directory.group.readonly",
    "https://www.googleapis.com/auth/apps.groups.settings",
)
_RETRIES = 5


def main() -> None:
    """Collect the settings of every group that the configuration's account lists."""
    google = load(Path(sys.argv[1]), {}).google
    credentials = Credentials.from_service_account_file(
        google.credentials, scopes=_SCOPES, subject=google.subject
    )
    # The library drops this API's path when an endpoint is given: it must be named whole.
    directory = _service("admin", "directory_v1", google.api_root, credentials)
    settings = _service("groupssettings", "v1", f"{google.api_root}/groups/v1/groups/", credentials)
    read: dict[str, object] = {}
    lost: dict[str, int] = {}
    request = directory.groups().list(customer="my_customer", maxResults=200)
    while request is not None:
        page = request.execute(num_retries=_RETRIES)
        for group in page.get("groups", []):
            wanted = settings.groups().get(groupUniqueId=group["email"])
            try:
                read[group["email"]] = wanted.execute(num_retries=_RETRIES)
            except HttpError as error:
                lost[group["email"]] = error.status_code
        request = directory.groups().list_next(request, page)
    told = {"read": len(read), "lost": len(lost)}
    Path(sys.argv[2]).write_text(json.dumps(told), encoding="utf-8")


def _service(name: str, version: str, endpoint: str, credentials: Credentials) -> object:
    return build(
        name,
        version,
        credentials=credentials,
        client_options={"api_endpoint": endpoint},
        cache_discovery=False,
    )


main()
