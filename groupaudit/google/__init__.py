"""How groupaudit speaks to Google: credentials, pacing, retries, one place to send requests.

``transport.GoogleApis`` is the way in: give it an ``auth.Access``, ask it for a ``Feature`` (one
use of one API with the least scopes it needs), then ``call``, ``pages`` or ``download``. It refuses
to know what the answers mean: that is the business of the rooms above.
"""
