"""What libraries raise for damaged files, beside the exceptions that they document.

No library promises these, and a hostile file can bring any of them out; who opens it adds the
library's own. Memory that runs out is no damage: that is for the caller to tell.
"""

from __future__ import annotations

import struct

DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    NotImplementedError,
    struct.error,
)
