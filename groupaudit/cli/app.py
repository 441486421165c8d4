"""The application that the modules of commands add theirs to."""

from __future__ import annotations

import typer

from groupaudit.cli.frame import Version

app = typer.Typer(
    name="groupaudit",
    help="Finds the Google Groups of a hospital that show patients' data to the wrong readers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with: groupaudit demo",
)


@app.callback()
def _general(version: Version = False) -> None:
    """Declared for ``groupaudit --version``; each command has the general options itself."""


def main() -> None:
    """Entry point of the ``groupaudit`` command."""
    app()
