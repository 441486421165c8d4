"""The embedded Workspace: a fictitious hospital served over HTTP on loopback.

``server.Emulator`` is the way in; ``faults.Faults`` says what shall go wrong, ``access.Access`` who
may do what, ``state.Tenant`` what is served. Used by ``demo``, ``emulator`` and the tests; it
knows nothing else of groupaudit, so that the two sides of the wire cannot agree by accident.
"""
