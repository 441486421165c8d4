"""What to do about a group, most urgent first: settings to close, people to inform, gaps to fill.

Pure: values in, values out. Every action is an English sentence without variable parts, which
reports use as the key of its translation. It judges nothing: how grave a group is, ``assess`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from groupaudit.model.finding import Verdict
from groupaudit.model.group import STRANGERS, Audience, Exposure, Group, GroupKind
from groupaudit.model.report import Advice, Assessment, PostsStatus, Severity

#: What is said of the data-protection officer; pointless in a file that is the officer's own.
INFORM_NOW = Advice(
    "Inform the data-protection officer now: a breach is notified to the authority within"
    " 72 hours of its discovery (GDPR art. 33)."
)
INFORM = Advice("Inform the data-protection officer: more staff can read this than care for it.")

#: Page of the Admin console that holds the switches of Groups for Business (application number as
#: seen in public console automation; Google documents the menu path, not the address).
CONSOLE_URL = "https://admin.google.com/ac/managedsettings/864450622151"

#: The organisation's switch and its closed position, worded as in the Admin console, and the way to
#: it through the menus (support.google.com/a/answer/167097): should the address change, that holds.
_ORG_SWITCH = ("Accessing groups from outside this organization", "Private")


def advice(assessment: Assessment) -> tuple[Advice, ...]:
    """What to do about ``assessment``, most urgent first; empty when there is nothing to do."""
    exposure = assessment.exposure
    if exposure is None:
        return tuple(_to_be_assessed(assessment))
    steps = [*_urgent(assessment, exposure.readership)]
    if assessment.severity is not Severity.NONE:
        steps += _closing(assessment.group, exposure)
    if exposure.latent in STRANGERS:
        steps.append(_latent(assessment.group))
    steps += _upkeep(assessment, exposure)
    return tuple(steps)


def _urgent(assessment: Assessment, readership: Audience) -> Iterator[Advice]:
    """What cannot wait: patients' data readable by strangers is a breach (GDPR art. 33)."""
    grave = assessment.severity in {Severity.CRITICAL, Severity.HIGH}
    if not grave or assessment.health is None:
        return
    if assessment.health.verdict is not Verdict.IDENTIFIABLE_HEALTH:
        return
    if readership in STRANGERS | {Audience.EXTERNAL_MEMBERS}:
        yield INFORM_NOW
    else:
        yield INFORM


def _closing(group: Group, exposure: Exposure) -> Iterator[Advice]:
    """The settings that hold the group open, each with the value that closes it."""
    if group.kind is GroupKind.CONSUMER:
        yield from _closing_consumer(group, exposure.readership)
        return
    settings = dict(exposure.settings)
    audiences = frozenset({exposure.readership, *exposure.audiences})
    if audiences & (STRANGERS | {Audience.WHOLE_ORGANISATION}):
        yield from _closing_switches(group, settings, audiences)
        yield from _closing_to_all_users(group, exposure, audiences)
    if audiences & {Audience.ANYONE_WHO_JOINS, Audience.EXTERNAL_MEMBERS}:
        yield from _closing_to_outsiders(group, settings, audiences)
    if audiences == {Audience.MEMBERS}:
        yield Advice(
            "Check that every member still needs to read this group.", url=members_url(group)
        )


def _closing_switches(
    group: Group, settings: dict[str, str], audiences: frozenset[Audience]
) -> Iterator[Advice]:
    url = settings_url(group)
    # A setting that is not known is advised too: setting it to the closed value does no harm.
    if settings.get("whoCanViewGroup") in {None, "ANYONE_CAN_VIEW", "ALL_IN_DOMAIN_CAN_VIEW"}:
        yield Advice(
            "Let only members read the conversations.",
            "whoCanViewGroup",
            "ALL_MEMBERS_CAN_VIEW",
            url,
        )
    if settings.get("whoCanJoin") in {None, "ANYONE_CAN_JOIN", "ALL_IN_DOMAIN_CAN_JOIN"}:
        yield Advice("Let people join by invitation only.", "whoCanJoin", "INVITED_CAN_JOIN", url)
    if audiences & STRANGERS:
        yield Advice(
            "Close all groups of the organisation to the outside, if none has to be public (Admin"
            " console, “Apps > Google Workspace > Groups for Business > Sharing settings”).",
            *_ORG_SWITCH,
            CONSOLE_URL,
        )


