"""Labels beside verdicts, through the command as a hospital runs it."""

from __future__ import annotations

import json
import stat

import pytest
from typer.testing import CliRunner

from groupaudit.cli.app import app
from groupaudit.wiring import local

POSITIVE = "M. Armel Tréhoret, né le 03/02/1951, hospitalisé pour une pneumopathie, sous Augmentin."
MAIL = f"""From: soins@h.example
Message-ID: <one@h.example>
Subject: transmission

{POSITIVE}
"""


def _lines(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _run(*words):
    return CliRunner().invoke(app, ["evaluate", *map(str, words)])


def test_figures_are_printed_and_written_for_machines(tmp_path):
    mail = _lines(
        tmp_path / "mail.jsonl",
        {"label": "identifiable_health", "text": POSITIVE, "lang": "fr", "n_persons": 1,
         "categories": ["name", "ipp"], "difficulty": "easy"},
        {"label": "ordinary", "text": "Le pot de départ est à 17 h.", "lang": "fr"},
    )  # fmt: skip
    figures = tmp_path / "figures.json"
    answer = _run(mail, "--json", figures)

    assert answer.exit_code == 0, answer.output
    assert "verdict" in answer.output
    told = json.loads(figures.read_text())
    assert told["documents"] == 2
    assert {one["slice"] for one in told["slices"]} == {"all", "language fr", "difficulty easy"}
    assert {one["question"] for one in told["categories"]} == {"name", "record_number"}
    assert told["documents_without_categories"] == 1
    assert "1 of 2 documents without 'categories'" in " ".join(answer.output.split())
    assert sum(map(sum, (row.values() for row in told["confusion"].values()))) == 2
    assert sum(one["observed"]["total"] for one in told["calibration"]["bins"]) == 2
    assert stat.S_IMODE(figures.stat().st_mode) == 0o600
    assert "Tréhoret" not in answer.output + figures.read_text()


@pytest.mark.parametrize("name", ["<one@h.example>", "one@h.example", "first"])
def test_labels_of_their_own_are_tied_by_message_id_or_file_name(tmp_path, name):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "first.eml").write_text(MAIL, encoding="utf-8")
    (tmp_path / "mail" / "other.eml").write_text("Subject: x\nFrom: a@h.example\n\nno label\n")
    labels = _lines(
        tmp_path / "labels.jsonl",
        {"id": name, "label": "identifiable_health"},
        {"id": "lost", "label": "ordinary"},
    )
    figures = tmp_path / "figures.json"
    answer = _run(tmp_path / "mail", "--labels", labels, "--json", figures, "--quiet")
    told = json.loads(figures.read_text())

    assert answer.exit_code == 0
    assert answer.stdout == ""
    assert told["documents"] == 2
    assert told["confusion"]["identifiable_health"]["unreadable"] == 0
    assert told["confusion"]["ordinary"]["unreadable"] == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{}", "line 2: needs a 'label'"),
        ("[]", "line 2: needs a 'label'"),
        ("not json", "line 2: needs a 'label'"),
        ("[" * 100_000, "line 2: needs a 'label'"),
        ('{"label": "sick", "text": "x"}', "line 2: needs a 'label'"),
        ('{"label": "ordinary", "text": "x", "n_persons": "2"}', "'n_persons' must be"),
        ('{"label": "ordinary", "text": "x", "n_persons": true}', "'n_persons' must be"),
        ('{"label": "ordinary", "text": "x", "categories": "drug"}', "'categories' must be"),
    ],
)
def test_line_that_is_no_label_is_named_without_its_text(tmp_path, line, told):
    path = tmp_path / "mail.jsonl"
    path.write_text('{"label": "ordinary", "text": "SECRET"}\n' + line + "\n")
    answer = _run(path)

    assert answer.exit_code == 2
    assert told in " ".join(answer.stderr.split())
    assert "SECRET" not in answer.output


@pytest.mark.parametrize("ids", [("one", "one"), ("one", "")])
def test_labels_without_an_id_of_their_own_are_refused(tmp_path, ids):
    (tmp_path / "first.eml").write_text(MAIL, encoding="utf-8")
    labels = _lines(tmp_path / "l.jsonl", *({"id": i, "label": "ordinary"} for i in ids))

    assert _run(tmp_path / "first.eml", "--labels", labels).exit_code == 2


