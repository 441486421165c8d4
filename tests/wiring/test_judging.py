"""How a run looks at posts, as the next one is told."""

from __future__ import annotations

import pytest

from groupaudit import config
from groupaudit.errors import ConfigError
from groupaudit.wiring import judging

TEXT = '[classify]\nlexicons = ["%s"]\npatterns = "ours.toml"\n'


@pytest.fixture
def scope(tmp_path):
    """The scope of a configuration whose own terms stand in the file ``name``."""

    def _scope(terms: str = "unité alpha", name: str = "terms.txt", more: str = "") -> str:
        file = tmp_path / "groupaudit.toml"
        file.write_text(TEXT % name + more, encoding="utf-8")
        (tmp_path / name).write_text(terms, encoding="utf-8")
        (tmp_path / "ours.toml").touch()
        return judging.scope(config.load(file, {}))

    return _scope


def test_scope_is_the_same_when_the_same_is_looked_at(scope):
    assert scope() == scope(name="moved.txt") == scope(more="[sampling]\nmax_posts = 7\n")


def test_scope_is_another_when_a_term_a_key_or_the_version_is(scope, monkeypatch):
    before = scope()
    others = {scope("unité bêta"), scope(more="[posts]\nattachments = false\n")}
    monkeypatch.setattr(judging, "__version__", "99.0")

    assert len({before, *others, scope()}) == 4


def test_terms_that_cannot_be_read_are_a_fault_of_the_configuration(scope, tmp_path):
    scope()
    loaded = config.load(tmp_path / "groupaudit.toml", {})
    (tmp_path / "ours.toml").unlink()

    with pytest.raises(ConfigError, match=r"ours\.toml cannot be read"):
        judging.scope(loaded)
