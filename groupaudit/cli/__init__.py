"""The command line: declares commands, calls the wiring, maps errors to exit codes.

It never loops over groups and never talks to Google. Machine output goes to files or stdout,
everything else to stderr.
"""

from groupaudit.cli.app import main

__all__ = ["main"]
