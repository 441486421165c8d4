"""Commands that look without reading a post: what is granted, and what the web shows."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from groupaudit.cli.app import app
from groupaudit.cli.frame import Manners, command
from groupaudit.cli.options import ConfigFile, OneTenant, load
from groupaudit.cli.output import json_line

logger = logging.getLogger("groupaudit")


@app.command(
    epilog="Examples: groupaudit doctor --config groupaudit.toml\n\n"
    "groupaudit doctor --config groupaudit.toml --json doctor.json --quiet\n\n"
    "Exit codes: 0 all that the configuration needs works; 2 the configuration is wrong;"
    " 3 credentials, a scope or a role are refused; 1 anything else failed;"
    " 4 something optional is missing, or could not be checked. Of several defects, in several"
    " tenants too, the first in this list gives the code."
)
@command
def doctor(
    config: ConfigFile,
    manners: Manners,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every check here, for machines.")
    ] = None,
    tenant: OneTenant = None,
) -> int:
    """Check credentials, scopes, roles, network and places; say what to grant and where.

    Each tenant by its own tables. Reads no post, no member and no audit event; changes nothing.
    """
    from groupaudit.doctor.outcome import exit_code
    from groupaudit.wiring import checkup, local, tenants

    outcomes = checkup.examine(tenants.alone(load(config), tenant))
    checkup.print_outcomes(outcomes, color=manners.color, quiet=manners.quiet)
    if json_file:
        with local.private_text_file(json_file) as sink:
            sink.write(json_line(checkup.as_json(outcomes)) + "\n")
    return exit_code(outcomes)


@app.command(
    epilog="Examples: groupaudit probe our-group@googlegroups.com\n\n"
    "groupaudit probe care@hospital.example board@hospital.example --config groupaudit.toml\n\n"
    "Exit codes: 0 none of them is public today; 5 at least one can be read by anyone on the web;"
    " 4 none was seen public, and at least one could not be told; 6 one is public, and another"
    " could not be told; 2 an address or the configuration is wrong; 1 anything else failed."
)
@command
def probe(
    addresses: Annotated[
        list[str], typer.Argument(help="Addresses of groups.", show_default=False)
    ],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help=r"Take web_… of \[google] from here."),
    ] = None,
    tenant: Annotated[
        str | None,
        typer.Option(
            "--tenant", help=r"As this \[\[tenant]], not as the one that owns the domain."
        ),
    ] = None,
) -> int:
    """Look at groups from outside, without an account: can anyone on the web read them?

    Slow on purpose: one request every five seconds, three to start with, two for each group.
    """
    from groupaudit.config import Config
    from groupaudit.wiring import probing, tenants

    settings = tenants.named(load(config) if config else Config(), tenant)
    seen = []
    for line, sighting in probing.probe(addresses, settings):
        typer.echo(json_line(line))
        logger.info("%s: %s", line["group"], sighting.detail)
        seen.append(sighting)
    return probing.exit_code(seen)
