"""Text on its way out of the process: nothing that a name holds can steer a terminal or a log.

Groups, files and messages are named by strangers. What cannot be seen (control and direction marks,
lone surrogates) is written as an escape; what can is left alone. It knows nothing of commands.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

#: Not "printable" for Python, and harmless: the spaces of French typography, and line ends.
_PLAIN = "\n\u00a0\u202f"


def visible(text: str) -> str:
    """``text`` with an escape for everything that cannot be seen, line ends apart."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in _PLAIN
        else character.encode("unicode_escape").decode()
        for character in text
    )


def json_line(value: object) -> str:
    """``value`` as JSON on one line: as it reads if all of it can be seen, else in ASCII."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


class PlainLines(logging.Formatter):
    """A message with the program's name before it; further lines are indented."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's message."""
        return "groupaudit: " + visible(record.getMessage()).replace("\n", "\n  ")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's time (RFC 3339 UTC), level, logger, message, and numbers if it has any."""
        moment = datetime.fromtimestamp(record.created, UTC)
        return json_line(
            {
                "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "level": record.levelname.lower(),
                "logger": record.name,
                "message": record.getMessage(),
                **getattr(record, "numbers", {}),
            }
        )
