"""Files that the classify command writes are for their owner only."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from groupaudit.wiring.local import private_text_file


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
