"""The README names every scope that an audit may ask for, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from groupaudit import config
from groupaudit.wiring import checkup

README = Path(__file__).parents[2] / "README.md"
SCOPE = re.compile(r"`((?:admin|apps|cloud-identity|devstorage|ediscovery|gmail)[a-z._]*)`")


def test_readme_names_the_scopes_of_the_widest_configuration(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("")
    needs = checkup.needs(config.load(file, {}))

    text = README.read_text(encoding="utf-8")
    table = text.partition("## Set-up on a real Workspace")[2].partition("What you leave out")[0]

    assert set(SCOPE.findall(table)) == {
        scope.rpartition("/")[2] for need in needs for scope in need.scopes
    }
