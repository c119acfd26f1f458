"""What allauth's mails look like in our words, one line each: codes and links that open nothing."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from phare_platform.outbox.adapter import AccountAdapter
from phare_platform.outbox.composing import Sample

STRANGER = "personne@exemple.invalid"


def _words() -> dict[str, Any]:
    """Everything that one of these messages may tell."""
    return {
        "code": "EXE-MPL",
        "password_reset_url": f"{settings.SITE_URL}/compte/password/reset/",
        "signup_url": f"{settings.SITE_URL}/compte/signup/",
        "from_email": "ancienne@exemple.invalid",
        "to_email": "nouvelle@exemple.invalid",
        "deleted_email": "ancienne@exemple.invalid",
        "provider": "Région Exemple",
    }


def _send(stage: Any, prefix: str, *, known: bool = True, **words: Any) -> None:
    """Have allauth's door write this message: to our person, or to somebody without an account."""
    words |= _words()
    if known:
        stage.person.language = get_language()
        words["user"] = stage.person
    AccountAdapter().send_mail(prefix, stage.person.email if known else STRANGER, words)


def _mail(prefix: str) -> Callable[[Any], object]:
    """Of a kind that is asked for."""
    return partial(_send, prefix=prefix)


def _notice(prefix: str) -> Callable[[Any], object]:
    """Of a kind that tells of a change, and where it came from."""
    return lambda stage: _send(
        stage, prefix, timestamp=timezone.now(), ip="192.0.2.7", user_agent="Firefox 145"
    )


def _answer(prefix: str) -> Callable[[Any], object]:
    """To an address that no account uses."""
    return partial(_send, prefix=prefix, known=False)


SAMPLES = [
    Sample(prefix, label, write(prefix))
    for prefix, label, write in [
        ("account/email/email_confirmation_signup", _("code to join"), _mail),
        ("account/email/email_confirmation", _("code to confirm an address"), _mail),
        ("account/email/login_code", _("code to sign in"), _mail),
        ("account/email/password_reset_key", _("link to a new password"), _mail),
        ("account/email/password_reset_code", _("code to a new password"), _mail),
        ("account/email/account_already_exists", _("account exists already"), _mail),
        ("account/email/unknown_account", _("no account with this address"), _answer),
        ("account/email/email_confirm", _("address confirmed"), _notice),
        ("account/email/email_changed", _("address changed"), _notice),
        ("account/email/email_deleted", _("address removed"), _notice),
        ("account/email/password_changed", _("password changed"), _notice),
        ("account/email/password_reset", _("new password chosen"), _notice),
        ("account/email/password_set", _("password set"), _notice),
        ("mfa/email/totp_activated", _("two-step sign-in switched on"), _notice),
        ("mfa/email/totp_deactivated", _("two-step sign-in switched off"), _notice),
        ("mfa/email/recovery_codes_generated", _("new recovery codes"), _notice),
        ("mfa/email/webauthn_added", _("security key added"), _notice),
        ("mfa/email/webauthn_removed", _("security key removed"), _notice),
        ("socialaccount/email/account_connected", _("sign-in service linked"), _notice),
        ("socialaccount/email/account_disconnected", _("sign-in service unlinked"), _notice),
    ]
]
