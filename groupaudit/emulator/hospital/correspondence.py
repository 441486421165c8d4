"""Writes one planned post: who sends it, what it says, how it is quoted or forwarded.

Refuses to decide what a post is about (``archive``) and how mail is encoded (``mail``).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from groupaudit.emulator.hospital.archive import Opening, Planned
from groupaudit.emulator.hospital.draw import bank, dice, digits, token
from groupaudit.emulator.hospital.identities import Person, person
from groupaudit.emulator.hospital.letters import Letter, compose, templates
from groupaudit.emulator.hospital.mail import Envelope, encode
from groupaudit.emulator.hospital.places import CONSUMER_MAIL, PRIMARY
from groupaudit.emulator.hospital.staff import FIRST_ACTIVE, accounts

_FORWARDED = 0.07
_SIGNED = 0.6
_DISCLAIMED = 0.25


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: name and address."""

    name: str
    address: str


def write(seed: int, group: str, post: Planned) -> bytes:
    """The RFC 5322 bytes of ``post`` as delivered to the members of the group at ``group``."""
    rng = dice(seed, "write", group, post.id)
    letter = _opening_letter(seed, group, post.opening)
    sender = _sender(seed, group, post.opening, post.reply)
    body, subject = letter.body, letter.subject
    if post.reply:
        first = _sender(seed, group, post.opening, 0)
        body = _reply(rng, letter, post, first)
        subject = f"Re: {subject}"
    elif rng.random() < _FORWARDED:
        body = _forward(rng, letter, post, _colleague(seed, rng))
        subject = f"{rng.choice(('Fwd', 'TR', 'Tr'))}: {subject}"
    envelope = Envelope(
        group=group,
        group_number=digits(12, seed, group),
        sender=sender.name,
        address=sender.address,
        subject=subject,
        date=post.date,
        message_id=_message_id(seed, group, post.opening, post.reply),
        in_reply_to=_message_id(seed, group, post.opening, 0) if post.reply else "",
    )
    from_outside = sender.address.rpartition("@")[2] in CONSUMER_MAIL
    signed = body if from_outside else body + _signature(rng, sender)
    attachments = () if post.reply else letter.attachments
    return encode(envelope, signed, attachments, rng)


def people_of(seed: int, group: str, opening: Opening) -> tuple[Person, ...]:
    """The persons named in a conversation of ``group``."""
    patients = opening.verdict == "identifiable_health"
    pool = f"{'patients' if patients else 'contacts'}/{group}"
    return tuple(person(seed, pool, number) for number in opening.people)


def _opening_letter(seed: int, group: str, opening: Opening) -> Letter:
    template = templates(opening.kind)[opening.choice]
    rng = dice(seed, "letter", group, opening.number)
    return compose(template, people_of(seed, group, opening), opening.date, rng)


def _sender(seed: int, group: str, opening: Opening, reply: int) -> Sender:
    if opening.kind == "from_patients" and not reply:
        who = people_of(seed, group, opening)[0]
        return Sender(f"{who.first} {who.last}", who.mail)
    return _colleague(seed, dice(seed, "sender", group, opening.number, reply))


def _colleague(seed: int, rng: Random) -> Sender:
    user = rng.choice(accounts(seed)[FIRST_ACTIVE:])
    return Sender(user.name, user.email)


def _message_id(seed: int, group: str, opening: Opening, reply: int) -> str:
    return f"<{token(22, seed, group, opening.number, reply)}@mail.{PRIMARY}>"


def _reply(rng: Random, letter: Letter, post: Planned, first: Sender) -> str:
    answer: str = rng.choice(bank("words")["ack"])
    if not post.quotes:
        return answer
    quoted = "\n".join(f"> {line}" for line in letter.body.split("\n"))
    when = f"{post.opening.date:%d/%m/%Y à %H:%M}"
    return f"{answer}\n\nLe {when}, {first.name} <{first.address}> a écrit :\n{quoted}"


def _forward(rng: Random, letter: Letter, post: Planned, first: Sender) -> str:
    opening = rng.choice(("Pour info.", "Voir ci-dessous", "pour suite à donner svp"))
    return (
        f"{opening}\n\n---------- Message transféré ---------\n"
        f"De : {first.name} <{first.address}>\nDate : {post.date:%d/%m/%Y %H:%M}\n"
        f"Objet : {letter.subject}\n\n{letter.body}"
    )


def _signature(rng: Random, sender: Sender) -> str:
    words = bank("words")
    signed = ""
    if rng.random() < _SIGNED:
        signed = (
            f"\n\n-- \n{sender.name}\n{rng.choice(words['signature'])}\n"
            f"Centre hospitalier de Valmorée – Tél. 01 99 00 {rng.randint(10, 99)} "
            f"{rng.randint(10, 99)}"
        )
    if rng.random() < _DISCLAIMED:
        signed += f"\n\n{rng.choice(words['disclaimer'])}"
    return signed
