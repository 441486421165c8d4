"""What groups beyond the first rounds have: each combination of settings and kinds of members once.

The table of groups shows situations; this shows everything else that settings allow. Of the product
of all that may matter each group takes one, no two the same: who views × who joins × outsiders
allowed goes round every 48 groups, the rest is shuffled beside it, so that nothing goes with
anything else. Values: discovery document groupssettings v1; ``ALL_OWNERS_CAN_VIEW`` of GAM; one
that nobody documents. Refuses what Google refuses: posting by nobody in a group that is not
archive-only (discovery document).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import product

from groupaudit.emulator.hospital.archetypes import Archetype, Crew
from groupaudit.emulator.hospital.draw import dice

VIEWS = (
    "ANYONE_CAN_VIEW",
    "ALL_IN_DOMAIN_CAN_VIEW",
    "ALL_MEMBERS_CAN_VIEW",
    "ALL_MANAGERS_CAN_VIEW",
    "ALL_OWNERS_CAN_VIEW",
    "SELECTED_ROLES_CAN_VIEW",  # of no document
)
JOINS = ("ANYONE_CAN_JOIN", "ALL_IN_DOMAIN_CAN_JOIN", "CAN_REQUEST_TO_JOIN", "INVITED_CAN_JOIN")
EXTERNAL = (False, True)

#: Settings beside these three, with their values.
BESIDE: dict[str, tuple[str, ...]] = {
    "whoCanViewMembership": VIEWS[1:5],
    "whoCanDiscoverGroup": (
        "ANYONE_CAN_DISCOVER",
        "ALL_IN_DOMAIN_CAN_DISCOVER",
        "ALL_MEMBERS_CAN_DISCOVER",
    ),
    "whoCanPostMessage": (
        "ANYONE_CAN_POST",
        "ALL_IN_DOMAIN_CAN_POST",
        "ALL_MEMBERS_CAN_POST",
        "ALL_MANAGERS_CAN_POST",
        "ALL_OWNERS_CAN_POST",
        "NONE_CAN_POST",
    ),
    "isArchived": ("true", "false"),
}

#: Who the members are. Outsiders are there whether they are allowed or not; nested groups are of
#: the first round: one that the organisation may join without approval, one that anyone may.
CREWS = (
    Crew(owners=2, staff=5),
    Crew(owners=0, staff=0),
    Crew(staff=3, all_users=True),
    Crew(staff=4, partners=2),
    Crew(staff=4, partners=2, silent=2),
    Crew(owners=0, managers=1, staff=3, consumer=2, silent=1),
    Crew(owners=0, staff=3, suspended=2, suspended_owners=1),
    Crew(staff=2, nested=(("transmissions-pediatrie", "MEMBER"), ("bloc-programme", "MEMBER"))),
    Crew(staff=2, nested=(("service-social", "MANAGER"), ("cellule-crise", "MEMBER"))),
    Crew(staff=2, nested=(("transports-sanitaires", "OWNER"), ("pharmacie-ruptures", "MEMBER"))),
    Crew(staff=3, foreign_group=True),
    Crew(staff=3, consumer_group="soins-nuit-valmoree"),
)

_LEADING = tuple(product(VIEWS, JOINS, EXTERNAL))
_EVERY = tuple(product(CREWS, product(*BESIDE.values())))
_REST = tuple(dice("combinations").sample(_EVERY, len(_EVERY)))

#: So many groups differ from each other in what they draw; more than a tenant has.
DIFFERENT = len(_LEADING) * len(_REST)


@lru_cache(maxsize=1024)  # so that one group's row is one object
def combined(row: Archetype, number: int) -> Archetype:
    """``row`` with combination ``number`` (from 0) in place of its own settings and members."""
    view, join, external = _LEADING[number % len(_LEADING)]
    # Each turn through the rest starts one later, so that it meets every leading triple.
    crew, beside = _REST[(number + number // len(_REST)) % len(_REST)]
    chosen = dict(zip(BESIDE, beside, strict=True))
    chosen["archiveOnly"] = "true" if chosen["whoCanPostMessage"] == "NONE_CAN_POST" else "false"
    openable = view in VIEWS[:2] or join in JOINS[:2]
    return replace(
        row,
        view=view,
        join=join,
        external=external,
        crew=crew,
        opened_days=row.opened_days if openable else None,
        overrides=row.overrides | chosen,
    )
