"""One raw entry of Google's audit log: when, by whom, with which parameters. All of it bounded.

Shape: the Reports API's Activity resource. Whatever is malformed is left out. It refuses to know
what an event means: ``activities`` (settings) and ``moves`` (members) do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from groupaudit.collector.parse import mapping

#: Most events and parameters of one activity that are looked at; Google sends a handful.
MOST = 100

#: A value, a name or an address longer than this is cut.
LONGEST = 200

#: What several applications tell of one event comes moments apart; farther apart are two events.
SAME = timedelta(minutes=10)

#: Google's placeholder for "no account" (Reports API, ``actor.profileId``).
_NO_PROFILE = "105250506097979753968"


def listed(activity: Mapping[str, Any]) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """The events of ``activity`` as they came, each with its moment (UTC); none without one."""
    when = _moment(mapping(activity.get("id")).get("time"))
    found = activity.get("events")
    if when is None or not isinstance(found, list):
        return
    for raw in found[:MOST]:
        if isinstance(raw, dict):
            yield when, raw


def author(activity: Mapping[str, Any]) -> dict[str, str | None]:
    """Who did it (``by``), through which program, from which network address."""
    actor = mapping(activity.get("actor"))
    program = mapping(actor.get("applicationInfo"))
    profile = text(actor.get("profileId"))
    key = text(actor.get("key")) if actor.get("callerType") == "KEY" else ""
    account = f"profile {profile}" if profile and profile != _NO_PROFILE else ""
    return {
        "by": text(actor.get("email")).lower() or key or account or None,
        "application": text(program.get("applicationName"))
        or text(program.get("oauthClientId"))
        or None,
        "address": text(activity.get("ipAddress")) or None,
    }


def parameters(raw: Mapping[str, Any]) -> dict[str, str]:
    """Parameters by name; several values as one list, a nested value left out."""
    found = raw.get("parameters")
    return {
        text(each.get("name")): _value(each)
        for each in (found[:MOST] if isinstance(found, list) else ())
        if isinstance(each, dict)
    }


def first(told: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first of the parameters ``names`` that says anything; empty when none does."""
    return next((told[name] for name in names if told.get(name)), "")


def text(value: Any) -> str:
    """``value`` if it is a text or a number, cut to ``LONGEST``; else empty."""
    return str(value)[:LONGEST] if isinstance(value, str | int) else ""


def _value(parameter: Mapping[str, Any]) -> str:
    many = parameter.get("multiValue")
    if isinstance(many, list):
        return ", ".join(map(text, many[:LONGEST]))[:LONGEST]
    return text(parameter.get("value", parameter.get("boolValue", parameter.get("intValue"))))


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None
