"""The classify command: what it says of files with wrong names, and who may read what it writes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from groupaudit.config import Config, Posts
from groupaudit.errors import ConfigError
from groupaudit.posts.extract.recognition import installed
from groupaudit.wiring.local import classify, private_text_file


def test_file_is_private_when_it_was_there_open_to_all(tmp_path):
    path = tmp_path / "verdicts.jsonl"
    path.write_text("old")
    path.chmod(0o644)

    with private_text_file(path) as sink:
        sink.write("new")

    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_mode_is_left_alone_when_it_is_no_regular_file():
    before = Path(os.devnull).stat().st_mode

    with private_text_file(Path(os.devnull)) as sink:
        sink.write("x")

    assert Path(os.devnull).stat().st_mode == before


@pytest.mark.parametrize(
    "suffix",
    [
        ".pdf",
        ".docx",
        ".xlsx",
        ".zip",
        ".msg",
        ".odt",
        ".ods",
        ".pptx",
        ".7z",
        ".gz",
        ".png",
        ".jpg",
    ],
)
@pytest.mark.parametrize("content", [b"", b"abc", b"<html><p>Not found</p></html>"])
def test_mere_text_is_an_error_when_its_name_promises_another_format(tmp_path, suffix, content):
    path = tmp_path / f"scan{suffix}"
    path.write_bytes(content)

    (line,) = classify([path], None)

    assert (line["verdict"], line["error"]) == (None, "corrupt")
    assert any(
        part["name"].startswith("attachment-") and part["error"] == "corrupt"
        for part in line["parts"]
    )


@pytest.mark.parametrize("suffix", [".doc", ".xls", ".txt", ""])
def test_mere_text_is_read_when_its_name_promises_nothing_else(tmp_path, suffix):
    path = tmp_path / f"note{suffix}"
    path.write_bytes(b"abc")

    (line,) = classify([path], None)

    assert (line["verdict"], line["error"]) == ("ordinary", None)


def test_patient_in_a_text_with_a_wrong_name_is_still_found(tmp_path):
    path = tmp_path / "lettre.pdf"
    path.write_text(
        "Le patient Jean DUPONT, né le 12/03/1961, NIR 161037511604217, suivi pour un cancer du"
        " poumon, sera hospitalisé en oncologie mardi.",
        encoding="utf-8",
    )

    (line,) = classify([path], None)

    assert line["verdict"] == "identifiable_health"
    assert [part["error"] for part in line["parts"]] == [None, "corrupt"]


@pytest.mark.skipif(
    not installed(("fr", "en")).usable, reason="words in pictures are not recognised here"
)
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".pdf"])
def test_patient_in_a_picture_is_found_and_said_to_be_read_off_it(tmp_path, suffix):
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - of the extra ``ocr``

    words = (  # without accents: the font that comes with Pillow has none
        "Patient : M. Jean DUPONT, 12/03/1961\nNIR 161037511604217\n"
        "Diagnostic : cancer du poumon\nTraitement : cisplatine"
    )
    picture = Image.new("L", (1240, 900), "white")
    ImageDraw.Draw(picture).text(
        (80, 80), words, font=ImageFont.load_default(36), fill="black", spacing=20
    )
    picture.save(tmp_path / f"scan{suffix}")

    (read,) = classify([tmp_path], None)
    (unread,) = classify([tmp_path], Config(posts=Posts(ocr=False)))

    assert (read["verdict"], [part["ocr"] for part in read["parts"]]) == (
        "identifiable_health",
        [True],
    )
    assert (unread["verdict"], unread["error"]) == (None, "image-only")


def test_classify_refuses_to_start_when_words_in_pictures_cannot_be_read(tmp_path, monkeypatch):
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))

    with pytest.raises(ConfigError, match=r"posts\.ocr is true.*tesseract-ocr-fra"):
        list(classify([tmp_path], Config(posts=Posts(ocr=True))))
