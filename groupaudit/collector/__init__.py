"""Who can read each Google Group: collects settings, members and switches, and judges them.

``source.WorkspaceGroups`` is the way in. It refuses to look at a post, and to guess: what could not
be read is said to be unknown.
"""
