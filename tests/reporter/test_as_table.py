"""The terminal's summary."""

from __future__ import annotations

import io
from pathlib import Path

import factories as make
import pytest
from rich.console import Console
from typography import plain

from groupaudit import ports
from groupaudit.model.report import Severity
from groupaudit.reporter.as_table import ROWS, TableReporter
from groupaudit.reporter.language import language
from groupaudit.reporter.phrases import Phrases


def _shown(report, code="en") -> str:
    stream = io.StringIO()
    role: ports.Reporter = TableReporter(code, Console(file=stream, width=200, no_color=True))
    assert role.render(report, Path("nowhere")) == ()
    return stream.getvalue()


def test_table_names_findings_and_gaps():
    shown = _shown(make.report())

    assert "bloc@ch-valmoree.example" in shown
    assert "access denied: 1" in shown
    assert "5 of 6 groups assessed" in shown
    assert "cantine@" not in shown


@pytest.mark.parametrize("name", ["[red]x[/red]", "[/]", "\x1b[31mred"])
def test_table_shows_hostile_addresses_as_text(name):
    item = make.assessment(group=make.group(f"{name}@h.example"))
    shown = _shown(make.report(item))

    assert "\x1b" not in shown
    assert name.replace("\x1b", "").strip() in shown


def test_table_says_how_many_are_left_out():
    items = [
        make.assessment(group=make.group(f"g{number}@h.example")) for number in range(ROWS + 3)
    ]

    assert "… 3 more groups are in the report" in _shown(make.report(*items))


def test_table_is_left_out_when_there_is_nothing_to_report():
    shown = _shown(make.report(make.assessment(Severity.NONE, health=None)))

    assert "No group was found" in shown
    assert "Address" not in shown


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("en", "most sensitive: abortion, patient under 18"),
        ("fr", "données les plus sensibles : interruption de grossesse, patient mineur"),
    ],
)
def test_most_sensitive_kinds_stand_beside_the_content(code, told):
    found = make.health(categories=(("abortion", 2), ("diagnosis", 9), ("minor", 1)))
    shown = Phrases(language(code)).content(make.assessment(health=found))

    assert plain(shown).endswith(f"; {told}")


def test_address_is_never_cut_when_the_terminal_is_narrow():
    address = "laboratoire-resultats-urgents@ch-valmoree-sur-loire.example"
    stream = io.StringIO()
    report = make.report(make.assessment(group=make.group(address)))
    TableReporter("fr", Console(file=stream, width=80, no_color=True)).render(report, Path())
    start = stream.getvalue().index("laboratoire")
    shown = "".join(line.strip() for line in stream.getvalue()[start:].splitlines())

    assert "sur-loire.example" in shown
    assert "…" not in shown


def test_address_stands_whole_where_the_log_is_as_wide_as_logs_are():
    address = "laboratoire-resultats@ch-valmoree.example"
    stream = io.StringIO()
    report = make.report(make.assessment(group=make.group(address)))
    TableReporter("fr", Console(file=stream, width=140, no_color=True)).render(report, Path())

    assert address in stream.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 120, 140, 160, 200, 240])
@pytest.mark.parametrize("code", ["en", "fr"])
def test_no_letter_is_cut_whatever_the_width_of_the_terminal(code, width):
    def letters(columns):
        stream = io.StringIO()
        console = Console(file=stream, width=columns, no_color=True)
        TableReporter(code, console).render(make.report(), Path())
        assert max(map(len, stream.getvalue().splitlines())) <= columns
        return sorted("".join(stream.getvalue().split()))

    assert letters(width) == letters(1000)


def test_one_group_and_one_post_are_no_plurals():
    item = make.assessment(posts=make.posts(examined=1, total=1, conversations=1))

    shown = plain(_shown(make.report(item), "fr"))

    assert "Couverture : 1 groupe évalué sur 1, 1 message examiné, dans 1 conversation" in shown
