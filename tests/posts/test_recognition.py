"""Words in pictures. All persons and data are invented."""

from __future__ import annotations

import io
import json
import random
import struct
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shared import MAIL, needs

from groupaudit.model.post import Part
from groupaudit.posts import files, mime
from groupaudit.posts.extract import pdf, pictures, wire
from groupaudit.posts.extract.recognition import Recognition, installed
from groupaudit.posts.extract.sandbox import Patience, Sandbox
from groupaudit.posts.reading import Reading
from tests.posts.conftest import DOCX_BODY, pdf_saying, zipped

there = installed(("fr", "en"))
needs_tesseract = pytest.mark.skipif(
    not there.usable or bool(there.missing_languages),
    reason=f"words in pictures are not recognised here: {there.remedy}",
)
if there.usable:
    from PIL import Image, ImageDraw, ImageFont

#: Without accents: the font that comes with Pillow has none.
LETTER = ("Patient : FICTIVE Clotilde", "Date : 18/05/1979", "Suspicion de pneumopathie")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox()
    yield box
    box.close()


def picture(*lines: str, size: int = 28, ink: str = "black", ground: str = "white") -> Image.Image:
    drawn = Image.new("RGB", (800, 60 + len(lines) * size * 2), ground)
    font = ImageFont.load_default(size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(drawn).text((40, 30 + number * size * 2), line, font=font, fill=ink)
    return drawn


def saved(drawn: Image.Image, form: str = "PNG", **options: object) -> bytes:
    sink = io.BytesIO()
    drawn.save(sink, form, **options)
    return sink.getvalue()


def outcomes(parts: tuple[Part, ...]) -> list[str]:
    return [part.error or ("recognised" if part.recognised else "text") for part in parts]


def said(parts: tuple[Part, ...]) -> str:
    return " ".join(" ".join(part.text for part in parts).split())


@needs_tesseract
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"])
def test_words_are_read_whatever_the_format(sandbox: Sandbox, form: str) -> None:
    parts = sandbox.parts(f"capture.{form.lower()}", "", saved(picture(*LETTER), form))

    assert outcomes(parts) == ["recognised"]
    assert "FICTIVE Clotilde" in said(parts)
    assert "18/05/1979" in said(parts)


def fax(*pages: Image.Image) -> bytes:
    return saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])


def seen_through() -> Image.Image:
    drawn = Image.new("RGBA", (800, 120), (0, 0, 0, 0))
    font = ImageFont.load_default(28)
    ImageDraw.Draw(drawn).text((40, 30), LETTER[0], font=font, fill=(0, 0, 0, 255))
    return drawn


@needs_tesseract
@pytest.mark.parametrize(
    "make",
    [
        lambda: saved(picture(*LETTER, size=10)),
        lambda: saved(picture(*LETTER).resize((3200, 912))),
        lambda: saved(picture(*LETTER, ink="white", ground="navy")),
        lambda: saved(picture(*LETTER).rotate(180)),
        lambda: saved(picture(*LETTER, *LETTER).rotate(90, expand=True)),
        lambda: saved(picture(*LETTER, *LETTER).rotate(270, expand=True)),
        lambda: saved(picture(*LETTER).convert("1"), "TIFF", compression="group4"),
        lambda: saved(seen_through()),
        lambda: fax(picture("Bordereau de transmission"), picture(*LETTER)),
        lambda: saved(picture(*LETTER), "PDF"),
        lambda: zipped({"scan/a.png": saved(picture(*LETTER))}),
        lambda: zipped({"word/document.xml": "<w/>", "word/media/a.png": saved(picture(*LETTER))}),
    ],
    ids=[
        "a screen's small print", "a camera's large one", "white on dark", "upside down", "lying",
        "lying the other way", "a fax", "no background", "second page", "scanned PDF", "in a zip",
        "in a letter",
    ],
)  # fmt: skip
def test_words_are_read_however_they_are_shown(sandbox: Sandbox, make) -> None:
    assert "FICTIVE Clotilde" in said(sandbox.parts("a", "", make()))


