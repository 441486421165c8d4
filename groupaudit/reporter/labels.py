"""The words of the contract in words for people: one English message for each value.

Values without an entry are shown verbatim: an unknown reason is told as it is, never hidden.
"""

from __future__ import annotations

from groupaudit.reporter.language import mark

SEVERITY: dict[str, str] = {
    "critical": mark("Critical"),
    "high": mark("High"),
    "medium": mark("Medium"),
    "low": mark("Low"),
    "none": mark("Nothing to report"),
    "unknown": mark("Could not be told"),
}

READERSHIP: dict[str, str] = {
    "anyone_on_web": mark("Anyone on the Internet"),
    "anyone_who_joins": mark("Anyone with a Google account, by joining"),
    "external_members": mark("Members from outside the organisation"),
    "whole_organisation": mark("The whole organisation"),
    "members": mark("Its members, all inside"),
    "managers": mark("Its managers only"),
    "owners": mark("Its owners only"),
    "unknown": mark("Unknown readers"),
}

CONTENT: dict[str, str] = {
    "identifiable_health": mark("Health data of identifiable patients"),
    "health_person": mark("Health data of a patient not directly identifiable"),
    "health_generic": mark("Medical content about no one in particular"),
    "identity_only": mark("Personal data without health"),
    "ordinary": mark("Nothing sensitive found"),
    "unread": mark("Posts not read"),
}

KIND: dict[str, str] = {
    "workspace": mark("Group of the organisation"),
    "consumer": mark("Group outside the Workspace (googlegroups.com)"),
    "drive": mark("Drive"),
    "shared_drive": mark("Shared drive"),
    "chat_space": mark("Chat space"),
    "calendar": mark("Calendar"),
    "site": mark("Site"),
}

#: Why a run has no figures in the trend.
GAP: dict[str, str] = {
    "cut-short": mark("not comparable: the audit was cut short"),
    "listing-incomplete": mark("not comparable: the list of groups broke off"),
    "other-scope": mark("not comparable: the configuration was another"),
    "tenant-missing": mark("not comparable: not every organisation was audited"),
}

#: Parts of the drawing of a group's exposure.
BAR: dict[str, str] = {
    "before": mark("other readers, or not yet there"),
    "doubt": mark("not known"),
    "open": mark("open as now"),
    "mark": mark("entry in the audit log"),
    "posts": mark("posts"),
}

CERTAINTY: dict[str, str] = {
    "settings": mark("certain: all settings are known"),
    "org_policy_unknown": mark("not certain: the organisation's switch could not be read"),
    "probed": mark("seen from outside"),
}

STATUS: dict[str, str] = {
    "read": mark("posts read"),
    "partly_read": mark("posts partly read"),
    "unread": mark("posts not read"),
    "not_needed": mark("posts not needed: the group is not exposed"),
    "not_requested": mark("posts not requested: no source is configured"),
}

#: Sources of posts (``posts.sources`` of the configuration).
SOURCE: dict[str, str] = {
    "archive": mark("files of the archive folder"),
    "gmail": mark("copies in members' mailboxes (Gmail)"),
    "vault": mark("Google Vault"),
    "web": mark("the group's public page"),
}

CHANGE: dict[str, str] = {
    "new": mark("New"),
    "worse": mark("Worse"),
    "better": mark("Better"),
    "fixed": mark("Fixed"),
    "gone": mark("Gone"),
    "unreadable": mark("No longer readable"),
}

STAGE: dict[str, str] = {
    "listing": mark("list of groups"),
    "settings": mark("settings"),
    "members": mark("members"),
    "posts": mark("posts"),
    "classify": mark("classification"),
}

STEP: dict[str, str] = {
    "created": mark("Created"),
    "deleted": mark("Deleted"),
    "changed": mark("Changed"),
    "joined": mark("A member from outside came"),
}

RULE_STATUS: dict[str, str] = {
    "met": mark("Met"),
    "not_met": mark("Not met"),
    "unknown": mark("Unknown"),
}

#: Titles of the rules of ``compliance``, in our words.
RULE: dict[str, str] = {
    "GWS.GROUPS.1.1v1": mark("Groups shall not be accessible from outside the organisation"),
    "GWS.GROUPS.1.2v1": mark("Owners should not be able to add external members"),
    "GWS.GROUPS.1.3v1": mark("Owners should not be able to allow mail from the public"),
    "GWS.GROUPS.2.1v1": mark("Only administrators should create groups"),
    "GWS.GROUPS.3.1v1": mark("New groups should show conversations to members only"),
    "GWS.GROUPS.4.1v1": mark("Groups shall not be hidden from the directory"),
    "CIS 3.1.6.1": mark("Access to groups from outside is private"),
    "CIS 3.1.6.2": mark("Creation, external members and mail from the public are restricted"),
    "CIS 3.1.6.3": mark("By default only members view conversations"),
    "CIS 3.1.8.1": mark("Access to external Google Groups is off for everyone"),
}

