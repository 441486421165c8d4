"""The fictitious Centre hospitalier de Valmorée: everything the emulated Workspace is filled with.

All persons, addresses and numbers are invented. Every value is drawn from a generator seeded by the
tenant's seed and the thing's own number, so that any group or post can be made alone, in any order,
and always with the same bytes. It knows nothing of groupaudit: it is Google's side of the wire.
"""
