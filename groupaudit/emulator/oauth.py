"""The token endpoint: signed assertions and refresh tokens in, bearer tokens out.

It checks what Google checks (signature, audience, times, issuer, subject, granted scopes) and
refuses in Google's words. Tokens live in memory only and never appear in a message.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from groupaudit.emulator.access import Access
from groupaudit.emulator.errors import unauthenticated
from groupaudit.emulator.messages import Principal, Request, Response, json_response
from groupaudit.emulator.state import Tenant

GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SKEW = 300  # seconds of clock difference that are forgiven
_LONGEST = 3600  # seconds an assertion may live
_LONGEST_SIGNED = 12 * 3600  # seconds a payload given to signJwt may live (IAM documentation)
_UNAUTHORIZED_CLIENT = (
    "Client is unauthorized to retrieve access tokens using this method, or client not "
    "authorized for any of the scopes requested."
)
_BAD_TIMES = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


class TokenRefused(Exception):
    """The token endpoint says no, in OAuth's own shape."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(slots=True)
class _Grant:
    principal: Principal
    expires: float
    uses: int = 0


class ServiceAccount:
    """The one service account of the emulated project, with its key pair (made when needed)."""

    email = "groupaudit@demonstration.iam.gserviceaccount.com"
    project = "demonstration"
    client_id = "100000000000000000042"

    def __init__(self) -> None:
        self.key_id = secrets.token_hex(20)

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def key_file(self, token_url: str) -> dict[str, str]:
        """The contents of a service-account key file."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": self.key_id,
            "private_key": pem.decode(),
            "client_email": self.email,
            "client_id": self.client_id,
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_url,
            "universe_domain": "googleapis.com",
        }

    def sign(self, claims: dict[str, Any]) -> str:
        """``claims`` as a signed JWT (RS256)."""
        header = {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
        signed = f"{_encode(json.dumps(header))}.{_encode(json.dumps(claims))}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encode(signature)}"

    def claims(self, assertion: str) -> dict[str, Any]:
        """The claims of ``assertion``. Raises TokenRefused when it is not signed by this key."""
        parts = assertion.split(".")
        try:
            head, claims = (json.loads(_decode(part)) for part in parts[:2])
            signed, signature = ".".join(parts[:2]).encode(), _decode(parts[2])
        except (ValueError, IndexError) as error:
            raise TokenRefused("invalid_grant", "Invalid JWT: malformed.") from error
        if not isinstance(head, dict) or not isinstance(claims, dict):
            raise TokenRefused("invalid_grant", "Invalid JWT: malformed.")
        if head.get("alg") != "RS256":
            raise TokenRefused("invalid_grant", "Invalid JWT Signature.")
        try:
            self._key.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise TokenRefused("invalid_grant", "Invalid JWT Signature.") from error
        return claims


class TokenOffice:
    """Issues bearer tokens and tells whom they stand for. Thread-safe."""

    def __init__(
        self,
        tenant: Tenant,
        access: Access,
        account: ServiceAccount,
        token_url: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._access = access
        self._account = account
        self._token_url = token_url
        self._clock = clock
        self._users = {
            address.lower(): user
            for user in tenant.users
            for address in (user.email, *user.aliases)
        }
        self._lock = threading.Lock()
        self._grants: dict[str, _Grant] = {}
        self._refresh_tokens: dict[str, str] = {}
        self.asked: frozenset[str] = frozenset()  # every scope a token was ever asked for

    def refresh_token(self, email: str) -> str:
        """A refresh token that stands for the user ``email``."""
        token = "1//" + secrets.token_urlsafe(32)
        self._refresh_tokens[token] = email
        return token

    def answer(self, request: Request) -> Response:
        """The answer to a call of the token endpoint."""
        try:
            form = {k: v[0] for k, v in parse_qs(request.body.decode()).items()}
            principal = self._principal(form)
        except UnicodeDecodeError:
            return _refusal(TokenRefused("invalid_request", "Bad Request"))
        except TokenRefused as refused:
            return _refusal(refused)
        return json_response(
            {
                "access_token": self._issue(principal),
                "expires_in": self._access.token_lifetime,
                "scope": " ".join(sorted(principal.scopes)),
                "token_type": "Bearer",
            }
        )

    def principal(self, authorization: str | None, max_uses: int | None = None) -> Principal:
        """Whom the ``Authorization`` header stands for. Raises ApiError 401."""
        scheme, _, token = (authorization or "").partition(" ")
        with self._lock:
            grant = self._grants.get(token.strip())
            if scheme.lower() != "bearer" or grant is None or grant.expires <= self._clock():
                raise unauthenticated()
            grant.uses += 1
            if max_uses is not None and grant.uses > max_uses:
                del self._grants[token.strip()]
                raise unauthenticated()
            return grant.principal

    def revoke(self, authorization: str | None) -> None:
        """Make the token of an ``Authorization`` header invalid."""
        with self._lock:
            self._grants.pop((authorization or "").partition(" ")[2].strip(), None)

    def sign_jwt(self, payload: str) -> str:
        """``payload`` (a JSON object as text) signed for the service account.

        Raises ValueError when it is not an object or would live longer than IAM allows.
        """
        claims = json.loads(payload)
        if not isinstance(claims, dict):
            raise ValueError("payload is not a JSON object")  # noqa: TRY004 - one error for both
        if claims.get("exp", 0) > self._clock() + _LONGEST_SIGNED:
            raise ValueError("exp is more than 12 hours ahead")
        return self._account.sign(claims)

    def _principal(self, form: dict[str, str]) -> Principal:
        match form.get("grant_type"):
            case "refresh_token":
                return self._refreshed(form)
            case grant if grant == JWT_BEARER:
                return self._asserted(self._account.claims(form.get("assertion", "")))
            case _:
                raise TokenRefused("unsupported_grant_type", "Invalid grant_type")

    def _refreshed(self, form: dict[str, str]) -> Principal:
        email = self._refresh_tokens.get(form.get("refresh_token", ""))
        if email is None:
            raise TokenRefused("invalid_grant", "Token has been expired or revoked.")
        asked = frozenset(form.get("scope", "").split())
        self.asked |= asked
        if not asked <= self._access.delegated_scopes:
            # RFC 6749, section 6: no scope that the user did not grant.
            raise TokenRefused("invalid_scope", "Bad Request")
        return Principal(email, asked or self._access.delegated_scopes, is_service_account=False)

    def _asserted(self, claims: dict[str, Any]) -> Principal:
        if claims.get("iss") != self._account.email:
            raise TokenRefused("invalid_grant", "Invalid grant: account not found")
        if claims.get("aud") not in (GOOGLE_TOKEN_URL, self._token_url()):
            raise TokenRefused("invalid_grant", "Invalid JWT: Failed audience check.")
        self._check_times(claims)
        scopes = frozenset(str(claims.get("scope") or "").split())
        self.asked |= scopes
        if not scopes:
            raise TokenRefused("invalid_scope", "Empty or missing scope not allowed.")
        if not all(scope.startswith("https://") for scope in scopes):
            raise TokenRefused("invalid_scope", "Some requested scopes were invalid.")
        subject = claims.get("sub")
        if not subject or subject == self._account.email:
            return Principal(self._account.email, scopes, is_service_account=True)
        return self._delegated(str(subject), scopes)

    def _delegated(self, subject: str, scopes: frozenset[str]) -> Principal:
        user = self._users.get(subject.lower())
        if user is None or user.suspended:
            raise TokenRefused("invalid_grant", "Invalid email or User ID")
        # A broader scope that is granted does not help: each must be listed by its exact name.
        if not scopes <= self._access.delegated_scopes:
            raise TokenRefused("unauthorized_client", _UNAUTHORIZED_CLIENT, status=401)
        return Principal(user.email, scopes, is_service_account=False)

    def _check_times(self, claims: dict[str, Any]) -> None:
        issued, expires, now = claims.get("iat"), claims.get("exp"), self._clock()
        if not isinstance(issued, (int, float)) or not isinstance(expires, (int, float)):
            raise TokenRefused("invalid_grant", _BAD_TIMES)
        if issued > now + _SKEW or expires < now - _SKEW or expires - issued > _LONGEST + _SKEW:
            raise TokenRefused("invalid_grant", _BAD_TIMES)

    def _issue(self, principal: Principal) -> str:
        token = "ya29.emulated." + secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._grants = {k: v for k, v in self._grants.items() if v.expires > now}
            self._grants[token] = _Grant(principal, now + self._access.token_lifetime)
        return token


def _refusal(refused: TokenRefused) -> Response:
    value = {"error": refused.error, "error_description": refused.description}
    return json_response(value, status=refused.status)


def _encode(data: str | bytes) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("not base64") from error
