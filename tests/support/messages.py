"""Every message that a report may show, extracted from the sources as ``pybabel`` would."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_file

from groupaudit import compliance
from groupaudit.collector import audit_log, sightings, timeline, weaknesses
from groupaudit.collector.exposure import EFFECTS
from groupaudit.google.scopes import NEEDS
from groupaudit.web import verdict

PACKAGE = Path(__file__).parents[2] / "groupaudit"

#: Functions whose first argument is a message; the two of ``plural`` are one message.
KEYWORDS = {"text": None, "told": None, "mark": None, "plural": (1, 2), "Advice": (1,), "_": None}

Message = str | tuple[str, str]


def messages() -> set[Message]:
    """Message ids: strings, or pairs of singular and plural."""
    found: set[Message] = {
        *EFFECTS.values(),
        *timeline.REASONS.values(),
        *(kind.effect for kind in weaknesses.KINDS.values()),
        *(kind.action for kind in weaknesses.KINDS.values()),
        *sightings.SIGHT_EFFECTS.values(),
        sightings.UNEXPLAINED,
        sightings.NO_LOG,
        *verdict.DETAILS.values(),
        *compliance.REASONS.values(),
        audit_log.LIMITS,
        audit_log.CLOCK,
        *(need.what for need in NEEDS),
        *(need.grant for need in NEEDS),
        *_features(),
        "of the service account",  # google.scopes.delegation
    }
    others = (PACKAGE / "advice.py", PACKAGE / "wiring" / "audits.py")
    rooms = (PACKAGE / "reporter", PACKAGE / "notify", PACKAGE / "dossier")
    for path in (*(path for room in rooms for path in sorted(room.glob("*.py"))), *others):
        found |= _extract("python", path)
    found |= _extract("jinja2", PACKAGE / "reporter" / "web" / "report.html.jinja")
    return found


def _features() -> set[str]:
    """What single uses of an API ask for, where they name it in words of their own."""
    rooms = (PACKAGE / "collector", PACKAGE / "posts")
    sources = (path.read_text(encoding="utf-8") for room in rooms for path in room.glob("*.py"))
    named = re.compile(r'Feature\.of\([^)]*what="([^"]+)"')
    return {what for source in sources for what in named.findall(source)}


def _extract(method: str, path: Path) -> set[Message]:
    plugin = "jinja2.ext:babel_extract" if method == "jinja2" else method
    options = {"encoding": "utf-8"}
    rows = extract_from_file(plugin, path, keywords=KEYWORDS, options=options)
    return {message for _, message, _, _ in rows if message}
