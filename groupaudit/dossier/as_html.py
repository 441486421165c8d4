"""A breach file as one HTML page: no script, no request, every text escaped."""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from groupaudit.dossier.layout import Dossier, alike, marked
from groupaudit.reporter.as_html import policy


def as_html(file: Dossier) -> bytes:
    """``file`` as a self-contained page in UTF-8."""
    style = _asset("dossier.css")
    page = _template().render(
        file=file,
        policy=policy(style),
        style=Markup(style),  # noqa: S704 - our own file
        alike=alike,
        marked=marked,
    )
    return page.encode("utf-8", "replace")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_asset("dossier.html.jinja"))


def _asset(name: str) -> str:
    return (resources.files("groupaudit.dossier") / name).read_text(encoding="utf-8")
