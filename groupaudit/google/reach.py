"""Whether a server answers at all, and what time it says it is: no token, no API, one request.

It takes the same way as every request to Google (``wire.RoutedHttp``), proxies and ``api_root``
included. Any answer counts, a refusal too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from groupaudit.errors import CollectError
from groupaudit.google.refusals import FAILURES
from groupaudit.google.wire import RoutedHttp

#: Somebody is waiting: seconds after which a server counts as unreachable.
TIMEOUT_S = 10.0


def server_time(url: str, root: str) -> datetime | None:
    """The time in the answer's ``Date`` header, to the second; None when it tells none.

    ``root`` takes the place of Google's hosts, as ``google.api_root`` does. Raises CollectError
    ``unreachable`` when nobody answers.
    """
    http = RoutedHttp(root, timeout_s=TIMEOUT_S)
    try:
        response, _ = http.request(url, headers={"user-agent": "groupaudit doctor"})
    except FAILURES as error:
        raise CollectError(
            f"{url} cannot be reached ({type(error).__name__}): check network, proxy and firewall.",
            reason="unreachable",
        ) from error
    finally:
        http.close()
    try:
        told = parsedate_to_datetime(response.get("date", ""))
    except ValueError:
        return None
    return told.replace(tzinfo=told.tzinfo or UTC)
