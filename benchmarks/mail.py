"""Invented list mail as Google Groups archives it: the same seed gives the same bytes.

A message takes about 6 kB: four kilobytes of transport headers (ARC, DKIM, Received), then a thread
of one new text and those that it quotes. Medical texts are those of ``training/corpus``. Ordinary
mail is technical prose, logs and patches composed here; one thread in five quotes ordinary texts of
that corpus, which were written to be mistaken. Reads no real mail.
"""

from __future__ import annotations

import base64
import json
import quopri
import random
from collections.abc import Iterator
from html import escape
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "training" / "corpus"
#: Files of it that mail is made of: always the same ones, so that figures can be compared.
FILES = (
    "contrasts", "corridor", "enclosed", "everyday", "infirmary", "ledger", "medicine", "oblique",
    "threads",
)  # fmt: skip
HEALTH = frozenset({"identifiable_health", "health_person", "health_generic"})
#: Characters of text that a thread reaches before it stops growing, at the least and at the most.
SHORTEST, LONGEST = 900, 2600
#: Share of ordinary threads that quote texts written to be mistaken for medical ones.
MISTAKABLE = 0.2

_SUBJECTS = (
    "le serveur d'impression", "the build of branch main", "la salle Belledonne", "the disk array",
    "le module de paie", "the printer on floor 2", "l'annuaire", "the release candidate",
    "la sauvegarde de nuit", "the proxy", "le commutateur du bâtiment C", "the mailing list",
)  # fmt: skip
_EVENTS = (
    "ne répond plus depuis la mise à jour de mardi", "restarts every night since we moved it",
    "sera indisponible samedi de 8 h à midi", "now passes all checks with the new compiler",
    "a été déplacé vers la nouvelle baie", "still shows the old certificate",
    "refuse les connexions de plus de cent postes", "needs a reboot before the end of the week",
    "fonctionne de nouveau, il manquait une règle de pare-feu", "was slow because of a full index",
)  # fmt: skip
_FOLLOWS = (
    "Pouvez-vous vérifier de votre côté et me dire si l'erreur persiste ?",
    "I attach the trace; the last lines look odd to me.",
    "Nous en reparlerons au point de jeudi, salle du conseil.",
    "Does anybody know who owns this machine now?",
    "La procédure est décrite sur l'intranet, rubrique informatique.",
    "Please do not merge before the freeze is over.",
    "Le fournisseur annonce une livraison en semaine 42.",
    "The patch below fixes it for me, comments welcome.",
)  # fmt: skip
_MODULES = ("kernel", "sshd", "postfix/smtpd", "cron", "systemd", "nginx", "raid6check", "named")
_SAID = (
    "connection closed by remote host", "device removed from array", "rotating log files",
    "retry limit reached, giving up", "state changed to idle", "lookup took 1204 ms",
)  # fmt: skip


