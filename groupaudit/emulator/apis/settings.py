"""Groups Settings API: atom unless JSON is asked for, booleans as strings.

It keeps the one coupling that Google documents (``archiveOnly`` and who may post) and judges no
other value: the discovery document gives the settings no enums.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from groupaudit.emulator.access import Privilege
from groupaudit.emulator.apis import Answer, Answers
from groupaudit.emulator.errors import bad_request
from groupaudit.emulator.messages import Call, Response
from groupaudit.emulator.state import Group
from groupaudit.emulator.workspace import Workspace

_FIXED = frozenset({"kind", "email"})


class SettingsApi:
    """Answers Groups Settings calls; what is changed stays changed until the emulator stops."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {
            "groupsSettings.groups.get": self.get,
            "groupsSettings.groups.patch": self.change,
            "groupsSettings.groups.update": self.change,
        }

    def get(self, call: Call) -> Answer:
        """The settings of a group, in the form asked for."""
        self._workspace.require(call.principal, Privilege.GROUPS_READ)
        return self._shown(call, self._workspace.group(call.path["groupUniqueId"]))

    def change(self, call: Call) -> Answer:
        """Change the settings that the body names."""
        self._workspace.require(call.principal, Privilege.GROUPS_UPDATE)
        group = self._workspace.group(call.path["groupUniqueId"])
        changes = {k: str(v) for k, v in call.body.items() if k not in _FIXED}
        before = self._workspace.settings(group)
        self._workspace.change_settings(group, _coupled(before, changes))
        return self._shown(call, group)

    def _shown(self, call: Call, group: Group) -> Answer:
        value = _resource(group, self._workspace.settings(group))
        return value if call.query["alt"] == "json" else _atom(value)


def _coupled(before: dict[str, str], changes: dict[str, str]) -> dict[str, str]:
    """``changes`` with what ``archiveOnly`` brings along, as the API reference describes it."""
    after = {**before, **changes}
    archive_only = after.get("archiveOnly") == "true"
    if archive_only:
        return {**changes, "whoCanPostMessage": "NONE_CAN_POST"}
    if changes.get("whoCanPostMessage") == "NONE_CAN_POST":
        raise bad_request("NONE_CAN_POST is allowed only with archiveOnly.", reason="invalid")
    if before.get("archiveOnly") == "true":
        return {"whoCanPostMessage": "ALL_MANAGERS_CAN_POST", **changes}
    return changes


def _resource(group: Group, settings: dict[str, str]) -> dict[str, Any]:
    value: dict[str, Any] = {
        "kind": "groupsSettings#groups",
        "email": group.email,
        "name": group.name,
        "description": group.description,
        **settings,
    }
    if "maxMessageBytes" in value:
        value["maxMessageBytes"] = int(value["maxMessageBytes"])
    return value


def _atom(value: dict[str, Any]) -> Response:
    fields = "".join(
        f"<apps:{name}>{escape(str(item))}</apps:{name}>"
        for name, item in value.items()
        if name != "kind"
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<entry xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:apps="http://schemas.google.com/apps/2006">'
        f"<title>Groups Resource Entry</title><author><name>Google</name></author>{fields}</entry>"
    )
    return Response(200, body.encode(), "application/atom+xml; charset=UTF-8")
