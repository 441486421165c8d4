"""Which tables a command goes by where there are several tenants: classify, evaluate, probe."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from groupaudit import config as configuration
from groupaudit.cli.app import app
from groupaudit.emulator.generator import generate
from groupaudit.emulator.server import Emulator
from groupaudit.errors import UsageError
from groupaudit.wiring import tenants

FILE = """
[google]
subject = "audit@groupe.example"
[[tenant]]
name = "nord"
google.subject = "audit@ch-nord.example"
classify.patterns = "nord.toml"
[[tenant]]
name = "sud"
google.subject = ""
organisation.extra_domains = ["CH-Sud.example"]
consumer.addresses = ["amis-sud@googlegroups.com"]
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "groupaudit.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("address", "tenant"),
    [
        ("soins@ch-nord.example", "nord"),
        ("soins@ch-sud.example", "sud"),
        ("amis-sud@googlegroups.com", "sud"),
        ("amis-nord@googlegroups.com", ""),
        ("soins@groupe.example", ""),
        ("soins@ch-est.example", ""),
    ],
)
def test_owner_is_the_tenant_of_the_domain_or_the_address(file, address, tenant):
    assert tenants.owner(configuration.load(file, {}), address).tenant == tenant


def test_named_tenant_has_its_own_tables_over_the_shared_ones(file):
    config = configuration.load(file, {})

    assert tenants.named(config, "nord").classify.patterns == "nord.toml"
    assert tenants.named(config, None) is config
    assert [one.tenant for one in tenants.alone(config, "sud").tenants] == ["sud"]
    with pytest.raises(UsageError, match="nord, sud"):
        tenants.named(config, "Nord")


@pytest.mark.parametrize("command", ["classify", "evaluate"])
def test_local_files_are_judged_by_the_tenants_terms(file, tmp_path, command):
    mail = tmp_path / "mail.jsonl"
    mail.write_text('{"text": "Le pot de départ est à 17 h.", "label": "ordinary"}\n', "utf-8")

    def judged(*arguments):
        return CliRunner().invoke(app, [command, str(mail), *arguments])

    shared = judged("--config", str(file))
    north = judged("--config", str(file), "--tenant", "nord")
    south = judged("--config", str(file), "--tenant", "sud")
    lost = judged("--tenant", "nord")

    assert (shared.exit_code, south.exit_code) == (0, 0)
    assert "--tenant NAME takes those of a tenant" in shared.stderr
    assert north.exit_code == 2  # its patterns are not there: they alone were looked for
    assert "nord.toml" in north.stderr
    assert lost.exit_code == 2
    assert "--config" in lost.stderr


@pytest.mark.parametrize(("options", "owner"), [((), "nord"), (("--tenant", "sud"), "sud")])
def test_group_is_looked_at_where_its_tenant_looks(tmp_path, options, owner):
    group = "equipe-soins@ch-valmoree.example"
    with Emulator(generate(groups=4)) as north, Emulator(generate(groups=4, seed=2)) as south:
        file = tmp_path / "groupaudit.toml"
        file.write_text(
            f"[google]\nweb_pause_s = 0\nweb_root = {json.dumps(south.url)}\n"
            '[[tenant]]\nname = "nord"\norganisation.extra_domains = ["ch-valmoree.example"]\n'
            f"google.web_root = {json.dumps(north.url)}\n"
            '[[tenant]]\nname = "sud"\n',
            encoding="utf-8",
        )
        done = CliRunner().invoke(app, ["probe", group, "--config", str(file), *options])
        asked = {name for name, one in (("nord", north), ("sud", south)) if one.stats()["methods"]}

    (line,) = (json.loads(text) for text in done.stdout.splitlines())
    assert (line["tenant"], asked) == (owner, {owner})
    assert line["url"].startswith({"nord": north.url, "sud": south.url}[owner])
