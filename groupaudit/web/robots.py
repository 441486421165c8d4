"""What robots.txt lets us fetch (RFC 9309). What cannot be read forbids everything.

A file that does not exist forbids nothing (section 2.3.1.3); one that the server fails to give, or
that is a page for people, stands for a complete "no" (section 2.3.1.4).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from protego import Protego

#: The name by which rules address us (RFC 9309, section 2.2.1: letters, "_" and "-").
PRODUCT = "groupaudit"

#: A longer pause between requests than this is not waited for: seconds.
LONGEST_DELAY_S = 60.0

#: Bytes that are read; RFC 9309, section 2.5 asks for 500 KiB at least.
MOST_BYTES = 512 * 1024

logging.getLogger("protego").setLevel(logging.CRITICAL)  # it quotes lines that it does not know


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site for us."""

    _rules: Protego | None = field(repr=False)

    @classmethod
    def of(cls, status: int, text: str) -> Robots:
        """The rules in an answer to ``/robots.txt`` with that HTTP ``status``."""
        if 400 <= status < 500:
            return cls(Protego.parse(""))
        if status != 200 or len(text) > MOST_BYTES or text.lstrip()[:1] == "<":
            return cls(None)
        return cls(Protego.parse(text))

    @property
    def readable(self) -> bool:
        """Whether there are rules to go by; without, nothing may be fetched."""
        return self._rules is not None

    def allow(self, url: str) -> bool:
        """Whether we may fetch ``url``."""
        return self._rules is not None and self._rules.can_fetch(url, PRODUCT)

    @property
    def delay_s(self) -> float:
        """The pause that the site asks for between requests, in seconds; 0 when it asks none."""
        asked = self._rules.crawl_delay(PRODUCT) if self._rules is not None else None
        return min(max(asked or 0.0, 0.0), LONGEST_DELAY_S)