def test_documents_without_labels_are_refused(tmp_path):
    path = tmp_path / "mail.mbox"
    path.write_text(f"From x\n{MAIL}")
    answer = _run(path)

    assert answer.exit_code == 2
    assert "--labels" in answer.stderr


@pytest.mark.parametrize("command", ["evaluate", "classify"])
def test_help_names_the_tables_of_the_configuration(command):
    answer = CliRunner().invoke(app, [command, "--help"])

    assert "[classify]" in answer.output


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_empty_input_is_an_error_and_no_perfect_score(tmp_path, content):
    mail = tmp_path / "mail.jsonl"
    mail.write_text(content, encoding="utf-8")
    answer = _run(mail, "--json", tmp_path / "figures.json")

    assert answer.exit_code == 2
    assert "nothing can be measured" in answer.output
    assert not (tmp_path / "figures.json").exists()


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("missing/figures.json", "its folder cannot be found"),
        (".", "it is a folder"),
        ("mail.jsonl/figures.json", "its folder cannot be found"),
    ],
)
def test_place_of_the_figures_is_tried_before_anything_is_judged(
    tmp_path, monkeypatch, place, told
):
    mail = _lines(tmp_path / "mail.jsonl", {"label": "ordinary", "text": "x"})
    monkeypatch.setattr(local, "classify", None)  # whoever judges fails
    answer = _run(mail, "--json", tmp_path / place)

    assert answer.exit_code == 2
    said = "".join(answer.stderr.split())
    assert "".join(f"{tmp_path / place}: cannot be written: {told}".split()) in said
    assert "nameafileinafolderthatexists" in said


def test_figures_of_before_stay_when_nothing_could_be_measured(tmp_path):
    figures = tmp_path / "figures.json"
    figures.write_text("{}")
    mail = tmp_path / "mail.jsonl"
    mail.write_text("")

    assert _run(mail, "--json", figures).exit_code == 2
    assert figures.read_text() == "{}"


@pytest.mark.parametrize(("lost", "told"), [(1, "1 label has no"), (2, "2 labels have no")])
def test_one_label_without_its_document_is_no_plural(tmp_path, lost, told):
    (tmp_path / "first.eml").write_text(MAIL, encoding="utf-8")
    named = [{"id": "first", "label": "identifiable_health"}]
    others = [{"id": f"lost{number}", "label": "ordinary"} for number in range(lost)]
    labels = _lines(tmp_path / "labels.jsonl", *named, *others)
    answer = _run(tmp_path / "first.eml", "--labels", labels)

    assert answer.exit_code == 0
    assert told in " ".join(answer.stderr.split())


def test_labels_that_fit_no_document_are_an_error(tmp_path):
    (tmp_path / "mail").mkdir()
    labels = _lines(tmp_path / "labels.jsonl", {"id": "one", "label": "ordinary"})
    answer = _run(tmp_path / "mail", "--labels", labels)

    assert answer.exit_code == 2
    assert "No document has a label" in answer.output


@pytest.mark.parametrize("line", [{"id": "b"}, {"text": None}, {"text": ["SECRET"]}])
def test_line_without_its_text_is_named_and_counts_as_no_zero(tmp_path, line):
    mail = _lines(
        tmp_path / "labels.jsonl",
        {"label": "ordinary", "text": "SECRET"},
        {"label": "ordinary"} | line,
    )
    answer = _run(mail, "--json", tmp_path / "figures.json")

    assert answer.exit_code == 2
    told = " ".join(answer.stderr.split())
    assert "labels.jsonl, line 2: has a 'label' and no 'text'" in told
    assert "--labels" in told
    assert "SECRET" not in answer.output
    assert not (tmp_path / "figures.json").exists()


def test_documents_of_which_none_can_be_read_are_an_error(tmp_path):
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.4 and no more")
    labels = _lines(tmp_path / "labels.jsonl", {"id": "letter", "label": "ordinary"})
    answer = _run(tmp_path / "letter.pdf", "--labels", labels)

    assert answer.exit_code == 2
    assert "no labelled document could be read" in " ".join(answer.output.split())
