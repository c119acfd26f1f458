"""Writes on people's accounts."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal

TOKEN_DAYS, LONGEST_TOKEN_DAYS = 90, 365
MOST_TOKENS = 10


def set_language(user: User, *, language: str) -> None:
    """Speak to this person in `language` from now on, on pages and in mail.

    Raises ValueError for a language PHARE does not speak.
    """
    if language not in dict(settings.LANGUAGES):
        raise ValueError(language)
    user.language = language
    user.save(update_fields=["language"])


def edit_profile(user: User, *, display_name: str, language: str) -> None:
    """Keep the name shown to partners and the language of pages and mail."""
    user.display_name = display_name
    user.save(update_fields=["display_name"])
    set_language(user, language=language)


@transaction.atomic
def create_token(user: User, *, days: int = TOKEN_DAYS) -> tuple[AuthToken, str]:
    """An API token of this person, valid 1 to 365 days, and its secret, which is kept nowhere.

    Only a digest is stored: show the secret at once, it cannot be had again. Raises Refusal when
    the person has MOST_TOKENS valid ones already.
    """
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Refusal(_("A token lasts from one day to one year."), code="token_days")
    User.objects.select_for_update().get(pk=user.pk)  # two requests at once count one by one
    AuthToken.objects.filter(user=user, expiry__lte=timezone.now()).delete()
    if AuthToken.objects.filter(user=user).count() >= MOST_TOKENS:
        told = _("You have %(n)d tokens already: revoke one first.") % {"n": MOST_TOKENS}
        raise Conflict(told, code="too_many_tokens")
    token, secret = AuthToken.objects.create(user, expiry=timedelta(days=days))
    return token, secret


def revoke_token(user: User, *, key: str) -> bool:
    """End the token whose secret begins with `key`; False when this person has no such token."""
    deleted, _rows = AuthToken.objects.filter(user=user, token_key=key).delete()
    return bool(deleted)


def revoke_all_tokens(user: User) -> None:
    """End every token of this person, as when the password changes."""
    AuthToken.objects.filter(user=user).delete()
