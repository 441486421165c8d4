"""Whether the organisation meets the published rules on groups of CISA and CIS. Pure.

Rules: CISA's Secure Configuration Baseline for Groups (GWS.GROUPS 1.1 to 4.1, as ScubaGoggles
checks them) and CIS Google Workspace Foundations 3.1.6.1 to 3.1.6.3 and 3.1.8.1. They are about the
organisation's switches; how many existing groups go against a rule's aim is counted beside, because
the switches say nothing of those. Refuses to call a rule met when a switch could not be read, has a
value that is not known here, or when Google's own pages disagree on its default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from groupaudit.model.compliance import Observed, RuleResult, RuleStatus
from groupaudit.model.group import GroupKind, OrgPolicy, UnitPolicy
from groupaudit.model.report import Assessment

#: Why a rule stands as it does: keys of the reports' translation.
REASONS: dict[str, str] = {
    "unread": "The organisation's policies could not be read.",
    "unknown-value": "A policy has a value that is not known here.",
    "default-disputed": "Nobody has set it, and Google's pages disagree on what holds then.",
    "not-told": (
        "Google's API does not tell the state of this service. Look in the Admin console under"
        " Apps > Additional Google services > Google Groups."
    ),
    "base-unknown": "Which organisational unit's settings the others inherit could not be told.",
    "service-off": "Google Groups is switched off for users.",
    "stricter": "The setting is stricter than the rule asks for, which the rule's check fails too.",
}


@dataclass(frozen=True, slots=True)
class _Switch:
    """A switch of the policy ``groups_for_business.groups_sharing`` as a rule wants it.

    Values and defaults: Google's policy page, as quoted in ScubaGoggles. ``default`` None: it is
    not known what holds where nobody has set it, for the reason ``unset``. ``stricter`` values do
    no harm and still fail the rule.
    """

    name: str
    wanted: str
    others: frozenset[str]
    default: str | None
    stricter: frozenset[str] = frozenset()
    unset: str = "default-disputed"


@dataclass(frozen=True, slots=True)
class _OfGroups:
    """The setting by which an existing group goes against a rule's aim, and the values that do."""

    setting: str
    against: frozenset[str]
    fine: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule. ``when_served``: it binds only units whose service is switched on."""

    id: str
    switches: tuple[_Switch, ...]
    groups: _OfGroups | None = None
    when_served: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words("true")
_OUTSIDE = _Switch(
    "collaborationCapability",
    "DOMAIN_USERS_ONLY",
    _words("ANYONE_CAN_ACCESS"),
    default="DOMAIN_USERS_ONLY",
)
_OUTSIDERS = _Switch("ownersCanAllowExternalMembers", "false", _YES, default="false")
_INCOMING = _Switch("ownersCanAllowIncomingMailFromPublic", "false", _YES, default=None)
_CREATION = _Switch(
    "createGroupsAccessLevel",
    "ADMIN_ONLY",
    _words("USERS_IN_DOMAIN ANYONE_CAN_CREATE"),
    default="USERS_IN_DOMAIN",
)
_VIEWING = _Switch(
    "viewTopicsDefaultAccessLevel",
    "GROUP_MEMBERS",
    _words("DOMAIN_USERS ANYONE_CAN_VIEW_TOPICS"),
    default="DOMAIN_USERS",
    stricter=_words("OWNERS MANAGERS"),
)
_HIDING = (
    _Switch("ownersCanHideGroups", "false", _YES, default="false"),
    _Switch("newGroupsAreHidden", "false", _YES, default="false"),
)
# The service's state as Prowler reads it. CIS says it is on by default, but whether Google's API
# says so where nobody has set it is not documented.
_EXTERNAL_GROUPS = _Switch(
    "groups.serviceState", "DISABLED", _words("ENABLED"), default=None, unset="not-told"
)

_NARROW_VIEWS = _words("ALL_MEMBERS_CAN_VIEW ALL_MANAGERS_CAN_VIEW ALL_OWNERS_CAN_VIEW")
_PUBLIC = _OfGroups(
    "whoCanViewGroup", _words("ANYONE_CAN_VIEW"), _NARROW_VIEWS | _words("ALL_IN_DOMAIN_CAN_VIEW")
)
_WIDE = _OfGroups(
    "whoCanViewGroup", _words("ANYONE_CAN_VIEW ALL_IN_DOMAIN_CAN_VIEW"), _NARROW_VIEWS
)
_LETS_OUTSIDERS_IN = _OfGroups("allowExternalMembers", _YES, _words("false"))
_TAKES_MAIL = _OfGroups(
    "whoCanPostMessage",
    _words("ANYONE_CAN_POST"),
    _words(
        "ALL_IN_DOMAIN_CAN_POST ALL_MEMBERS_CAN_POST ALL_MANAGERS_CAN_POST ALL_OWNERS_CAN_POST"
        " NONE_CAN_POST"
    ),
)
_HIDDEN = _OfGroups(
    "whoCanDiscoverGroup",
    _words("ALL_MEMBERS_CAN_DISCOVER"),
    _words("ANYONE_CAN_DISCOVER ALL_IN_DOMAIN_CAN_DISCOVER"),
)

_RULES = (
    _Rule("GWS.GROUPS.1.1v1", (_OUTSIDE,), _PUBLIC, when_served=True),
    _Rule("GWS.GROUPS.1.2v1", (_OUTSIDERS,), _LETS_OUTSIDERS_IN, when_served=True),
    _Rule("GWS.GROUPS.1.3v1", (_INCOMING,), _TAKES_MAIL, when_served=True),
    _Rule("GWS.GROUPS.2.1v1", (_CREATION,), when_served=True),
    _Rule("GWS.GROUPS.3.1v1", (_VIEWING,), _WIDE, when_served=True),
    _Rule("GWS.GROUPS.4.1v1", _HIDING, _HIDDEN, when_served=True),
    _Rule("CIS 3.1.6.1", (_OUTSIDE,), _PUBLIC),
    _Rule("CIS 3.1.6.2", (_CREATION, _OUTSIDERS, _INCOMING)),
    _Rule("CIS 3.1.6.3", (_VIEWING,), _WIDE),
    _Rule("CIS 3.1.8.1", (_EXTERNAL_GROUPS,)),
)

_STATUS = "serviceState"


def compliance(policy: OrgPolicy, groups: Iterable[Assessment]) -> tuple[RuleResult, ...]:
    """Every rule, in a fixed order, judged by ``policy``; ``groups`` are counted beside."""
    settings = [_settings(item) for item in groups if item.group.kind is GroupKind.WORKSPACE]
    return tuple(_judged(rule, policy, settings) for rule in _RULES)


def _settings(assessment: Assessment) -> Mapping[str, str]:
    return dict(assessment.exposure.settings) if assessment.exposure else {}


def _judged(rule: _Rule, policy: OrgPolicy, groups: list[Mapping[str, str]]) -> RuleResult:
    against, unknown = _counted(rule.groups, groups)
    if policy.units is None:
        return RuleResult(rule.id, RuleStatus.UNKNOWN, (), REASONS["unread"], against, unknown)
    bound = tuple(_bound(rule, policy.units))
    if not bound:
        why = REASONS["service-off"]
        return RuleResult(rule.id, RuleStatus.MET, (), why, against, unknown)
    told = [_told(switch, unit) for unit in bound for switch in rule.switches]
    status, why = _worst([(status, why) for status, why, _ in told])
    observed = tuple(dict.fromkeys(seen for _, _, seen in told if seen is not None))
    return RuleResult(rule.id, status, observed, REASONS[why] if why else "", against, unknown)


@dataclass(frozen=True, slots=True)
class _Effective:
    """What holds in one unit: its own values over the base's. ``sure``: the base is known."""

    values: Mapping[str, str]
    sure: bool


