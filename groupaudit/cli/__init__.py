"""The command line: declares commands, calls the wiring, maps errors to exit codes.

It never loops over groups and never talks to Google. Machine output goes to files or stdout,
everything else to stderr.
"""

# The modules of commands add theirs to the application, in the order of the help.
from groupaudit.cli import auditing, checking, judging, keeping
from groupaudit.cli.app import main

__all__ = ["auditing", "checking", "judging", "keeping", "main"]
