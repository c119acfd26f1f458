"""allauth's own messages go through the outbox like all others."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from phare_platform.accounts.models import User
from phare_platform.accounts.services import revoke_all_tokens
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.rendering import fill, render
from phare_platform.outbox.services import preferences_url, queue_rendered

MAIL = "account/email/mail"  # the frame around every message


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open to all; mail leaves by the outbox."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the message `<template_prefix>_message.txt` in the language of its reader.

        An address without an account is answered in the language of the page, and as fast as any
        other, so the time taken tells nobody whether the account exists.
        """
        person = context.get("user") or _person_at(email)
        language = person.language if person else (get_language() or settings.LANGUAGE_CODE)[:2]
        words = {**context, "email": email, "recipient": person}
        body = fill(f"{template_prefix}_message.txt", words, language=language).strip()
        words |= {
            "body": body,
            "paragraphs": body.split("\n\n"),
            "subject_template": f"{template_prefix}_subject.txt",
            "preferences_url": preferences_url(person) if person else "",
        }
        with transaction.atomic():
            queue_rendered(
                key=f"security:{uuid.uuid4()}",
                kind=MessageKind.SECURITY,
                rendered=render(MAIL, words, language=language),
                to=email,
                recipient=person,
                language=language,
            )

    def set_password(self, user: User, password: str) -> None:
        """Keep the new password and end the person's API tokens, which the old one had opened."""
        super().set_password(user, password)
        revoke_all_tokens(user)


def _person_at(email: str) -> User | None:
    addresses = EmailAddress.objects.filter(email__iexact=email).select_related("user")
    address = addresses.order_by("-verified", "pk").first()
    return address.user if address else None
