"""Tells people and machines how an audit went: mail, webhooks, a heartbeat.

Messages hold counts, severities and addresses of groups; no post, no excerpt, no person. A message
that cannot be delivered is a value, and never the end of an audit.
"""
