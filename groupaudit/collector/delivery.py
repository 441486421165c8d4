"""Which outsiders still get a group's posts by mail, through whichever nested groups.

A listing of members does not state delivery, so each edge between a group and a member is asked for
on its own, up to a bound. It refuses to take what was not told for "gets no mail".
"""

from __future__ import annotations

from collections.abc import Callable

#: (group, member) -> whether the member gets that group's posts by mail; None if not told.
Delivery = Callable[[str, str], bool | None]

#: Edges asked for one by one in one group; those beyond count as delivering.
MOST_ASKED = 50


class Mail:
    """How mail to the group ``top`` spreads. ``ask`` None: every edge may deliver."""

    def __init__(self, top: str, ask: Delivery | None) -> None:
        self._top = top
        self._ask = ask
        self._asked = 0
        self._edges: dict[str, dict[str, bool | None]] = {}

    def add(self, group: str, member: str, gets_mail: bool | None) -> None:  # noqa: FBT001 - a fact
        """``member``, a person or a nested group, is a direct member of ``group``."""
        self._edges.setdefault(member, {})[group] = gets_mail

    def reaches(self, member: str) -> bool:
        """Whether mail to the top group may arrive at ``member`` by any way."""
        ways, seen = [member], {member}
        while ways:
            below = ways.pop()
            for group in self._edges.get(below, {}):
                if group not in seen and self._delivers(group, below):
                    if group == self._top:
                        return True
                    seen.add(group)
                    ways.append(group)
        return False

    def _delivers(self, group: str, member: str) -> bool:
        known = self._edges[member][group]
        if known is None and self._ask is not None and self._asked < MOST_ASKED:
            self._asked += 1
            known = self._edges[member][group] = self._ask(group, member)
        return known is not False
