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
    others |= _with(monkeypatch, judging, "__version__", "99.0", scope)
    # Networks that were trained anew, or another library, in a groupaudit of the same version.
    others |= _with(monkeypatch, judging, "maker", lambda *_: b"another", scope)

    assert len({before, *others}) == 5


def _with(monkeypatch, module, name, value, scope):
    with monkeypatch.context() as changed:
        changed.setattr(module, name, value)
        return {scope()}


def test_terms_that_cannot_be_read_are_a_fault_of_the_configuration(scope, tmp_path):
    scope()
    loaded = config.load(tmp_path / "groupaudit.toml", {})
    (tmp_path / "ours.toml").unlink()

    with pytest.raises(ConfigError, match=r"ours\.toml cannot be read"):
        judging.scope(loaded)
