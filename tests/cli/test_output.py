"""What strangers named reaches terminals and logs as text that does nothing."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupaudit.cli.output import JsonLines, PlainLines, json_line, visible

HOSTILE = [
    "\x1b]0;owned\x07",
    "\x9b31m",
    "a\u202egpj.exe",
    "a\u2066b",
    "a\rgroupaudit: all is well",
    "\ud800",
    "a\u2028b",
]


def _record(message: str) -> logging.LogRecord:
    return logging.LogRecord("groupaudit", logging.INFO, "", 0, message, None, None)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("shown", [lambda text: PlainLines().format(_record(text)), json_line])
def test_nothing_unseen_goes_out_when_a_name_is_hostile(text, shown):
    assert shown(text).isprintable()


@given(text=st.text(st.characters(exclude_categories=())))
def test_json_line_is_one_line_of_unicode_and_says_the_same(text):
    line = json_line({"name": text})

    # A high and a low surrogate side by side are one character to JSON.
    same = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(line) == {"name": same}
    assert len(line.splitlines()) == 1
    assert line.encode("utf-8")


@given(text=st.text(st.characters(exclude_categories=())))
def test_visible_text_holds_no_control_but_line_ends(text):
    controls = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not controls & {unicodedata.category(one) for one in visible(text) if one != "\n"}


def test_accents_and_french_spaces_stay():
    assert visible("Été\u202f: 5\u00a0%") == "Été\u202f: 5\u00a0%"
    assert json_line("hospitalisée…") == '"hospitalisée…"'


def test_further_lines_of_a_message_cannot_pass_for_messages():
    assert PlainLines().format(_record("a\nb")) == "groupaudit: a\n  b"


def test_log_line_is_json_with_its_level():
    line = json.loads(JsonLines().format(_record("done")))

    assert (line["level"], line["message"]) == ("info", "done")


def test_classify_goes_on_when_a_name_is_no_unicode(tmp_path):
    (tmp_path / os.fsdecode(b"dossier\xff.txt")).write_text("Bonjour à tous")
    (tmp_path / "ids.jsonl").write_text('{"id": "\\ud800", "text": "Bonjour"}\n')

    done = subprocess.run(
        [sys.executable, "-m", "groupaudit", "classify", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["dossier\udcff", "\ud800"]


def test_libraries_are_silent(tmp_path):
    code = (
        "import logging, warnings\n"
        "from groupaudit.cli.frame import Manners, _set_up_logging\n"
        "_set_up_logging(Manners())\n"
        "logging.getLogger('googleapiclient.http').warning('secret')\n"
        "warnings.warn('secret')\n"
        "logging.getLogger('groupaudit').info('told')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert done.stderr == "groupaudit: told\n"
