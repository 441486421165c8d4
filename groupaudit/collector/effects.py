"""What a setting does to the readers of a group, in plain words: one sentence for each effect.

The ids are stable: a translation of the report looks a sentence up by its id. No sentence holds a
value, an address or a number. It decides nothing: ``exposure`` picks the effects.
"""

from __future__ import annotations

#: Sentence of each effect, by its id.
EFFECTS: dict[str, str] = {
    "view-anyone-open": (
        "Anyone on the Internet may read, without signing in: the organisation's groups are open "
        "to the outside."
    ),
    "view-anyone-closed": (
        "Anyone may read, but the organisation's groups are closed to the outside: every account "
        "of the organisation reads."
    ),
    "view-anyone-switch-unknown": (
        "Anyone on the Internet may read, unless the organisation's switch for access from outside "
        "is set to Private, which could not be checked."
    ),
    "view-organisation": "Every account of the organisation may read.",
    "view-members": "Members may read.",
    "view-managers": "Only managers and owners may read.",
    "view-owners": "Only owners may read.",
    "view-unknown": "This value is not known: it may let anybody read.",
    "join-anyone": "Anyone with a Google account can join without approval, and then read.",
    "join-anyone-switch-unknown": (
        "Anyone with a Google account can join without approval, and then read, unless the "
        "organisation's switch for access from outside is set to Private, which could not be "
        "checked."
    ),
    "join-anyone-inside": (
        "Every account of the organisation can join without approval, and then read; outsiders "
        "cannot."
    ),
    "join-organisation": (
        "Every account of the organisation can join without approval, and then read."
    ),
    "join-request": "People can ask to join; somebody must approve before they read.",
    "join-unknown": "This value is not known: it may let anybody join without approval.",
    "external-allowed": "Outsiders may be members.",
    "external-unknown": "Whether outsiders may be members is not known.",
    "external-left": (
        "Outsiders may no longer be added, but those who are members already keep their access."
    ),
    "switch-open": "The organisation's groups are open to the outside where a group allows it.",
    "switch-closed": "The organisation's groups cannot be read on the web from the outside.",
    "switch-unknown": "Whether groups are open to the outside could not be checked.",
    "service-off": (
        "Google Groups is switched off for users: posts are still delivered and kept, and are "
        "readable again as soon as it is switched on."
    ),
    "members-external": "People outside the organisation are members and may read.",
    "members-external-mail": (
        "People outside the organisation are members and still get the posts by mail."
    ),
    "members-external-blocked": (
        "People outside the organisation are members, but the closed switch keeps them from "
        "reading, and they get no mail."
    ),
    "members-all-users": "All users of the organisation are a member, and may read.",
    "members-unknown": "Members could not be listed: outsiders among them would read too.",
    "members-nested-unread": "Nested groups could not be listed: outsiders in them would read too.",
    "archive-off": "New posts are not kept any more; those already kept stay readable.",
    "archive-only": "The group takes no new posts; those already kept stay readable.",
    "custom-roles": "A custom role changes who is covered: more people may read than is said here.",
}
