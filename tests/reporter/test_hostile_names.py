"""Names that would like to be code are harmless in every format at once."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import factories as make
import pytest
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from groupaudit.model.report import Advice, Severity, Unsettled
from groupaudit.reporter.as_csv import CsvReporter
from groupaudit.reporter.as_html import HtmlReporter
from groupaudit.reporter.as_json import JsonReporter
from groupaudit.reporter.as_ocsf import OcsfReporter
from groupaudit.reporter.as_prometheus import PrometheusReporter
from groupaudit.reporter.as_table import TableReporter

NAMES = {
    "quotes": "\"double\" 'single' `back`",
    "formula": "=cmd|' /C calc'!A0",
    "formula after a separator": "a;=1+1,@SUM(A1)",
    "script": "</script><script>alert(1)</script>",
    "right to left": "annexe\u202egpj.exe\u2066",
    "emoji": "🏥👩‍⚕️ Urgences",
    "long": "é" * 4000,
    "escape": "\x1b]8;;https://evil.example\x1b\\here",
    "lines": "one\r\ntwo\n# HELP x\u2028three",
    "markup of a terminal": "[link=https://evil.example]x[/link][/]",
    "half a character": "\ud800",
}
#: What turns the direction of text or commands a terminal; no format for people holds it.
UNSEEN = frozenset("\x1b\u202e\u2066\u2028\ud800")


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)


@pytest.fixture(params=NAMES.values(), ids=NAMES.keys())
def name(request):
    return request.param


@pytest.fixture
def report(name):
    item = make.assessment(
        group=make.group("g@h.example", name=name, description=name),
        exposure=make.exposure(owners=(name,), by=name, evidence=name, notes=(name,)),
        advice=(Advice(name, name, name, "https://admin.google.com/"),),
    )
    return make.report(
        item,
        run=make.run(organisation=name),
        notes=(name,),
        changes=(make.change(email=name),),
        unsettled=(Unsettled(name, "run", Severity.HIGH),),
    )


@pytest.mark.parametrize("code", ["fr", "en"])
def test_csv_has_its_columns_and_no_formula(report, tmp_path, code):
    for path in CsvReporter(code, "excel-fr").render(report, tmp_path):
        text = path.read_bytes().decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")

        assert {len(row) for row in rows} == {len(header)}
        assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")]
        assert not UNSEEN & set(text)


@pytest.mark.parametrize("code", ["fr", "en"])
def test_html_has_the_elements_of_a_harmless_report(report, tmp_path, code):
    reporter = HtmlReporter(code)
    (path,) = reporter.render(report, tmp_path)
    text = path.read_text(encoding="utf-8")

    assert _Tags(text).tags.count("script") == 4
    assert "</script><script>alert" not in text
    assert not UNSEEN & set(text)


def test_json_gives_the_name_back_as_it_was(report, tmp_path, name):
    (path,) = JsonReporter().render(report, tmp_path)
    raw = path.read_bytes()

    assert json.loads(raw)["groups"][0]["name"] == name
    assert raw.isascii()


def test_ocsf_is_one_event_a_line(report, tmp_path):
    (path,) = OcsfReporter().render(report, tmp_path)
    lines = path.read_text(encoding="utf-8").split("\n")

    assert lines.pop() == ""
    assert all(json.loads(line)["class_uid"] for line in lines)


def test_metrics_can_be_read_back(report, tmp_path):
    (path,) = PrometheusReporter().render(report, tmp_path)

    assert [*text_string_to_metric_families(path.read_text(encoding="utf-8"))]


def test_terminal_gets_no_command(report, tmp_path):
    stream = io.StringIO()
    TableReporter("fr", Console(file=stream, width=200, no_color=True)).render(report, tmp_path)

    assert "g@h.example" in stream.getvalue()
    assert not UNSEEN & set(stream.getvalue())