ROWS = (
    ("12", "MOREL Jeanne", "03/05/1951", "Pneumopathie", "Augmentin"),
    ("14", "DUVAL Henri", "12/11/1948", "Embolie", "Tinzaparine"),
    ("15", "LEROY Anne", "22/01/1939", "Fracture", "Paracetamol"),
    ("17", "PETIT Luc", "30/07/1960", "Asthme", "Salbutamol"),
)


@needs_tesseract
def test_rows_of_a_table_stay_together(sandbox: Sandbox) -> None:
    drawn = Image.new("L", (1500, 500), "white")
    font = ImageFont.load_default(22)
    for number, row in enumerate(ROWS):
        for left, cell in zip((20, 150, 550, 850, 1200), row, strict=True):
            ImageDraw.Draw(drawn).text((left, 40 + number * 100), cell, font=font, fill="black")

    (part,) = sandbox.parts("a.png", "", saved(drawn))

    assert [" ".join(row.split()) for row in part.text.split("\n")] == [
        " ".join(row) for row in ROWS
    ]


@needs_tesseract
def test_typed_and_scanned_pages_of_a_pdf_are_told_apart(sandbox: Sandbox) -> None:
    whole = pdfium.PdfDocument.new()
    for one in (pdf_saying("Bordereau"), saved(picture(*LETTER), "PDF")):
        whole.import_pages(pdfium.PdfDocument(one))
    sink = io.BytesIO()
    whole.save(sink)

    typed, scanned = sandbox.parts("a.pdf", "", sink.getvalue())

    assert (typed.text.strip(), typed.recognised) == ("Bordereau", False)
    assert ("FICTIVE" in scanned.text, scanned.recognised) == (True, True)


@needs_tesseract
def test_words_that_tesseract_doubts_are_left_out(sandbox: Sandbox) -> None:
    scrawled, chance = picture(*LETTER, size=16), random.Random(1)
    pen = ImageDraw.Draw(scrawled)
    for _ in range(240):
        left, top = chance.randrange(800), chance.randrange(scrawled.height)
        end = (left + chance.randrange(-20, 20), top + chance.randrange(-20, 20))
        pen.line((left, top, *end), fill="black")

    assert len(said(sandbox.parts("a.png", "", saved(scrawled)))) < 80


@needs_tesseract
def test_photograph_is_made_no_larger_than_recognition_needs() -> None:
    (page,) = pictures.pages(saved(Image.new("L", (4000, 3000), "white"), "JPEG"))

    assert 5_000_000 < len(page.pixels) == page.width * page.height <= 6_000_000


@needs_tesseract
def test_icon_costs_nothing_even_when_a_letter_stands_in_it() -> None:
    box = Sandbox()
    icon = picture("Non", size=40).crop((30, 20, 120, 110))

    assert outcomes(box.parts("a.png", "", saved(icon))) == ["image-only"]
    assert box._recognition_left_s == Recognition().run_seconds
    box.close()


@needs_tesseract
def test_page_of_any_size_is_drawn_within_bounds() -> None:
    whole = pdfium.PdfDocument.new()
    whole.new_page(14_400, 14_400)
    whole.new_page(1, 200_000)

    for page in pdf._drawn(whole, (0, 1)):
        assert len(page.pixels) == page.width * page.height <= 6_100_000


@needs_tesseract
def test_picture_in_the_text_of_a_mail_is_read(sandbox: Sandbox) -> None:
    made = EmailMessage()
    made.set_content('<p>cf. <img src="cid:capture"></p>', subtype="html")
    made.add_related(saved(picture(*LETTER)), "image", "png", cid="<capture>")

    document = mime.document(made.as_bytes(), Reading(extract=sandbox.parts))

    assert "pneumopathie" in said(document.parts)


