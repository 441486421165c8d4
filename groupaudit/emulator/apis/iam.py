"""IAM Credentials API: ``signJwt``, the keyless way to domain-wide delegation."""

from __future__ import annotations

from typing import Any

from groupaudit.emulator.apis import Answers
from groupaudit.emulator.errors import ApiError, bad_request, not_found
from groupaudit.emulator.messages import Call
from groupaudit.emulator.oauth import ServiceAccount, TokenOffice
from groupaudit.emulator.workspace import Workspace


class IamApi:
    """Signs claims for the one service account, when its caller may create tokens for it."""

    def __init__(self, workspace: Workspace, account: ServiceAccount, tokens: TokenOffice) -> None:
        self._workspace = workspace
        self._account = account
        self._tokens = tokens

    def answers(self) -> Answers:
        """What this API answers, by method id."""
        return {"iamcredentials.projects.serviceAccounts.signJwt": self.sign_jwt}

    def sign_jwt(self, call: Call) -> dict[str, Any]:
        """The body's payload as a signed JWT."""
        named = call.path["name"].rpartition("/")[2]
        if named not in (self._account.email, self._account.client_id):
            raise not_found("service account")
        if not self._workspace.access.token_creator:
            message = "Permission 'iam.serviceAccounts.signJwt' denied on resource."
            raise ApiError(403, "forbidden", message)
        try:
            signed = self._tokens.sign_jwt(call.body.get("payload", ""))
        except ValueError as error:
            raise bad_request(
                "Invalid payload: a JSON object with exp at most 12 hours ahead."
            ) from error
        return {"keyId": self._account.key_id, "signedJwt": signed}
