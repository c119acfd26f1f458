"""Links that prove one purpose for a limited time, without opening a session.

A token holds a small JSON payload, signed under a salt named after its purpose, so a token made
for one deed is worthless for another. A token alone never changes anything: a GET shows what it
would do, a button does it.
"""

import hashlib
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils import timezone

from phare_platform.lib.models import UsedLink

ANSWER_DAYS = 30
UNSUBSCRIBE_DAYS = 400


class LinkUsed(Exception):
    """The link was good for one deed, which is done."""


class LinkExpired(Exception):
    """The link was genuine; its time is over."""


class LinkInvalid(Exception):
    """The link was not made by us, or was altered."""


def make_token(purpose: str, payload: Any) -> str:
    """A URL-safe signed token carrying `payload` (JSON values) for one purpose."""
    signer = _signer(purpose, settings.SECRET_KEY)
    return signer.sign_object(payload, serializer=signing.JSONSerializer, compress=True)


@lru_cache
def _signer(purpose: str, key: str) -> signing.TimestampSigner:
    """Kept, because a run of digests makes a million tokens; the same as `signing.dumps` uses."""
    return signing.TimestampSigner(key=key, salt=f"phare.{purpose}")


def read_token(purpose: str, token: str, *, days: int = ANSWER_DAYS) -> Any:
    """The payload of a token made for this purpose at most `days` ago.

    Raises LinkExpired or LinkInvalid.
    """
    try:
        payload = signing.loads(token, salt=f"phare.{purpose}", max_age=timedelta(days=days))
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except signing.BadSignature as error:
        raise LinkInvalid from error
    return payload


def use_once(token: str) -> None:
    """Note, in the transaction of its deed, that a link is used. Raises LinkUsed the second time.

    Two at once wait for each other: one does the deed.
    """
    digest = hashlib.sha256(token.encode()).hexdigest()
    _row, is_new = UsedLink.objects.get_or_create(sha256=digest)
    if not is_new:
        raise LinkUsed


def was_used(token: str) -> bool:
    """True when the deed of this link is done."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return UsedLink.objects.filter(sha256=digest).exists()


def forget_used_links() -> int:
    """Delete what links have expired long since; returns how many."""
    ago = timezone.now() - 2 * timedelta(days=ANSWER_DAYS)
    return UsedLink.objects.filter(used_at__lt=ago).delete()[0]
