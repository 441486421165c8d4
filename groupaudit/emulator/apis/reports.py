"""Reports API: the audit log of an application, newest first.

Without ``endTime`` and ``startTime`` it shows 180 days, as Google does. A filter that names a
parameter the events do not have gives an empty report, not an error.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from groupaudit.emulator.access import Privilege
from groupaudit.emulator.apis import Answers
from groupaudit.emulator.errors import bad_request, invalid_parameter
from groupaudit.emulator.messages import Call
from groupaudit.emulator.paging import page
from groupaudit.emulator.workspace import Workspace

_KEPT = timedelta(days=180)
_FILTER = re.compile(r"([\w.]+)(==|<>|<=|>=|<|>)(.*)", re.DOTALL)


class ReportsApi:
    """Answers ``activities.list`` from the tenant's activities."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        # What the last question found: making the log anew for each of its pages would be slow.
        self._last: tuple[dict[str, Any], list[dict[str, Any]]] | None = None

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {"reports.activities.list": self.list_activities}

    def list_activities(self, call: Call) -> dict[str, Any]:
        """A page of activities within the asked time, matching user, event and filters."""
        self._workspace.require(call.principal, Privilege.REPORTS_READ)
        if "customerId" in call.query:
            self._workspace.check_customer(call.query["customerId"])
        activities = self._found(call)
        part, more = page(call, activities, call.query["maxResults"])
        answer: dict[str, Any] = {"kind": "admin#reports#activities"}
        return answer | ({"items": list(part)} if part else {}) | more

    def _found(self, call: Call) -> list[dict[str, Any]]:
        asked = {**call.path, **call.query, "pageToken": None}
        known = self._last
        if known is None or known[0] != asked or "pageToken" not in call.query:
            known = self._last = (asked, self._matching(call))
        return known[1]

    def _matching(self, call: Call) -> list[dict[str, Any]]:
        first, last = self._window(call)
        user, address = call.path["userKey"], call.query.get("actorIpAddress")
        found = []
        for activity in self._workspace.tenant.activities(call.path["applicationName"]):
            when = _time(activity["id"]["time"])
            actor = activity.get("actor", {})
            if not first <= when <= last:
                continue
            if user != "all" and user not in (actor.get("email"), actor.get("profileId")):
                continue
            if address is not None and activity.get("ipAddress") != address:
                continue
            if any(_event_fits(event, call) for event in activity.get("events", ())):
                found.append((when, activity))
        found.sort(key=lambda pair: pair[0], reverse=True)
        return [activity for _, activity in found]

    def _window(self, call: Call) -> tuple[datetime, datetime]:
        now = self._workspace.now()
        end = _time(call.query["endTime"]) if "endTime" in call.query else now
        start = _time(call.query["startTime"]) if "startTime" in call.query else end - _KEPT
        if "endTime" not in call.query:
            start = max(start, now - _KEPT)
        if start > end:
            raise invalid_parameter("startTime", "Start time must be before end time.")
        return start, end


def _event_fits(event: dict[str, Any], call: Call) -> bool:
    name = call.query.get("eventName")
    if name is not None and event.get("name") != name:
        return False
    return all(
        _filter_fits(event, clause) for clause in call.query.get("filters", "").split(",") if clause
    )


def _filter_fits(event: dict[str, Any], clause: str) -> bool:
    match = _FILTER.fullmatch(clause.strip())
    if match is None:
        raise bad_request("Bad Request", reason="invalid")
    name, operator, wanted = match.groups()
    for parameter in event.get("parameters", ()):
        if parameter["name"] == name:
            return any(_compare(text, operator, wanted) for text in _texts(parameter))
    return False


def _texts(parameter: dict[str, Any]) -> list[str]:
    if "boolValue" in parameter:
        return ["true" if parameter["boolValue"] else "false"]
    single = parameter.get("value", parameter.get("intValue"))
    many = parameter.get("multiValue", parameter.get("multiIntValue", ()))
    return [str(item) for item in ([single] if single is not None else many)]


def _compare(text: str, operator: str, wanted: str) -> bool:
    match operator:
        case "==":
            return text == wanted
        case "<>":
            return text != wanted
    if not (text.lstrip("-").isdecimal() and wanted.lstrip("-").isdecimal()):
        return False
    left, right = int(text), int(wanted)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[
        operator
    ]


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise invalid_parameter("startTime", f"Invalid time: {text[:40]}") from error
