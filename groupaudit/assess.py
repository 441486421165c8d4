"""From who can read a group and what it holds to how grave that is and what to do about it.

Pure: values in, values out. It never looks at text, never talks to Google and never guesses: where
an axis is unknown it answers ``unknown`` unless every possible answer would be the same or slight.
The matrix itself is data (``model.severity``, explained in ``docs/severity.md``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote

from groupaudit.model.coverage import coverage
from groupaudit.model.finding import GRAVITY, Verdict
from groupaudit.model.group import BREADTH, Audience, Exposure, Group, GroupKind
from groupaudit.model.report import (
    Advice,
    Assessment,
    Health,
    PostsCoverage,
    PostsStatus,
    Report,
    Severity,
    Unassessed,
)
from groupaudit.model.severity import FINDINGS, MATRIX, WORST_FIRST

_RANK = {severity: place for place, severity in enumerate(WORST_FIRST)}
_OPEN = frozenset({Audience.ANYONE_ON_WEB, Audience.ANYONE_WHO_JOINS})
_BEYOND_MEMBERS = _OPEN | {Audience.EXTERNAL_MEMBERS, Audience.WHOLE_ORGANISATION}
_AUDIENCES = tuple(audience for audience in Audience if audience is not Audience.UNKNOWN)

#: Page of the Admin console that holds the switches of Groups for Business (application number as
#: seen in public console automation; Google documents the menu path, not the address).
CONSOLE_URL = "https://admin.google.com/ac/managedsettings/864450622151"

#: The organisation's switch and its closed position, worded as in the Admin console
#: (support.google.com/a/answer/167097).
_ORG_SWITCH = ("Accessing groups from outside this organization", "Private")


def severity(readership: Audience, verdict: Verdict | None, posts_status: PostsStatus) -> Severity:
    """How grave it is that ``readership`` can read posts judged ``verdict`` (``None``: not judged).

    An unknown axis stands for every value it may have. If all of them agree, that is the answer; if
    the worst of them is slight because of a known, narrow readership, the answer is ``none``; else
    it is ``unknown``. Posts that were read only in part can prove harm but not harmlessness: where
    more than members may read, ``none`` then becomes ``unknown``; any other answer is "at least".
    """
    possible = _possible(readership, verdict)
    worst = min(possible, key=_RANK.__getitem__)
    if len(possible) > 1:
        narrow = readership is not Audience.UNKNOWN and worst is Severity.LOW
        return Severity.NONE if narrow else Severity.UNKNOWN
    wide = readership in _BEYOND_MEMBERS or readership is Audience.UNKNOWN
    if worst is Severity.NONE and wide and posts_status is PostsStatus.PARTLY_READ:
        return Severity.UNKNOWN
    return worst


def _possible(readership: Audience, verdict: Verdict | None) -> set[Severity]:
    audiences = _AUDIENCES if readership is Audience.UNKNOWN else (readership,)
    verdicts = tuple(Verdict) if verdict is None else (verdict,)
    return {MATRIX[audience, content] for audience in audiences for content in verdicts}


def assess(
    group: Group,
    exposure: Exposure | None,
    unassessed: Unassessed | None,
    posts: PostsCoverage,
    health: Health | None,
) -> Assessment:
    """Everything the audit can say of ``group``, with its severity and what to do.

    Raises ``ValueError`` unless exactly one of ``exposure`` and ``unassessed`` is given: that is a
    mistake of the caller, not of the data.
    """
    if (exposure is None) == (unassessed is None):
        raise ValueError("a group has either an exposure or the reason why it has none")
    judged = Assessment(
        group=group,
        exposure=exposure,
        unassessed=unassessed,
        posts=posts,
        health=health,
        severity=_at_least(exposure, health.verdict if health else None, posts.status),
    )
    return replace(judged, advice=advice(judged))


def _at_least(exposure: Exposure | None, verdict: Verdict | None, status: PostsStatus) -> Severity:
    """Severity for the readership, or for what is proven of one that may be wider still."""
    told = severity(exposure.readership if exposure else Audience.UNKNOWN, verdict, status)
    if told is not Severity.UNKNOWN or exposure is None:
        return told
    proven = (severity(audience, verdict, status) for audience in exposure.audiences)
    findings = [each for each in proven if each in FINDINGS]
    return min(findings, key=_RANK.__getitem__, default=told)


def worst_first(assessments: Iterable[Assessment]) -> tuple[Assessment, ...]:
    """``assessments`` from the gravest to the most harmless; ties by breadth, content, persons."""
    return tuple(sorted(assessments, key=_gravity))


def _gravity(assessment: Assessment) -> tuple[int, int, int, int, int, str]:
    health = assessment.health
    readership = assessment.exposure.readership if assessment.exposure else Audience.UNKNOWN
    return (
        _RANK[assessment.severity],
        BREADTH[readership],
        GRAVITY[health.verdict] if health else len(GRAVITY),
        -health.persons.low if health else 0,
        -health.posts_identifiable_health if health else 0,
        assessment.group.email,
    )


def fails_on(report: Report, level: Severity) -> bool:
    """Whether ``report`` holds a finding at or above ``level``.

    ``unknown`` is never a finding: it is a gap of the coverage. Raises ``ValueError`` for a level
    that is no finding (see ``model.severity.FINDINGS``).
    """
    if level not in FINDINGS:
        raise ValueError(f"no such level: {level.value}")
    grave = frozenset(FINDINGS[: FINDINGS.index(level) + 1])
    return any(assessment.severity in grave for assessment in report.groups)


def exit_code(report: Report, level: Severity) -> int:
    """The contract's exit code of an audit that ran to its end: 0, 4, 5 or 6."""
    found = fails_on(report, level)
    if coverage(report).everything_assessed:
        return 5 if found else 0
    return 6 if found else 4


def advice(assessment: Assessment) -> tuple[Advice, ...]:
    """What to do about ``assessment``, most urgent first; empty when there is nothing to do.

    ``Advice.action`` is an English sentence without variable parts: reports use it as the key of
    its translation.
    """
    exposure = assessment.exposure
    if exposure is None:
        return tuple(_to_be_assessed(assessment))
    steps = [*_urgent(assessment, exposure.readership)]
    if assessment.severity is not Severity.NONE:
        steps += _closing(assessment.group, exposure)
    if exposure.latent in _OPEN:
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
    if readership in _OPEN | {Audience.EXTERNAL_MEMBERS}:
        yield Advice(
            "Inform the data-protection officer now: a breach is notified to the authority within"
            " 72 hours of its discovery (GDPR art. 33)."
        )
    else:
        yield Advice(
            "Inform the data-protection officer: more staff can read this than care for it."
        )


def _closing(group: Group, exposure: Exposure) -> Iterator[Advice]:
    """The settings that hold the group open, each with the value that closes it."""
    if group.kind is GroupKind.CONSUMER:
        yield from _closing_consumer(group, exposure.readership)
        return
    settings = dict(exposure.settings)
    audiences = frozenset({exposure.readership, *exposure.audiences})
    if audiences & (_OPEN | {Audience.WHOLE_ORGANISATION}):
        yield from _closing_switches(group, settings, audiences)
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
    if audiences & _OPEN:
        yield Advice(
            "Close all groups of the organisation to the outside, if none has to be public.",
            *_ORG_SWITCH,
            CONSOLE_URL,
        )
    else:
        yield Advice(
            "If “all users of the organisation” is a member of the group, remove it.",
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
    if readership in _OPEN:
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
