"""``report.html``: one self-contained file to work through, on a screen, a phone or paper.

It asks nothing of any server (a Content-Security-Policy forbids it) and runs only its own script,
named by its hash. The list of groups travels as data and is put on the page as text, never as
markup, a page at a time: 50,000 groups stay usable and no group's name can become code. Drawings
are made here, of numbers and dates alone. Where no script runs, the worst groups stand as plain
HTML.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from groupaudit.model.coverage import coverage
from groupaudit.model.group import Audience
from groupaudit.model.report import Report
from groupaudit.model.severity import MATRIX, WORST_FIRST
from groupaudit.reporter import labels
from groupaudit.reporter.files import write_whole
from groupaudit.reporter.headline import headline
from groupaudit.reporter.language import Language, language, mark
from groupaudit.reporter.phrases import Phrases, one_line
from groupaudit.reporter.rows import UNREAD, Row, Strings, content_key, readership_key, row
from groupaudit.reporter.rulebooks import rulebooks
from groupaudit.reporter.sections import organisations, sections

if TYPE_CHECKING:
    from jinja2 import Template

    from groupaudit.reporter.trend import Told

#: Changes, notes and reasons shown; the rest is counted (report.json holds all).
LISTED = 200

#: Groups written out for a reader whose browser runs no script; report.csv holds all.
WRITTEN_OUT = 500

#: What a group's page begins with: the message, and the key of its value in a row.
FACTS = (
    (mark("Description"), "d"),
    (mark("Since when"), "t"),
    (mark("Opened by"), "b"),
    (mark("Evidence"), "x"),
    (mark("Certainty"), "y"),
    (mark("If the organisation's switch is opened"), "l"),
    (mark("People"), "p"),
    (mark("Found in"), "cv"),
    (mark("Share of the posts"), "q"),
    (mark("Kinds of data (posts)"), "g"),
    (mark("Owner"), "o"),
    (mark("Members"), "m"),
    (mark("Coverage"), "v"),
    (mark("Not assessed because"), "f"),
    (mark("Source of the posts"), "u"),
)


class HtmlReporter:
    """Writes ``report.html``."""

    format = "html"

    def __init__(self, code: str) -> None:
        self._phrases = Phrases(language(code))

    def render(self, report: Report, folder: Path) -> tuple[Path, ...]:
        """Write ``report.html`` into ``folder``, whole or not at all.

        Raises GroupAuditError when the disk refuses.
        """
        page = _template(self._phrases.language.code).generate(**self._values(report))
        return (write_whole(folder / "report.html", page),)

    def _values(self, report: Report) -> dict[str, Any]:
        phrases = self._phrases
        style, script = _asset("report.css"), _asset("report.js")
        strings = Strings()
        rows = _rows(report, phrases, strings)
        written_out = list(islice(rows, WRITTEN_OUT))
        return {
            "lang": phrases.language.code,
            "policy": policy(style, script),
            "style": Markup(style),  # noqa: S704 - our own file
            "script": Markup(script),  # noqa: S704 - our own file
            "report": report,
            "rulebooks": rulebooks(report, phrases),
            "headline": headline(report, phrases),
            "coverage": coverage(report),
            "matrix": matrix(report),
            "sections": sections(report, phrases),
            "severities": Counter(item.severity.value for item in report.groups),
            "order": [severity.value for severity in WORST_FIRST],
            "labels": labels,
            "label": phrases.label,
            "reason": phrases.reason,
            "capital": phrases.capital,
            "note_of": phrases.note,
            "one_line": one_line,
            "listed": LISTED,
            "number": phrases.language.number,
            "pair": phrases.language.pair,
            "day": phrases.language.day,
            "moment": phrases.language.moment,
            "trend": _trend(report, phrases),
            "groups": _data(chain(written_out, rows)),
            "strings": strings,
            "written_out": written_out,
            "shown": list(strings),  # as far as they are written out
            "words": _words(phrases),
            "as_data": as_data,
        }


def _trend(report: Report, phrases: Phrases) -> Told | None:
    """The trend; None where no history was asked."""
    if not report.trend:
        return None
    # Imported here: it draws with a library that nothing else needs.
    from groupaudit.reporter.trend import told  # noqa: PLC0415

    return told(report.trend, phrases)


def policy(style: str, script: str = "") -> str:
    """A Content-Security-Policy that lets nothing in but this style and this script, if any."""
    scripts = f"; script-src '{_digest(script)}'" if script else ""
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none';"
        f" style-src '{_digest(style)}'{scripts}"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def as_data(value: object) -> Markup:
    """``value`` as JSON that nothing can end early inside a ``<script>`` element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - escaped above


