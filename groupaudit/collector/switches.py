"""The organisation's switches for groups, from the policies that the Policy API returned. Pure.

A value that is not known here makes its switch unknown, never closed. It refuses to say which
policies to ask for: ``org_policy`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from groupaudit.collector.parse import Setting, mapping, quoted, text
from groupaudit.model.group import OrgPolicy, UnitPolicy

_SHARING = "groups_for_business.groups_sharing"
_STATUS = "groups_for_business.service_status"
#: The service "Google Groups" for groups outside the organisation: type as read in Prowler.
_EXTERNAL = "groups.service_status"
_OPEN = {"ANYONE_CAN_ACCESS": True, "DOMAIN_USERS_ONLY": False}
_SERVICE = {"ENABLED": True, "DISABLED": False}
#: Fields of the two policies, as ``_plain`` spells them.
_SWITCH_FIELD, _STATE_FIELD = "collaborationcapability", "servicestate"

#: An organisational unit and a group, each perhaps empty.
_Target = tuple[str, str]


def switches(policies: Iterable[Mapping[str, Any]]) -> OrgPolicy:
    """The organisation's switches from every policy that the Policy API returned.

    The API returns what was set, not what holds. For each target (organisational unit, group) the
    fields of its policies are merged, the highest ``sortOrder`` last (as ScubaGoggles does). Which
    unit's value counts for a group is not documented, so the widest of all targets is taken. A
    setting that nobody set has Google's default: closed to the outside.
    """
    policies = tuple(policies)
    sharing = tuple(_merged(policies, _SHARING).values())
    status = tuple(_merged(policies, _STATUS).values())
    switch = [fields[_SWITCH_FIELD] for fields in sharing if _SWITCH_FIELD in fields]
    service = [fields[_STATE_FIELD] for fields in status if _STATE_FIELD in fields]
    is_open = _widest([_OPEN.get(value) for value in switch], default=False)
    return OrgPolicy(
        open_to_internet=is_open,
        service_on=_widest([_SERVICE.get(value) for value in service], default=None),
        verbatim=tuple(
            (str(name), ", ".join(sorted(set(values))))
            for name, values in ((Setting.SERVICE, service), (Setting.SWITCH, switch))
            if values
        ),
        why_unknown="" if is_open is not None else "the policy has a value not known here",
        units=_units(policies),
    )


def _merged(policies: Iterable[Mapping[str, Any]], *kinds: str) -> dict[_Target, dict[str, str]]:
    """For each target, the values of the policies of the ``kinds`` laid over each other."""
    targets: dict[_Target, dict[str, str]] = {}
    wanted = {_plain(kind) for kind in kinds}
    for policy in sorted(policies, key=_precedence):
        setting = mapping(policy.get("setting"))
        kind = _plain(text(setting, "type").removeprefix("settings/"))
        if kind in wanted:
            # Two services have a state: that of external groups keeps its service's name.
            prefix = "groups." if kind == _plain(_EXTERNAL) else ""
            fields = _fields(mapping(setting.get("value"))).items()
            targets.setdefault(_target(policy), {}).update({f"{prefix}{n}": v for n, v in fields})
    return targets


def _units(policies: tuple[Mapping[str, Any], ...]) -> tuple[UnitPolicy, ...]:
    """What each target has set. The highest ``sortOrder`` wins, so the base has the lowest.

    Two units with the lowest leave the base open: then none is marked.
    """
    orders = [(_sort_order(policy), _target(policy)) for policy in policies]
    lowest = min((order for order, _ in orders), default=0.0)
    first = {target for order, target in orders if order == lowest}
    return tuple(
        UnitPolicy(base=first == {target}, values=tuple(sorted(values.items())))
        for target, values in _merged(policies, _SHARING, _STATUS, _EXTERNAL).items()
    )


def _target(policy: Mapping[str, Any]) -> _Target:
    """Unit and group that a policy is for; where neither is told, the query that selects them."""
    query = mapping(policy.get("policyQuery"))
    named = (text(query, "orgUnit"), text(query, "group"))
    return named if any(named) else (text(query, "query"), "")


def _precedence(policy: Mapping[str, Any]) -> tuple[float, bool]:
    """What somebody set comes after Google's own value of the same ``sortOrder``."""
    return (_sort_order(policy), policy.get("type") != "SYSTEM")


def _sort_order(policy: Mapping[str, Any]) -> float:
    order = mapping(policy.get("policyQuery")).get("sortOrder", 0)
    try:
        return float(order)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _fields(value: Mapping[str, Any]) -> dict[str, str]:
    """Fields under their name in one spelling: Google mixes camelCase and snake_case here."""
    return {_plain(name): quoted(item) for name, item in value.items()}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _widest(values: list[bool | None], *, default: bool | None) -> bool | None:
    """True if any is, else None if any is unknown, else False; ``default`` for none at all."""
    if not values:
        return default
    return True if True in values else None if None in values else False
