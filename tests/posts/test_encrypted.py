"""Encrypted files that stand alone are told as such; all were made for this test."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from groupaudit.posts import files

#: One word encrypted for a password, with OpenSSL and with GnuPG.
CMS = base64.b64decode(
    "MIHGBgkqhkiG9w0BBwOggbgwgbUCAQMxcqNwAgEAoBsGCSqGSIb3DQEFDDAOBAiOXqnBEqtUjwICCAAwLAYLKoZIhvcN"
    "AQkQAwkwHQYJYIZIAWUDBAECBBCeE3Je2+zmx9Jr8zkgroZpBCAyvtr92FC4WTX5xOF3cXsF49FG1w/Chh5W88Xko2E4"
    "XjA8BgkqhkiG9w0BBwEwHQYJYIZIAWUDBAECBBCX+XToei2aX8j0SY0xFRJRgBAAgwNAwCIqwU3rrM4gKm6J"
)
PGP = base64.b64decode(
    "jA0ECQMCm81HNkZYXKv/0kMBKpkup7Uyfeh2rnvDvaDIub+wjeubFYEooTyWEkt4E9S9tpOU5gtK4qDcP5aIFLH0AqsxBwpZ"
    "CjOq5VkHnYcBnpAR"
)
FOR_A_KEY = bytes.fromhex("85018c037d9e5ad28ac7fdd6010bfe25") + bytes(range(256))
SIGNATURE = bytes.fromhex("8901b3040001 0a001d162104") + bytes(range(256))
SIGNED = CMS.replace(b"\x07\x03\xa0", b"\x07\x02\xa0")
ARMOUR = (
    b"-----BEGIN PGP MESSAGE-----\n\n"
    + base64.encodebytes(PGP)
    + b"=abcd\n-----END PGP MESSAGE-----\n"
)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("smime.p7m", CMS, "encrypted"),
        ("smime.p7m", base64.encodebytes(CMS), "encrypted"),
        ("a.pem", b"-----BEGIN CMS-----\n" + base64.encodebytes(CMS), "encrypted"),
        ("smime.p7m", SIGNED, "unsupported-format"),
        ("liste.csv.gpg", PGP, "encrypted"),
        ("liste.pdf.pgp", FOR_A_KEY, "encrypted"),
        ("a.sig", SIGNATURE, "unsupported-format"),
        ("liste.asc", ARMOUR, "encrypted"),
        ("liste.txt", b"\r\n" + ARMOUR.replace(b"\n", b"\r\n"), "encrypted"),
        ("mail.eml", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n"
         b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(CMS), "encrypted"),
        ("mail.eml", b"Subject: a\nContent-Disposition: attachment; filename=a.gpg\n"
         b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
         + base64.encodebytes(PGP), "encrypted"),
    ],
)  # fmt: skip
def test_file_is_refused_as_encrypted_when_it_is(
    tmp_path: Path, name: str, data: bytes, error: str
) -> None:
    (tmp_path / name).write_bytes(data)
    (document,) = files.documents((tmp_path / name,))
    assert document.error == error
    assert not any(part.text.strip() for part in document.parts)


@pytest.mark.parametrize(
    "data", [b"MIHG est le sigle du service, voir la note\n", "…à 3 h\n".encode("cp1252")]
)
def test_text_stays_a_text_when_it_begins_like_an_encrypted_one(
    tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    (document,) = files.documents((tmp_path / "a.txt",))
    assert document.error is None
    assert document.parts[0].text.strip()