def _rows(report: Report, phrases: Phrases, strings: Strings) -> Iterator[Row]:
    """The groups as rows, worst first, one at a time."""
    names, ended = organisations(report), report.run.ended
    for item in report.groups:
        yield row(item, phrases, strings, ended, names.get(item.tenant, ""))


def _data(rows: Iterable[Row]) -> Iterator[Markup]:
    """The rows as the inside of a JSON array, one at a time."""
    separator = Markup("\n")
    for item in rows:
        yield separator + as_data(item)
        separator = Markup(",\n")


def matrix(report: Report) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """How many groups stand in each cell of readership × content, and the cell's severity.

    Rows are audiences, widest first; a cell is (content, groups, severity). Unread posts and
    unknown readers are cells like others. A cell's severity is that of its worst group, an empty
    one's that of the rules.
    """
    counts = Counter((readership_key(item), content_key(item)) for item in report.groups)
    severities = {
        (audience.value, verdict.value): severity.value
        for (audience, verdict), severity in MATRIX.items()
    }
    for item in reversed(report.groups):  # worst last, so that it stays
        severities[readership_key(item), content_key(item)] = item.severity.value
    columns = [*(key for key in labels.CONTENT if key != UNREAD), UNREAD]
    return [
        (
            audience.value,
            [
                (
                    content,
                    counts[audience.value, content],
                    severities.get((audience.value, content), "unknown"),
                )
                for content in columns
            ],
        )
        for audience in Audience
    ]


def _words(phrases: Phrases) -> dict[str, Any]:
    """The words that the script needs."""
    told = phrases.language.text
    tables = {
        "severity": labels.SEVERITY,
        "readership": labels.READERSHIP,
        "content": labels.CONTENT,
    }
    return {
        name: {value: told(words) for value, words in table.items()}
        for name, table in tables.items()
    } | {
        "locale": phrases.language.code,
        "facts": [[told(message), key] for message, key in FACTS],
        "bar": [[kind, told(message)] for kind, message in labels.BAR.items()],
        # By the plural category of CLDR that the browser finds for the number.
        "shown": {
            "one": _form(told("%(all)s group")),
            "other": _form(told("%(from)s–%(to)s of %(all)s groups")),
        },
        "nothing": told("No group matches."),
        "exposure": told("The exposure over time"),
        "timeline": told("What the audit log tells"),
        "weaknesses": told("Other weaknesses"),
        "reasons": told("Why these people can read it"),
        "todo": told("What to do"),
        "samples": told("Masked evidence"),
        "open": told("Open the page in Google"),
    }


def _form(message: str) -> str:
    """``message`` with its places as the script fills them."""
    return message.replace("%(", "{").replace(")s", "}")


@cache
def _asset(name: str) -> str:
    return (resources.files("groupaudit.reporter") / "web" / name).read_text(encoding="utf-8")


@cache
def _template(code: str) -> Template:
    # Imported here: it takes time that `groupaudit --help` need not spend.
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    _install(environment, language(code))
    return environment.from_string(_asset("report.html.jinja"))


def _install(environment: Any, spoken: Language) -> None:
    environment.install_gettext_translations(spoken.messages, newstyle=True)
