"""Complete Groups Settings resources, as Google returns them: every documented field a string.

Fields and values: discovery document groupssettings v1, revision 20220614, and its reference page
(``whoCanAddExternalMembers``). Refuses to leave a field out.
"""

from __future__ import annotations

from groupaudit.emulator.hospital.archetypes import Archetype
from groupaudit.emulator.hospital.register import Entry

_ROLES = "OWNERS_AND_MANAGERS"

#: What a group has unless its row says otherwise. ``maxMessageBytes`` is the only number.
_USUAL: dict[str, str] = {
    "kind": "groupsSettings#groups",
    "whoCanAdd": "ALL_MANAGERS_CAN_ADD",
    "whoCanInvite": "ALL_MANAGERS_CAN_INVITE",
    "whoCanApproveMembers": "ALL_MANAGERS_CAN_APPROVE",
    "whoCanBanUsers": _ROLES,
    "whoCanModifyMembers": _ROLES,
    "whoCanViewMembership": "ALL_MEMBERS_CAN_VIEW",
    "whoCanDiscoverGroup": "ALL_IN_DOMAIN_CAN_DISCOVER",
    "showInGroupDirectory": "true",
    "whoCanPostMessage": "ALL_MEMBERS_CAN_POST",
    "whoCanContactOwner": "ALL_IN_DOMAIN_CAN_CONTACT",
    "whoCanLeaveGroup": "ALL_MEMBERS_CAN_LEAVE",
    "whoCanAddExternalMembers": "ONLY_ADMINS_CAN_ADD_EXTERNAL_MEMBERS",
    "whoCanModerateMembers": _ROLES,
    "whoCanModerateContent": _ROLES,
    "whoCanAssistContent": "NONE",
    "whoCanApproveMessages": _ROLES,
    "whoCanDeleteAnyPost": _ROLES,
    "whoCanDeleteTopics": _ROLES,
    "whoCanLockTopics": _ROLES,
    "whoCanMoveTopicsIn": _ROLES,
    "whoCanMoveTopicsOut": _ROLES,
    "whoCanPostAnnouncements": _ROLES,
    "whoCanHideAbuse": "NONE",
    "whoCanMakeTopicsSticky": "NONE",
    "whoCanAssignTopics": "NONE",
    "whoCanTakeTopics": "NONE",
    "whoCanUnassignTopic": "NONE",
    "whoCanEnterFreeFormTags": "NONE",
    "whoCanModifyTagsAndCategories": "NONE",
    "whoCanMarkDuplicate": "NONE",
    "whoCanMarkNoResponseNeeded": "NONE",
    "whoCanMarkFavoriteReplyOnAnyTopic": "NONE",
    "whoCanMarkFavoriteReplyOnOwnTopic": "NONE",
    "whoCanUnmarkFavoriteReplyOnAnyTopic": "NONE",
    "whoCanAddReferences": "NONE",
    "allowWebPosting": "true",
    "allowGoogleCommunication": "false",
    "isArchived": "true",
    "archiveOnly": "false",
    "maxMessageBytes": "26214400",
    "messageModerationLevel": "MODERATE_NONE",
    "spamModerationLevel": "MODERATE",
    "messageDisplayFont": "DEFAULT_FONT",
    "primaryLanguage": "fr",
    "replyTo": "REPLY_TO_IGNORE",
    "customReplyTo": "",
    "includeCustomFooter": "false",
    "customFooterText": "",
    "sendMessageDenyNotification": "false",
    "defaultMessageDenyNotificationText": "",
    "favoriteRepliesOnTop": "false",
    "membersCanPostAsTheGroup": "false",
    "includeInGlobalAddressList": "true",
    "enableCollaborativeInbox": "false",
    "customRolesEnabledForSettingsToBeMerged": "false",
    "default_sender": "DEFAULT_SELF",
}


def settings(entry: Entry, name: str, description: str) -> dict[str, str]:
    """The settings resource of a group of the Workspace."""
    return {
        **_USUAL,
        **_identity(entry.email, name, description),
        **_decisive(entry.row),
    }


def consumer_settings(row: Archetype, email: str) -> dict[str, str]:
    """The settings of a consumer group; no API shows them, its web page obeys them."""
    return {**_USUAL, **_identity(email, row.name, row.description), **_decisive(row)}


def _identity(email: str, name: str, description: str) -> dict[str, str]:
    # The Directory holds 4,096 characters of description, the settings 300 (discovery documents).
    return {"email": email, "name": name[:75], "description": description[:300]}


def _decisive(row: Archetype) -> dict[str, str]:
    return {
        "whoCanViewGroup": row.view,
        "whoCanJoin": row.join,
        "allowExternalMembers": "true" if row.external else "false",
        **row.overrides,
    }
