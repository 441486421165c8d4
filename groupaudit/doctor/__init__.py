"""What ``groupaudit doctor`` examines: is everything there that the configuration needs?

Each check gives an ``Outcome``: what was seen, what breaks without it, and what to grant where. It
changes nothing, makes no file, and reads no post and no member; ``wiring`` chooses the checks.
"""
