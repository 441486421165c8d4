"""Where in a document something was tagged: offsets only, never the text itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one passage: offsets into its text."""

    passage: int
    start: int
    end: int
