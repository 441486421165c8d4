"""Where the material lies that is not part of this repository: labelled texts, fixtures, samples.

Tests that read it are skipped where it is missing, and say so.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

#: The folder that ``GROUPAUDIT_SHARED`` names, else the one beside the repository.
SHARED = Path(os.environ.get("GROUPAUDIT_SHARED", Path(__file__).parents[3] / "shared"))
CORPORA = SHARED / "corpora"
MAIL = CORPORA / "mail"


def needs(path: Path) -> pytest.MarkDecorator:
    """Skips a test where ``path`` is not at hand."""
    named = path.relative_to(SHARED)
    return pytest.mark.skipif(not path.exists(), reason=f"shared/{named} is not at hand")