@needs_tesseract
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_stand_alone_picture_is_a_document(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"scan.{suffix}"
    picture(*LETTER).save(file)

    (document,) = files.documents([file])

    assert (document.id, document.error) == ("scan", None)
    assert "pneumopathie" in said(document.parts)


def drawing() -> Image.Image:
    drawn = Image.new("RGB", (800, 300), "white")
    ImageDraw.Draw(drawn).line((50, 50, 700, 250), fill="black", width=3)
    return drawn


def huge(width: int, height: int) -> bytes:
    """The beginning of a PNG that claims so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


@needs_tesseract
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: saved(Image.new("RGB", (600, 400), "grey")), "image-only"),
        (lambda: saved(Image.effect_noise((900, 700), 90)), "image-only"),
        (lambda: saved(drawing()), "image-only"),
        (lambda: saved(Image.new("RGB", (1, 1))), "image-only"),
        (lambda: saved(Image.new("RGB", (64, 64))), "image-only"),
        (lambda: saved(Image.new("RGB", (2000, 8))), "image-only"),
        (lambda: saved(picture(*LETTER))[:300], "corrupt"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(60), "unsupported-format"),
        (lambda: huge(9_000, 9_000), "too-large"),
        (lambda: huge(100_000, 100_000), "too-large"),
        (lambda: pdf_saying(""), "image-only"),
    ],
    ids=[
        "one colour",
        "noise",
        "drawing",
        "pixel",
        "icon",
        "rule",
        "cut off",
        "unknown",
        "large",
        "bomb",
        "blank PDF",
    ],
)
def test_picture_without_readable_words_has_a_reason(sandbox: Sandbox, make, reason: str) -> None:
    parts = sandbox.parts("a", "", make())

    assert outcomes(parts) == [reason]
    assert said(parts) == ""


@needs_tesseract
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "PDF"]), st.data())
def test_damaged_picture_has_an_outcome(sandbox: Sandbox, form: str, data) -> None:
    whole = bytearray(saved(picture("Zoé"), form))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))

    known = {"recognised", "text", "image-only", "corrupt", "too-large", "unsupported-format",
             "password-protected", "ocr-budget"}  # fmt: skip
    assert set(outcomes(sandbox.parts("a", "image/x", bytes(whole)))) <= known


PAGES = ("Bordereau", "Convocation", "Ordonnance")


@needs_tesseract
@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        (Recognition(pages=3), ["recognised"]),
        (Recognition(pages=1), ["recognised", "ocr-budget"]),
        (Recognition(seconds=0), ["ocr-budget"]),
        (Recognition(run_seconds=0), ["ocr-budget"]),
        (Recognition(wanted=False), ["image-only"]),
    ],
)
def test_rest_is_unread_when_the_budget_ends(allowed: Recognition, expected: list[str]) -> None:
    box = Sandbox(recognition=allowed)
    parts = box.parts("a.tif", "", fax(*(picture(text) for text in PAGES)))
    box.close()

    assert outcomes(parts) == expected


@needs_tesseract
def test_budget_is_shared_by_all_pictures_of_an_attachment() -> None:
    box = Sandbox(recognition=Recognition(pages=2))
    parts = box.parts("a.zip", "", zipped({f"{text}.png": saved(picture(text)) for text in PAGES}))
    box.close()

    assert outcomes(parts) == ["recognised", "recognised", "ocr-budget"]


@needs_tesseract
def test_picture_seen_before_costs_nothing() -> None:
    box = Sandbox(recognition=Recognition(pages=1, run_seconds=60))
    logo = saved(picture("Centre hospitalier"))
    box.parts("a.png", "", logo)
    left = box._recognition_left_s
    parts = box.parts("a.zip", "", zipped({"a.png": logo, "b.png": logo, "c.png": logo}))
    box.close()

    assert outcomes(parts) == ["recognised"] * 3
    assert 0 < left < 60
    assert box._recognition_left_s == left


@needs_tesseract
def test_run_pays_for_a_file_whose_process_was_lost() -> None:
    box = Sandbox(Patience(wall_s=-29.8), Recognition(seconds=30, run_seconds=45))
    assert outcomes(box.parts("a.png", "", saved(picture("a")))) == ["timed-out"]
    assert 15 <= box._recognition_left_s < 44.9
    box.close()


@needs_tesseract
def test_process_that_recognises_can_open_nothing(sandbox: Sandbox) -> None:
    sandbox.parts("a.png", "", saved(picture("Zoé")))
    assert sandbox._worker is not None
    folder = Path(f"/proc/{sandbox._worker._process.pid}")
    most = next(
        int(line.split()[3])
        for line in (folder / "limits").read_text().splitlines()
        if line.startswith("Max open files")
    )
    held = {int(entry.name) for entry in (folder / "fd").iterdir()}

    assert held >= set(range(most))  # no number below the limit is free


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which language data are looked for."""
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    return tmp_path


def test_pictures_are_refused_when_nothing_is_installed(folder: Path) -> None:
    box = Sandbox()
    parts = box.parts("a.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 60)

    assert outcomes(parts) == ["image-only"]
    assert box._worker is None  # no process was started for it


@pytest.mark.parametrize(
    ("files_there", "found", "missing"),
    [
        ((), (), ("fra", "eng")),
        (("eng",), ("eng",), ("fra",)),
        (("fra", "eng", "deu"), ("fra", "eng"), ()),
    ],
)
def test_languages_are_those_whose_data_are_there(
    folder: Path, files_there: tuple[str, ...], found: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    for name in files_there:
        (folder / f"{name}.traineddata").write_bytes(b"")

    seen = installed(("fr", "en"))

    assert (seen.languages, seen.missing_languages) == (found, missing)
    assert seen.folder == (str(folder) if found else "")
    assert all(f"tesseract-ocr-{name}" in seen.remedy for name in missing)
    assert not found or missing or "tesseract" not in seen.remedy


@needs_tesseract
def test_other_language_is_used_when_data_are_missing(folder: Path) -> None:
    (folder / "eng.traineddata").symlink_to(Path(there.folder) / "eng.traineddata")
    box = Sandbox()
    parts = box.parts("a.png", "", saved(picture("Blood pressure")))
    box.close()

    assert said(parts) == "Blood pressure"


@needs_tesseract
def test_pictures_are_refused_when_the_data_are_damaged(folder: Path) -> None:
    (folder / "fra.traineddata").write_bytes(b"damaged")
    box = Sandbox()
    assert outcomes(box.parts("a.png", "", saved(picture("Zoé")))) == ["image-only"]
    box.close()


@pytest.mark.parametrize("seconds", ["-1", "NaN", '"a"', "null"])
def test_answer_is_refused_when_its_time_is_none(seconds: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        wire.load(f'{{"parts": [], "ocr": {seconds}}}'.encode())


def test_file_is_crashed_when_its_process_answers_with_nonsense(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "load", lambda data: json.loads("[" * 100_000))
    assert outcomes(sandbox.parts("a.zip", "", zipped({"a.txt": "a"}))) == ["crashed"]


def test_letter_keeps_its_text_when_its_pictures_are_damaged(sandbox: Sandbox) -> None:
    letter = {"word/document.xml": DOCX_BODY, "word/media/a.png": b"\x89PNG\r\n\x1a\n\0\0"}
    (part,) = sandbox.parts("a.docx", "", zipped(letter))
    assert "Zoé Fictive" in part.text


@needs_tesseract
@needs(MAIL)
@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("dev-002", "quiz_42.png"),
        ("dev-018", "capture.png"),
        ("dev-109", "SCAN_0007.pdf"),
        ("dev-117", "IMG_2291.png"),
    ],
)
def test_words_of_the_corpus_are_read(sandbox: Sandbox, message: str, name: str) -> None:
    lines = (MAIL / "text.jsonl").read_text(encoding="utf-8").splitlines()
    whole = next(one["text"] for one in map(json.loads, lines) if one["id"] == message)
    expected = whole.partition(f"[{name}]")[2].split()

    raw = (MAIL / "messages" / f"{message}.eml").read_bytes()
    document = mime.document(raw, Reading(extract=sandbox.parts))
    read = said(tuple(part for part in document.parts if part.recognised)).split()

    assert sum(word in read for word in expected) >= 0.9 * len(expected)