class Writer:
    """Writes messages from one stream of chance."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
        rows = [
            json.loads(line)
            for name in FILES
            for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        self._medical = [str(row["text"]) for row in rows if row["label"] in HEALTH]
        self._ordinary = [str(row["text"]) for row in rows if row["label"] == "ordinary"]

    def mailbox(self, count: int, medical: float) -> bytes:
        """``count`` messages as one mbox, of which the share ``medical`` is medical."""
        wanted = [number < round(count * medical) for number in range(count)]
        self._chance.shuffle(wanted)
        return b"".join(self._entry(number, medical=one) for number, one in enumerate(wanted))

    def _entry(self, number: int, *, medical: bool) -> bytes:
        text = self._thread(medical=medical).replace("\nFrom ", "\n>From ")
        head, body = self._encoded(text)
        first = f"From list@example Mon Jan  1 00:{number % 60:02}:00 2026\n"
        return (first + self._headers(number) + head + "\n").encode("latin-1") + body + b"\n\n"

    def _thread(self, *, medical: bool) -> str:
        texts = self._medical_texts() if medical else self._ordinary_texts()
        wanted, depth = self._chance.randint(SHORTEST, LONGEST), 0
        thread = ""
        while len(thread) < wanted:
            mark = "> " * depth
            thread += "\n".join(mark + line for line in next(texts).splitlines())
            thread += f"\n\n{mark}Le lun. 3 nov. 2025 à 1{depth % 10}:04, C. Arnoux a écrit :\n"
            depth = min(3, depth + 1)
        return thread.encode("latin-1", "replace").decode("latin-1")

    def _medical_texts(self) -> Iterator[str]:
        while True:
            yield self._chance.choice(self._medical)

    def _ordinary_texts(self) -> Iterator[str]:
        makers = (self._prose, self._prose, self._log, self._patch)
        mistakable = self._chance.random() < MISTAKABLE
        while True:
            if mistakable:
                yield self._chance.choice(self._ordinary)
            yield self._chance.choice(makers)()

    def _prose(self) -> str:
        pick = self._chance.choice
        return "\n".join(
            f"Bonjour, {pick(_SUBJECTS)} {pick(_EVENTS)}. {pick(_FOLLOWS)}"
            for _ in range(self._chance.randint(2, 6))
        )

    def _log(self) -> str:
        pick, number = self._chance.choice, self._chance.randrange
        return "\n".join(
            f"Nov  3 1{number(10)}:{number(60):02}:{number(60):02} srv{number(40)}"
            f" {pick(_MODULES)}[{number(32768)}]: {pick(_SAID)}"
            for _ in range(number(4, 15))
        )

    def _patch(self) -> str:
        number = self._chance.randrange
        lines = [
            f"{'+-  '[number(4)]}\tif (dev_{number(99)} && state->flags & 0x{number(256):02x})"
            for _ in range(number(5, 14))
        ]
        return "\n".join([f"@@ -{number(900)},7 +{number(900)},9 @@", *lines])

    def _encoded(self, text: str) -> tuple[str, bytes]:
        """Content headers and the encoded body: two in five quoted-printable, then one of each."""
        kind = self._chance.choice(("qp", "qp", "base64", "8bit", "html"))
        if kind == "html":
            return self._alternative(text)
        charset = "iso-8859-1" if kind == "8bit" else "utf-8"
        named = {"qp": "quoted-printable"}.get(kind, kind)
        head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {named}\n"
        return head, _transferred(text.encode(charset), kind)

    def _alternative(self, text: str) -> tuple[str, bytes]:
        line = f"----=_{self._token(16)}"
        page = "".join(f"<p>{escape(one)}</p>\n" for one in text.splitlines())
        pieces = (("plain", text), ("html", f"<html><body><div>{page}</div></body></html>"))
        body = b"".join(
            f"--{line}\nContent-Type: text/{kind}; charset=utf-8\n"
            f"Content-Transfer-Encoding: quoted-printable\n\n".encode()
            + _transferred(source.encode(), "qp")
            + b"\n"
            for kind, source in pieces
        )
        head = f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="{line}"\n'
        return head, body + f"--{line}--\n".encode()

    def _headers(self, number: int) -> str:
        signed = "\n        ".join(self._token(68) for _ in range(5))
        hops = "".join(
            f"Received: from mx{hop}.relay.example (mx{hop}.relay.example. [192.0.2.{hop}])\n"
            f"        by mx.google.example with ESMTPS id {self._token(22)}\n"
            f"        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\n"
            f"        Mon, 03 Nov 2025 0{hop}:12:4{hop} -0800 (PST)\n"
            for hop in range(4)
        )
        return (
            f"{hops}ARC-Seal: i=2; a=rsa-sha256; t=1762157565; cv=pass; d=google.example;\n"
            f"        b={signed}\n"
            f"ARC-Message-Signature: i=2; a=rsa-sha256; c=relaxed/relaxed; d=google.example;\n"
            f"        h=list-unsubscribe:list-archive:list-post:list-id:to:from:subject:date;\n"
            f"        bh={self._token(43)}=; b={signed}\n"
            f"ARC-Authentication-Results: i=2; mx.google.example; dkim=pass header.s=20230601;\n"
            f"        spf=pass (google.example: domain designates 192.0.2.7 as sender)\n"
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=ch.example; s=20230601;\n"
            f"        bh={self._token(43)}=; b={signed}\n"
            f"X-Gm-Message-State: {self._token(60)}\nX-Received: by 2002:a05:{self._token(22)}\n"
            f"MIME-Version: 1.0\nDate: Mon, 3 Nov 2025 09:{number % 60:02}:00 +0100\n"
            f"From: =?utf-8?Q?C=C3=A9line_Arnoux?= <c.arnoux@ch.example>\nTo: liste@ch.example\n"
            f"Subject: =?utf-8?Q?Re:_message_num=C3=A9ro?= {number}\n"
            f"Message-ID: <{number}.{self._token(20)}@mail.ch.example>\n"
            f"References: <{self._token(30)}@mail.ch.example>\n"
            f"Precedence: list\nMailing-list: list liste@ch.example\n"
            f"List-ID: <liste.ch.example>\nList-Archive: <https://groups.google.example/liste>\n"
        )

    def _token(self, length: int) -> str:
        return base64.b64encode(self._chance.randbytes(length)).decode()[:length].replace("=", "x")


def _transferred(data: bytes, kind: str) -> bytes:
    if kind == "base64":
        return base64.encodebytes(data)
    return quopri.encodestring(data) if kind == "qp" else data
