"""Which posts to read, when to stop, and what the sample says of the whole frame.

Pure statistics over references: nothing here reads a post. ``strata`` divides a frame and orders
it, ``plan`` draws and stops. Intervals are exact where there is one stratum (``bounds``) and hold
in the worst case where there are several (``stratified``, over the chances in ``tails``).
``persons`` estimates how many persons there are.
"""

from groupaudit.sampling.plan import Policy, SequentialSample

__all__ = ["Policy", "SequentialSample"]
