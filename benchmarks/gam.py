"""Lets GAM7 ask the emulator: ``GAMS_PYTHON -m benchmarks.gam CONFIG CSV``, for ``collect``.

GAM has no option for another root, and pins libraries of its own: it is installed by itself
(``python -m venv gam && gam/bin/pip install gam7``) and run unchanged but for three things that are
put in its way here. Every request to Google goes to the emulator, on the loopback. The libraries'
own discovery documents are used. It is given the service account that the emulator knows, where it
would ask for a browser. It writes ``print groups settings``.
"""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gam
import googleapiclient.discovery
import httplib2
from google.oauth2 import service_account

_SCOPES = (
    "https://www.googleapis.com/auth/admin.directory.group.readonly",
    "https://www.googleapis.com/auth/apps.groups.settings",
)


def main() -> None:
    """Run GAM's command against the emulator that the configuration names."""
    google = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["google"]
    _to_loopback(google["api_root"])
    _as_service_account(google["credentials"], google["subject"])
    with tempfile.TemporaryDirectory() as folder:
        _configured(Path(folder))
        command = ["gam", "redirect", "csv", sys.argv[2], "print", "groups", "settings"]
        sys.exit(gam.ProcessGAMCommand(command))


def _to_loopback(root: str) -> None:
    ask = httplib2.Http.request

    def request(self: Any, uri: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(uri)
        if parts.hostname and parts.hostname.endswith("googleapis.com"):
            uri = root + parts._replace(scheme="", netloc="").geturl()
        elif not uri.startswith(root):
            raise OSError("a benchmark asks nobody but the emulator")
        return ask(self, uri, *args, **kwargs)

    httplib2.Http.request = request
    build = googleapiclient.discovery.build
    googleapiclient.discovery.build = lambda *args, **kwargs: build(
        *args, **kwargs | {"static_discovery": True, "discoveryServiceUrl": None}
    )


def _as_service_account(key: str, subject: str) -> None:
    credentials = service_account.Credentials.from_service_account_file(
        key, scopes=_SCOPES, subject=subject
    )
    credentials.client_id = "benchmark"
    told = {"hd": subject.partition("@")[2], "email": subject}

    def found(**_options: object) -> service_account.Credentials:
        gam.GM.Globals[gam.GM.CREDENTIALS_SCOPES] = set(_SCOPES)
        gam.GM.Globals[gam.GM.DECODED_ID_TOKEN] = told
        if not credentials.valid:
            credentials.refresh(gam.transportCreateRequest())
        return credentials

    gam.getClientCredentials = found


def _configured(folder: Path) -> None:
    """GAM keeps everything in ``folder``, and looks for no update."""
    os.environ |= {"GAMCFGDIR": str(folder), "HOME": str(folder)}
    (folder / "nobrowser.txt").touch()
    (folder / "noupdatecheck.txt").touch()


main()
