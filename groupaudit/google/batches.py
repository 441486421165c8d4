"""Several calls of one API in one HTTP request, as Google's ``multipart/mixed`` batches.

The library writes and reads the envelope; this module gives each call's own answer or refusal back.
It tries nothing twice and follows no quota: ``transport`` does, for each call in the batch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from googleapiclient.errors import BatchError, HttpError

from groupaudit.google.refusals import Garbled, Refused
from groupaudit.google.wire import Session

#: Calls in one batch. Google's Gmail guide advises against more than 50.
MOST_CALLS = 50

#: Reasons for which a whole batch ends that a call sent alone need not share: the server knows no
#: batches, or wraps its answers in a way that the library does not read.
NOT_TAKEN = frozenset({"not-found", "request-refused", "bad-answer"})

#: How the library stumbles over an envelope that is cut off, or none, or wrapped in another way.
_STUMBLES = (BatchError, ValueError, LookupError, AttributeError, TypeError, RecursionError)

Answer = dict[str, Any] | Refused


def send(service: Any, built: Sequence[Any], session: Session) -> list[Answer]:
    """The answer to each of ``built`` (requests of ``service``), in their order.

    Raises Refused when Google refuses the batch as a whole or its token, Garbled when it does not
    answer every call in a form that can be read, and what sockets raise.
    """
    answers: dict[str, Answer] = {}

    def take(number: str, answer: Any, error: HttpError | None) -> None:
        answers[number] = _refused(error) if error else _object(answer)

    batch = service.new_batch_http_request()
    for number, request in enumerate(built):
        batch.add(request, callback=take, request_id=str(number))
    try:
        batch.execute(http=session)
    except _STUMBLES as error:
        raise Garbled from error
    except HttpError as error:  # after BatchError, which is one, but of no answer
        raise _refused(error) from error
    for answer in answers.values():
        if isinstance(answer, Refused) and answer.status == 401:
            session.renew()  # the token of all of them: tell it as the batch's own failure
            raise answer
    return [answers[str(number)] for number in range(len(built))]


def _refused(error: HttpError) -> Refused:
    return Refused(error.resp.status, error.content, error.resp.get("retry-after"))


def _object(answer: Any) -> Answer:
    """The answer of a call, an unreadable one as the refusal of a server that failed."""
    if isinstance(answer, dict):
        return answer
    return Refused(502, json.dumps({"error": {"status": "UNREADABLE"}}).encode(), None)
