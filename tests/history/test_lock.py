"""One audit at a time."""

from __future__ import annotations

import os
import socket
import stat

import pytest

from groupaudit.errors import LockedError, StoreError
from groupaudit.history.lock import locked


def test_second_run_is_refused_and_told_who_holds_the_lock(history, path):
    with history.lock(), pytest.raises(LockedError) as caught, history.lock():
        pytest.fail("locked twice")

    assert caught.value.exit_code == 7
    assert str(os.getpid()) in str(caught.value)
    assert socket.gethostname() in str(caught.value)
    assert stat.S_IMODE(path.with_name("history.sqlite3.lock").stat().st_mode) == 0o600


def test_lock_is_free_again_when_left(history):
    for _ in range(2):
        with history.lock():
            pass


def test_second_run_is_refused_when_the_file_names_nobody(tmp_path):
    file = tmp_path / "x.lock"
    with locked(file):
        file.write_text("garbage")
        with pytest.raises(LockedError, match="not named"), locked(file):
            pytest.fail("locked twice")


def test_lock_is_refused_when_its_folder_is_missing(tmp_path):
    with pytest.raises(StoreError, match="lock file"), locked(tmp_path / "nowhere" / "x.lock"):
        pytest.fail("locked nothing")
