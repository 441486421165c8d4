"""Which posts to read, when to stop, and what the sample says of the whole frame.

Pure statistics over references: nothing here reads a post. ``plan`` draws and stops, ``bounds``
holds the exact intervals, ``persons`` estimates how many persons there are.
"""

from groupaudit.sampling.plan import Policy, SequentialSample

__all__ = ["Policy", "SequentialSample"]
