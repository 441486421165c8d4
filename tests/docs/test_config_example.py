"""``config.example.toml`` shows every key with its default, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

from groupaudit import config

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def _dotted(tables: dict[str, dict[str, object]]) -> set[str]:
    return set(tables) | {f"{name}.{key}" for name, table in tables.items() for key in table}


def test_example_lists_exactly_the_known_keys():
    assert _dotted(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))) == set(config.known_keys())


def test_example_shows_the_defaults(tmp_path):
    empty = tmp_path / "empty.toml"
    empty.write_text("", encoding="utf-8")

    shown = config.load(EXAMPLE, {}).model_dump(exclude={"folder"})

    assert shown == config.load(empty, {}).model_dump(exclude={"folder"})