def _bound(rule: _Rule, units: tuple[UnitPolicy, ...]) -> Iterator[_Effective]:
    """The units that ``rule`` binds; one without any value where nobody has set anything."""
    base = next((dict(unit.values) for unit in units if unit.base), None)
    for unit in units or (UnitPolicy(base=True, values=()),):
        found = _Effective({**(base or {}), **dict(unit.values)}, base is not None or not units)
        off = found.values.get(_STATUS.lower(), "").upper() == "DISABLED"
        if not (rule.when_served and off):
            yield found


def _told(switch: _Switch, unit: _Effective) -> tuple[RuleStatus, str, Observed | None]:
    """Whether ``switch`` stands as wanted in ``unit``, why (or ""), and what was seen."""
    value = unit.values.get(switch.name.lower())
    if value is None and not unit.sure:
        return RuleStatus.UNKNOWN, "base-unknown", None
    holds = switch.default if value is None else value
    if holds is None:
        return RuleStatus.UNKNOWN, switch.unset, None
    holds = _spelt(switch, holds)
    seen = Observed(switch.name, holds, default=value is None)
    if holds == switch.wanted:
        return RuleStatus.MET, "", seen
    if holds in switch.stricter | switch.others:
        return RuleStatus.NOT_MET, "stricter" if holds in switch.stricter else "", seen
    return RuleStatus.UNKNOWN, "unknown-value", seen


def _spelt(switch: _Switch, value: str) -> str:
    """``value`` as ``switch`` spells it; booleans arrive as Python or JSON writes them."""
    return value.lower() if switch.wanted == "false" else value.upper()


def _worst(told: list[tuple[RuleStatus, str]]) -> tuple[RuleStatus, str]:
    """Not met if any is, else unknown if any is; of several whys the first plain one."""
    for status in (RuleStatus.NOT_MET, RuleStatus.UNKNOWN):
        whys = [why for each, why in told if each is status]
        if whys:
            return status, min(whys, key=bool)
    return RuleStatus.MET, ""


def _counted(of: _OfGroups | None, groups: list[Mapping[str, str]]) -> tuple[int | None, int]:
    """How many groups go against the aim, and of how many that is not known."""
    if of is None:
        return None, 0
    values = [settings.get(of.setting) for settings in groups]
    against = sum(value in of.against for value in values)
    return against, sum(value not in of.against | of.fine for value in values)
