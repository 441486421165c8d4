"""Passwords and addresses with tokens in them: where they may be kept, and where they may travel.

A secret stands in the environment, in a file of its own (written ``file:PATH``), or in the
configuration itself; whichever file it is, only its owner may be able to read it. Nothing here
shows a secret: not in a message, not in a representation.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from groupaudit.errors import ConfigError

#: What a value begins with that names the file where the secret is.
FILE_MARK = "file:"

#: Bytes of such a file at most; tokens and addresses are far shorter.
_MOST_BYTES = 4096

#: Permissions of group and others.
_OTHERS = 0o077


def stands_alone(secret: SecretStr) -> bool:
    """Whether ``secret`` is the secret itself: not empty, and not the name of a file."""
    text = secret.get_secret_value()
    return bool(text) and not text.startswith(FILE_MARK)


def is_private(file: Path) -> bool:
    """Whether nobody but its owner can read or change ``file``. Raises OSError."""
    return not file.stat().st_mode & _OTHERS


def reveal(secret: SecretStr, folder: Path, key: str) -> str:
    """The text of ``secret``, read from its file if it names one; ``folder`` is where paths start.

    ``key`` is the name in the configuration, for messages. One line end after the text is dropped.

    Raises:
        ConfigError: the file is missing, empty, too long, no text, or readable by others.
    """
    if not secret.get_secret_value().startswith(FILE_MARK):
        return secret.get_secret_value()
    file = folder / Path(secret.get_secret_value().removeprefix(FILE_MARK)).expanduser()
    try:
        return _read(file, key)
    except OSError as error:
        raise ConfigError(f"{key}: {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        # Not chained: the error would carry the bytes.
        raise ConfigError(f"{key}: {file} is not UTF-8 text; save it as UTF-8") from None


def _read(file: Path, key: str) -> str:
    if not file.is_file():
        raise ConfigError(f"{key}: {file} is no file; write the secret into it, alone on one line")
    if not is_private(file):
        raise ConfigError(f"{key}: others can read {file}; run: chmod 600 {file}")
    with file.open("rb") as stream:
        text = stream.read(_MOST_BYTES + 1).decode("utf-8").removesuffix("\n").removesuffix("\r")
    if not text or len(text) >= _MOST_BYTES or not text.isprintable():
        raise ConfigError(f"{key}: {file} must hold the secret alone, on one line")
    return text


def sealed_url(url: str) -> str:
    """``url``, if no token can travel bare to it: ``https``, or ``http`` on the loopback.

    Raises ValueError, whose message does not repeat the address.
    """
    message = "must be an https:// address (http:// is accepted for loopback only)"
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(message) from error
    loopback = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if parts.hostname and (parts.scheme == "https" or loopback) and url.isprintable():
        return url
    raise ValueError(message)


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, told without asking a name server."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
