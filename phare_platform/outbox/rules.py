"""What an error of the mail server means for a message, and when to try again. No clock here."""

import re
import smtplib
from datetime import timedelta
from enum import Enum

from anymail.exceptions import AnymailRecipientsRefused

# Waits after the first, second… refusal "for now" (4xx). Greylisting wants minutes, a full mailbox
# hours; the sum stays under the 24 hours after which nobody wants the message any more.
BACKOFF = (
    timedelta(seconds=10),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
)
MOST_ATTEMPTS = len(BACKOFF) + 1
UNREACHED_WAIT = timedelta(minutes=1)
TOO_MANY_REQUESTS, REQUEST_TIMEOUT = 429, 408


# RFC 3463: bad mailbox, bad domain, bad syntax, moved without a new address, null MX.
NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.(1|2|3|6|10)\b")


class Verdict(Enum):
    """What became of an attempt."""

    ACCEPTED = "accepted"  # the server took the message over
    UNREACHED = "unreached"  # no server to give it to: not the message's fault
    LATER = "later"  # refused for now
    REFUSED = "refused"  # refused for good
    UNKNOWN = "unknown"  # given, but the answer was lost: it may have been accepted


class ReplyLost(Exception):
    """The connection broke after the message itself had begun to leave."""


def verdict_on(error: Exception, *, connected: bool) -> Verdict:
    """What this error means; `connected` tells whether the server had answered its greeting.

    Anything not understood is UNKNOWN, because trying again blindly would send twice.
    """
    if not connected:
        return Verdict.UNREACHED
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((_by_code(code) for code, _ in error.recipients.values()), key=_gravity)
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code)
    if isinstance(error, (smtplib.SMTPNotSupportedError, ValueError, AnymailRecipientsRefused)):
        return Verdict.REFUSED  # an address or a header that cannot be sent at all
    if isinstance(error, (smtplib.SMTPServerDisconnected, OSError)):
        return Verdict.LATER  # before the message: `ReplyLost` covers what comes after
    return _by_status(getattr(error, "status_code", None))


def no_such_mailbox(words: str) -> bool:
    """Whether a refusal says that the address does not exist, and not merely "not this time"."""
    return NO_SUCH_MAILBOX.search(words) is not None


def wait_before(attempt: int) -> timedelta | None:
    """How long to wait after this many attempts refused for now; None: no more attempts."""
    return BACKOFF[attempt - 1] if attempt <= len(BACKOFF) else None


def _by_code(code: int) -> Verdict:
    if 400 <= code < 500:
        return Verdict.LATER
    return Verdict.REFUSED if 500 <= code < 600 else Verdict.UNKNOWN


def _gravity(verdict: Verdict) -> int:
    return [Verdict.LATER, Verdict.UNKNOWN, Verdict.REFUSED].index(verdict)


def _by_status(status: int | None) -> Verdict:
    """The answer of a mail provider's HTTP interface."""
    if status in (TOO_MANY_REQUESTS, REQUEST_TIMEOUT):
        return Verdict.LATER
    return Verdict.REFUSED if status and 400 <= status < 500 else Verdict.UNKNOWN
