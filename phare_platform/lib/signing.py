"""Links that prove one purpose for a limited time, without opening a session.

A token holds a small JSON payload, signed under a salt named after its purpose, so a token made
for one deed is worthless for another. A token alone never changes anything: a GET shows what it
would do, a button does it.
"""

from datetime import timedelta
from typing import Any

from django.core import signing

ANSWER_DAYS = 30
UNSUBSCRIBE_DAYS = 400


class LinkExpired(Exception):
    """The link was genuine; its time is over."""


class LinkInvalid(Exception):
    """The link was not made by us, or was altered."""


def make_token(purpose: str, payload: dict[str, Any]) -> str:
    """A URL-safe signed token carrying `payload` (JSON values) for one purpose."""
    return signing.dumps(payload, salt=f"phare.{purpose}", compress=True)


def read_token(purpose: str, token: str, *, days: int = ANSWER_DAYS) -> dict[str, Any]:
    """The payload of a token made for this purpose at most `days` ago.

    Raises LinkExpired or LinkInvalid.
    """
    try:
        payload: dict[str, Any] = signing.loads(
            token, salt=f"phare.{purpose}", max_age=timedelta(days=days)
        )
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except signing.BadSignature as error:
        raise LinkInvalid from error
    return payload
