"""The settings of one group, from the Groups Settings API.

The API has no read-only scope: that nothing can be written rests on the service account's role, and
on this module, which only ever calls ``get``.
"""

from __future__ import annotations

from groupaudit.collector import parse
from groupaudit.google import scopes
from groupaudit.google.transport import Feature, GoogleApis
from groupaudit.model.group import Group, GroupSettings

SETTINGS = Feature.of(scopes.SETTINGS)


def settings(google: GoogleApis, group: Group) -> GroupSettings:
    """The settings of ``group``. Raises CollectError when they cannot be read, AuthError."""
    api = google.api(SETTINGS)
    # The key of a group is its address here: the Directory's id is not accepted.
    return parse.settings(api.call(lambda service: service.groups().get(groupUniqueId=group.email)))
