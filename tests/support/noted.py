"""What may stand in the places that the forms of notes and errors leave open."""

from __future__ import annotations

#: Something that each placeholder may stand for.
SAMPLES = {
    "count": "1200",
    "all": "44",
    "opened": "5",
    "reason": "access-denied",
    "log": "groups_enterprise",
    "moment": "2026-11-24 08:00",
    "source": "vault",
    "reasons": "2 access-denied, 1 not-found",
    "address": "bloc@ch.example",
    "file": "bloc@ch.example",
    "path": "/srv/archive (old)",
    "client": "104729",
    "scopes": "https://www.googleapis.com/auth/ediscovery, https://mail.google.com/",
    "what": "the audit log",
    "technical": "ReadTimeout",
    "because": " (403 forbidden)",
    "unreadable": " (not readable: 2 mailbox-refused)",
    "entry": "CHANGE_GROUP_SETTING WHO_CAN_VIEW: ? → ANYONE_CAN_VIEW",
    "remark": ", no change of readers since",
    "origin": ", from 203.0.113.7",
    "through": ", through GAM",
    "detail": "HTTP 403 (forbidden); ask an administrator",
    "said": "HTTP 403",
}