#: Reason words of ``errors`` and of the posts' sources.
REASON: dict[str, str] = {
    "access-denied": mark("access denied"),
    "account-refused": mark("the account is suspended or unknown"),
    "account-without-mailbox": mark("account without a mailbox"),
    "archive-changed": mark("the archive changed while it was read"),
    "auth-refused": mark("credentials refused"),
    "bad-answer": mark("Google's answer could not be understood"),
    "bomb": mark("compressed beyond reason"),
    "collect-failed": mark("Google's side failed"),
    "config": mark("configuration refused"),
    "corrupt": mark("damaged"),
    "corrupt-zip": mark("damaged archive"),
    "crashed": mark("the reader of this format crashed"),
    "delegation-refused": mark("domain-wide delegation refused"),
    "disk": mark("no room on the disk"),
    "encrypted": mark("encrypted"),
    "failed": mark("failed"),
    "image-only": mark("pictures without text"),
    "internal": mark("a defect of groupaudit"),
    "interrupted": mark("interrupted"),
    "journal-unreadable": mark("the journal of exports cannot be read"),
    "journal-unwritable": mark("the journal of exports cannot be written"),
    "locked": mark("another audit was running"),
    "mailbox-refused": mark("mailbox refused"),
    "mailbox-suspended": mark("the account is suspended or unknown"),
    "mailbox-unreadable": mark("mailbox cannot be read"),
    "needs-extra": mark("needs an optional library"),
    "no-copies": mark("no mailbox holds a copy of a post"),
    "no-mailbox": mark("no member has a mailbox that can be read"),
    "no-reason-given": mark("no reason given"),
    "no-source-available": mark("no source can read them"),
    "not-fetched": mark("not downloaded from the public web"),
    "not-delivered": mark("a message could not be delivered"),
    "not-found": mark("deleted during the audit"),
    "not-in-archive": mark("not in the archive"),
    "not-requested": mark("not asked for (posts.attachments)"),
    "ocr-budget": mark("words in pictures beyond the budget (posts.ocr_seconds)"),
    "password-protected": mark("protected by a password"),
    "post-gone": mark("post deleted meanwhile"),
    "posts-missing": mark("some posts cannot be reached"),
    "posts-unreadable": mark("posts cannot be read"),
    "quota-exhausted": mark("Google's daily quota is used up"),
    "rate-limited": mark("Google refused for the rate of requests"),
    "readership-unknown": mark("its settings do not tell who can read"),
    "report-unwritable": mark("the report could not be written"),
    "request-refused": mark("Google refused the request"),
    "schema-broken": mark("the report did not fit its own schema"),
    "server-error": mark("Google failed to answer"),
    "some-posts-unreadable": mark("some posts cannot be read"),
    "store-failed": mark("the history could not be used"),
    "timed-out": mark("took too long"),
    "timeout": mark("took too long"),
    "too-deep": mark("nested too deeply"),
    "too-large": mark("too large"),
    "too-many-entries": mark("more entries than can be kept"),
    "unreachable": mark("Google could not be reached"),
    "usage": mark("the command was called with something it cannot take"),
    "unsupported-format": mark("format not supported"),
    "vault-export-failed": mark("Vault's export failed"),
    "vault-export-late": mark("Vault's export took too long"),
    "vault-export-mixed": mark("Vault's export does not tell the groups apart"),
    "vault-export-odd": mark("Vault's export contradicts itself"),
    "vault-hash-mismatch": mark("Vault's export arrived damaged"),
    "web-budget": mark("the audit's requests to the public web are used up"),
    "web-consent": mark("the site asks for consent to cookies first"),
    "web-control-failed": mark("the pages of the public web cannot be trusted"),
    "web-denied-or-absent": mark("the web does not show them to strangers"),
    "web-error": mark("the public web could not be read"),
    "web-failed": mark("the public web could not be read"),
    "web-list-public": mark("the web shows only the list of conversations"),
    "web-login-required": mark("the web asks for an account"),
    "web-mismatch": mark("the page belongs to another address"),
    "web-not-public": mark("the web does not show them to strangers"),
    "web-rate-limited": mark("the site asked to slow down"),
    "web-robots": mark("robots.txt of the site forbids programs to look, or cannot be read"),
    "web-unknown-page": mark("the page could not be understood"),
    "web-unproved": mark("what the web shows could not be told"),
    "web-visible-empty": mark("the web shows no conversation"),
    "wrong-size": mark("a download had the wrong size"),
}

CATEGORY: dict[str, str] = {
    "abortion": mark("abortion"),
    "addiction": mark("addiction"),
    "address": mark("postal address"),
    "allergy": mark("allergy"),
    "age": mark("age"),
    "appointment": mark("appointment that tells a condition"),
    "bank": mark("bank details"),
    "blood_group": mark("blood group"),
    "cancer": mark("cancer"),
    "care": mark("care"),
    "care_setting": mark("care setting that tells a condition"),
    "comment": mark("free comment"),
    "death": mark("death"),
    "diagnosis": mark("diagnosis"),
    "diet": mark("diet"),
    "disability": mark("disability"),
    "dob": mark("date of birth"),
    "dose": mark("drug and dose"),
    "drug": mark("drug"),
    "email": mark("e-mail address"),
    "genetics": mark("genetics"),
    "hiv": mark("HIV or sexually transmitted infection"),
    "hiv_sti": mark("HIV or sexually transmitted infection"),
    "imaging": mark("imaging"),
    "ins": mark("national health identifier"),
    "initials": mark("initials"),
    "lab": mark("laboratory result"),
    "mental_health": mark("mental health"),
    "minor": mark("patient under 18"),
    "name": mark("name"),
    "nir": mark("social security number"),
    "phone": mark("telephone"),
    "pregnancy": mark("pregnancy and fertility"),
    "procedure": mark("procedure"),
    "record_number": mark("record number"),
    "room": mark("initials and room"),
    "sick_leave": mark("sick leave"),
    "symptom": mark("symptom"),
    "transport": mark("transport or appointment"),
    "vital_signs": mark("vital signs"),
}
