"""Temporary folders of mail: private, wiped, and wiped later if their process was killed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from groupaudit.posts import scratch

KILLED_HALFWAY = """
import os
from groupaudit.posts import scratch
folder = scratch.new_folder()
(folder / "zip-0").mkdir()
(folder / "zip-0" / "000001.mbox").write_text("From x")
print(folder, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_folder_is_closed_to_others_and_wiped() -> None:
    with scratch.private_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "x").write_text("x")
    assert not folder.exists()


def test_folder_is_wiped_by_the_next_run_when_its_process_was_killed(temporary: Path) -> None:
    died = subprocess.run(
        [sys.executable, "-c", KILLED_HALFWAY],
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    folder = Path(died.stdout.strip())
    assert died.returncode == -9
    assert folder.parent == temporary
    assert folder.exists()

    assert scratch.wipe_abandoned() == 1
    assert not folder.exists()


def test_folders_in_use_and_of_others_are_left_alone(temporary: Path) -> None:
    target = temporary / "mail"
    target.mkdir()
    (target / "kept").write_text("x")
    (temporary / "groupaudit-posts-link").symlink_to(target)
    (temporary / "groupaudit-posts-file").write_text("x")
    (temporary / "groupaudit-demo-1").mkdir()

    with scratch.private_folder() as folder:
        assert scratch.wipe_abandoned() == 0
        assert folder.exists()

    assert (target / "kept").exists()
    assert (temporary / "groupaudit-posts-file").exists()
    assert (temporary / "groupaudit-demo-1").exists()


def test_folder_is_new_when_another_process_wiped_the_first(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    make = tempfile.mkdtemp

    def vanishing(prefix: str) -> str:
        folder = Path(make(prefix=prefix))
        made.append(folder)
        if len(made) == 1:
            folder.rmdir()
        return str(folder)

    monkeypatch.setattr(tempfile, "mkdtemp", vanishing)

    with scratch.private_folder() as folder:
        assert folder == made[1]