def _closing_to_all_users(
    group: Group, exposure: Exposure, audiences: frozenset[Audience]
) -> Iterator[Advice]:
    """What closes a group whose member "all users" may be; nothing where it is known not to be."""
    if exposure.all_users:
        yield Advice(
            "Remove “all users of the organisation” from the members: while it is one, everybody"
            " inside reads what members read.",
            url=members_url(group),
        )
    elif exposure.all_users is None and not audiences & STRANGERS:
        yield Advice(
            "If “all users of the organisation” is a member of the group, remove it: the audit"
            " could not see all members.",
            url=members_url(group),
        )


def _closing_to_outsiders(
    group: Group, settings: dict[str, str], audiences: frozenset[Audience]
) -> Iterator[Advice]:
    if settings.get("allowExternalMembers") != "false":
        yield Advice(
            "Refuse members from outside the organisation.",
            "allowExternalMembers",
            "false",
            settings_url(group),
        )
    if Audience.EXTERNAL_MEMBERS in audiences:
        yield Advice(
            "Remove the outside members who must not read this group; refusing new ones does not"
            " remove them.",
            url=members_url(group),
        )


def _closing_consumer(group: Group, readership: Audience) -> Iterator[Advice]:
    if readership in STRANGERS:
        yield Advice(
            "Let only members read the conversations of this group outside the Workspace.",
            "Who can view conversations",
            "Group members",
            settings_url(group),
        )
    yield Advice(
        "Move this group into the organisation's Workspace, keep what must be kept, then"
        " delete it.",
        url=settings_url(group),
    )


def _latent(group: Group) -> Advice:
    return Advice(
        "Close this group before anyone opens the organisation's groups to the outside: it would"
        " become public at once.",
        "whoCanViewGroup",
        "ALL_MEMBERS_CAN_VIEW",
        settings_url(group),
    )


def _upkeep(assessment: Assessment, exposure: Exposure) -> Iterator[Advice]:
    """Gaps to fill before the next audit."""
    if assessment.posts.status in {PostsStatus.UNREAD, PostsStatus.PARTLY_READ}:
        yield Advice("Give the audit a route to the posts it could not read, and run it again.")
    elif assessment.severity is Severity.UNKNOWN and exposure.readership is not Audience.UNKNOWN:
        yield Advice("Configure a source of posts to learn what this group holds.")
    if exposure.readership is Audience.UNKNOWN:
        yield Advice(
            "Check by hand who can read this group: its settings do not tell.",
            url=settings_url(assessment.group),
        )
    listed = exposure.members_total is not None  # else nobody knows who owns it
    if listed and not exposure.owners and assessment.severity is not Severity.NONE:
        yield Advice("Name an owner for this group.", url=members_url(assessment.group))


def _to_be_assessed(assessment: Assessment) -> Iterator[Advice]:
    reason = assessment.unassessed.reason if assessment.unassessed else ""
    if reason == "access-denied":
        yield Advice("Grant the audit's account the right to read this group, and run it again.")
    elif reason == "not-found":
        yield Advice("Check that this group was deleted on purpose; it vanished during the audit.")
    elif reason == "quota-exhausted":
        yield Advice(
            "Run the audit again tomorrow: it goes on where Google's daily quota stopped it."
        )
    else:
        yield Advice("Run the audit again; if this group fails again, see the reason beside it.")


def settings_url(group: Group) -> str:
    """Where the group's settings are changed in Google Groups."""
    return f"{_group_url(group)}/settings"


def members_url(group: Group) -> str:
    """Where the group's members are changed in Google Groups."""
    return f"{_group_url(group)}/members"


def _group_url(group: Group) -> str:
    # Addresses of google-apis.md §4e: consumer groups have no domain in theirs. Quoted, because a
    # group's address is input like any other.
    name, _, domain = group.email.partition("@")
    path = f"g/{quote(name, safe='')}"
    if group.kind is GroupKind.CONSUMER or not domain:
        return f"https://groups.google.com/{path}"
    return f"https://groups.google.com/a/{quote(domain, safe='')}/{path}"
