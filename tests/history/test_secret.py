"""The key of keyed hashes."""

from __future__ import annotations

import stat

import pytest

from groupaudit.errors import StoreError
from groupaudit.history.secret import KEY_BYTES, load_or_create


def test_key_is_made_once_and_private(tmp_path):
    file = tmp_path / "state" / "groupaudit.key"

    key = load_or_create(file)

    assert len(key) == KEY_BYTES
    assert load_or_create(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_keys_differ_between_files(tmp_path):
    assert load_or_create(tmp_path / "a.key") != load_or_create(tmp_path / "b.key")


def test_key_is_refused_when_others_may_read_it(tmp_path):
    file = tmp_path / "groupaudit.key"
    load_or_create(file)
    file.chmod(0o640)

    with pytest.raises(StoreError, match="chmod 600"):
        load_or_create(file)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_key_is_refused_when_it_has_not_its_length(tmp_path, content):
    file = tmp_path / "groupaudit.key"
    file.write_bytes(content)
    file.chmod(0o600)

    with pytest.raises(StoreError, match="32 bytes"):
        load_or_create(file)


def test_key_is_refused_when_its_folder_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="key file"):
        load_or_create(tmp_path / "file" / "groupaudit.key")
