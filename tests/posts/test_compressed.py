"""7z, bzip2, xz and DICOM, each through the separate process."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator

import pytest

from groupaudit.errors import PostsError
from groupaudit.posts.extract import archives, dicom, sevenzip
from groupaudit.posts.extract.limits import Account
from groupaudit.posts.extract.sandbox import Sandbox

TEXT = "Zoé Fictive, glycémie 1,2 g/l\n".encode()
_REMEMBERING = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 * 1024 * 1024}]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox()
    yield box
    box.close()


def sevenzipped(password: str | None = None, **files: bytes) -> bytes:
    py7zr = pytest.importorskip("py7zr", reason="the extra 7z is not installed")
    sink = io.BytesIO()
    with py7zr.SevenZipFile(sink, "w", password=password) as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.txt.bz2", bz2.compress),
        ("a.txt.xz", lzma.compress),
        ("a.7z", lambda text: sevenzipped(**{"dossier/a.txt": text})),
        ("a.7z", lambda text: sevenzipped(**{"b.xz": lzma.compress(bz2.compress(text))})),
    ],
)
def test_text_is_read_when_it_was_compressed(
    sandbox: Sandbox, name: str, make: Callable[[bytes], bytes]
) -> None:
    (part,) = sandbox.parts(name, "", make(TEXT))
    assert part.error is None
    assert part.text == TEXT.decode()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: bz2.compress(b"\0" * 30_000_000), "bomb"),
        (lambda: lzma.compress(b"\0" * 30_000_000), "bomb"),
        (lambda: sevenzipped(a=b"\0" * 30_000_000), "bomb"),
        (lambda: sevenzipped(password="mot", a=TEXT), "password-protected"),
        (lambda: sevenzipped(a=TEXT)[:40], "corrupt"),
        (lambda: lzma.compress(TEXT)[:20] + b"\xff" * 30, "corrupt"),
        (lambda: b"BZh9" + b"\0\1\2" * 20, "corrupt"),
        (lambda: lzma.compress(TEXT, filters=_REMEMBERING), "too-large"),
    ],
)
def test_reason_is_named_when_it_cannot_be_unpacked(
    sandbox: Sandbox, make: Callable[[], bytes], reason: str
) -> None:
    assert [part.error for part in sandbox.parts("a", "", make())] == [reason]


def test_a_stream_of_nothing_but_its_head_is_damaged() -> None:
    with pytest.raises(PostsError) as caught:
        archives.bunzip(b"BZh9", Account())
    assert caught.value.reason == "corrupt"


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_every_stream_is_read_when_there_are_several(
    sandbox: Sandbox, compress: Callable[[bytes], bytes]
) -> None:
    (part,) = sandbox.parts("a.txt", "", compress(TEXT) + compress(b"fin"))
    assert part.error is None
    assert part.text == TEXT.decode() + "fin"


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_beginning_is_read_and_the_damage_told_when_the_end_is_cut_off(
    sandbox: Sandbox, compress: Callable[[bytes], bytes]
) -> None:
    text, broken = sandbox.parts("a.txt", "", compress(TEXT) + compress(b"fin")[:20])
    assert text.error is None
    assert text.text.startswith(TEXT.decode())
    assert broken.error == "corrupt"


def test_files_beyond_the_account_are_a_bomb() -> None:
    with pytest.raises(PostsError) as caught:
        sevenzip.members(sevenzipped(a=TEXT, b=TEXT), Account(files=1))
    assert caught.value.reason == "bomb"


def test_a_text_that_begins_like_bzip2_stays_a_text(sandbox: Sandbox) -> None:
    (part,) = sandbox.parts("a.txt", "text/plain", b"BZh est le service")
    assert part.text == "BZh est le service"


def element(group: int, number: int, form: bytes, value: bytes) -> bytes:
    value += b" " * (len(value) % 2)
    head = group.to_bytes(2, "little") + number.to_bytes(2, "little") + form
    return head + len(value).to_bytes(2, "little") + value


DICOM = (
    b"\0" * 128
    + b"DICM"
    + element(2, 0x10, b"UI", b"1.2.840.10008.1.2.1\0")
    + element(8, 0x1030, b"LO", b"IRM cerebrale")
    + element(0x10, 0x10, b"PN", b"FICTIVE^Zoe")
    + element(0x10, 0x20, b"LO", b"00042")
    + element(0x10, 0x30, b"DA", b"19840301")
    + element(0x20, 0x10, b"SH", b"E77")
)


def test_dicom_header_tells_patient_and_study(sandbox: Sandbox) -> None:
    pytest.importorskip("pydicom", reason="the extra dicom is not installed")
    (part,) = sandbox.parts("IM0001", "application/dicom", DICOM)
    assert part.error is None
    assert part.text.splitlines() == [
        "PatientName: FICTIVE Zoe",
        "PatientID: 00042",
        "PatientBirthDate: 19840301",
        "StudyID: E77",
        "StudyDescription: IRM cerebrale",
    ]


def test_dicom_is_read_or_refused_when_it_is_cut_anywhere() -> None:
    pytest.importorskip("pydicom", reason="the extra dicom is not installed")
    told = {refusal(DICOM[:end]) for end in range(132, len(DICOM))}
    assert told <= {None, "corrupt"}


def refusal(data: bytes) -> str | None:
    try:
        dicom.text_of(data)
    except PostsError as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("module", "library", "read"),
    [
        (dicom, "pydicom", lambda: dicom.text_of(DICOM)),
        (sevenzip, "py7zr", lambda: sevenzip.members(b"7z", Account())),
    ],
)
def test_format_is_unsupported_when_its_extra_is_absent(
    monkeypatch: pytest.MonkeyPatch, module: object, library: str, read: Callable[[], object]
) -> None:
    monkeypatch.setattr(module, library, None)
    with pytest.raises(PostsError) as caught:
        read()
    assert caught.value.reason == "unsupported-format"
