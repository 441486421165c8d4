"""``python -m groupaudit``."""

from groupaudit.cli import main

main()
