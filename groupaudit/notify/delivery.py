"""Sends several messages at once and never waits longer than it was told to.

A server that is dead, slow, or drips a byte a second must not hold an audit: each sending has a
thread of its own, which is left behind when time is up. The only place where any error becomes a
value, since no message is worth a run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Thread

from groupaudit.errors import NotifyError


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A channel through which no message went, and why, in words for the log."""

    channel: str
    why: str


def deliver(sendings: Mapping[str, Callable[[], None]], deadline_s: float) -> list[Undelivered]:
    """Do all ``sendings`` (channel to action) together; those that failed by ``deadline_s``."""
    failures: dict[str, str] = {}
    threads = {
        # A daemon: the process may end while it still waits for its server.
        channel: Thread(target=_attempt, args=(channel, send, failures), daemon=True)
        for channel, send in sendings.items()
    }
    for thread in threads.values():
        thread.start()
    end = time.monotonic() + deadline_s
    for channel, thread in threads.items():
        thread.join(max(0.0, end - time.monotonic()))
        if thread.is_alive():
            failures[channel] = f"no answer within {deadline_s:g} seconds: is the server reachable?"
    return [Undelivered(channel, why) for channel, why in sorted(failures.items())]


def _attempt(channel: str, send: Callable[[], None], failures: dict[str, str]) -> None:
    try:
        send()
    except NotifyError as error:
        failures[channel] = str(error)
    except Exception as error:  # noqa: BLE001 - a defect of ours in a message must not end the audit
        # The kind only: the error's own words may hold an address with a token in it.
        failures[channel] = f"internal error ({type(error).__name__}): please report this defect"
