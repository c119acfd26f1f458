"""What an error of the mail server means."""

import smtplib

import pytest
from anymail.exceptions import AnymailRecipientsRefused

from phare_platform.outbox.rules import (
    BACKOFF,
    MOST_ATTEMPTS,
    ReplyLost,
    Verdict,
    no_such_mailbox,
    verdict_on,
    wait_before,
)


class ProviderError(Exception):
    def __init__(self, status_code):
        self.status_code = status_code


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), Verdict.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a": (451, b"later")}), Verdict.LATER),
        (smtplib.SMTPSenderRefused(421, b"busy", "me"), Verdict.LATER),
        (smtplib.SMTPDataError(554, b"spam"), Verdict.REFUSED),
        (smtplib.SMTPDataError(-1, b"?"), Verdict.UNKNOWN),
        (smtplib.SMTPNotSupportedError("utf8"), Verdict.REFUSED),
        (smtplib.SMTPServerDisconnected("gone"), Verdict.LATER),
        (TimeoutError("slow"), Verdict.LATER),
        (ReplyLost("gone"), Verdict.UNKNOWN),
        (ProviderError(429), Verdict.LATER),
        (ProviderError(422), Verdict.REFUSED),
        (ProviderError(500), Verdict.UNKNOWN),
        (AnymailRecipientsRefused("invalid"), Verdict.REFUSED),
        (RuntimeError("?"), Verdict.UNKNOWN),
    ],
)
def test_each_error_has_its_verdict(error, verdict):
    assert verdict_on(error, connected=True) is verdict


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(), smtplib.SMTPAuthenticationError(535, b"")]
)
def test_what_fails_before_the_greeting_is_not_the_message_s_fault(error):
    assert verdict_on(error, connected=False) is Verdict.UNREACHED


@pytest.mark.parametrize(
    ("words", "gone"),
    [
        ("SMTPRecipientsRefused: {'a': (550, b'5.1.1 unknown')}", True),
        ("(550, b'5.1.10 null MX')", True),
        ("(550, b'5.7.1 spam')", False),
        ("(554, b'15.1.15 nonsense')", False),
        ("(550, b'nobody here')", False),
    ],
)
def test_only_a_clear_word_says_that_a_mailbox_does_not_exist(words, gone):
    assert no_such_mailbox(words) is gone


def test_waits_grow_and_end_within_a_day():
    assert list(BACKOFF) == sorted(BACKOFF)
    assert sum(wait.total_seconds() for wait in BACKOFF) < 86400
    assert wait_before(MOST_ATTEMPTS) is None
