"""Writes on messages and on who wants none. Rooms call `queue_message`; nothing else sends mail."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.urls import reverse
from django.utils import timezone

from phare_platform.accounts.models import User
from phare_platform.lib.signing import make_token
from phare_platform.outbox.budget import OPTIONAL_BY_KIND, may_write_to
from phare_platform.outbox.composing import Letter, present_desk
from phare_platform.outbox.enums import OPTIONAL_KINDS, TROUBLED, MessageKind, MessageStatus
from phare_platform.outbox.models import DeliveryEvent, Message, Unsubscription
from phare_platform.outbox.rendering import Rendered, render

UNSUBSCRIBE = "unsubscribe"  # purpose of the signed link
PREFERENCES = "preferences"  # the same, to the page of all one's notifications
WORDS_KEPT, ROWS_KEPT = timedelta(days=30), timedelta(days=365)


def queue_message(
    *,
    key: str,
    kind: MessageKind,
    template: str,
    context: dict[str, Any],
    to: User | str,
    language: str | None = None,
    unsubscribe: bool = False,
    not_before: datetime | None = None,
    campaign: str = "",
    territory: str = "",
    optional: bool | None = None,
) -> Message | None:
    """Write a message in the transaction of what it tells; the relay sends it after the commit.

    `key` names the occasion ("digest:2026-W47:412"): a second message under the same key is not
    written and None is returned, so a service that runs twice tells people once. `template` is a
    base path with `.subject.txt`, `.txt` and, if wished, `.html` beside it; the templates get
    `context` plus `site_url`, `recipient`, `language`, `unsubscribe_url` and `preferences_url`. A
    person is written to in their own language, a bare address in `language` (French by default).
    With `unsubscribe`, the message carries the one-click headers of RFC 8058. `campaign` and
    `territory` (the code of a department) are what the team counts by; without a campaign it is the
    kind. An `optional` message (by default: a digest) is not written, and None returned, when the
    person's yearly budget is spent. Raises TransactionManagementError outside a transaction.
    """
    _require_transaction()
    if optional is None:
        optional = kind in OPTIONAL_BY_KIND
    desk = present_desk()
    if desk is None and _is_too_many(key, to, optional=optional):
        return None
    recipient, address = (to, to.email) if isinstance(to, User) else (None, to)
    language = desk.language if desk else language
    language = language or (recipient.language if recipient else settings.LANGUAGE_CODE)
    link = unsubscribe_url(address, kind) if unsubscribe else ""
    rendered = render(
        template,
        {
            "recipient": recipient,
            "unsubscribe_url": link,
            "preferences_url": preferences_url(recipient) if recipient else "",
            **context,
        },
        language=language,
    )
    return queue_rendered(
        key=key,
        kind=kind,
        rendered=rendered,
        to=address,
        recipient=recipient,
        language=language,
        unsubscribe_link=link,
        not_before=not_before,
        campaign=campaign,
        territory=territory,
    )


def _is_too_many(key: str, to: User | str, *, optional: bool) -> bool:
    """True when the budget is spent, or the message under this key is written already."""
    if optional and isinstance(to, User) and not may_write_to(to):
        return True
    return Message.objects.filter(dedupe_key=key).exists()


def queue_rendered(
    *,
    key: str,
    kind: MessageKind,
    rendered: Rendered,
    to: str,
    recipient: User | None,
    language: str,
    unsubscribe_link: str = "",
    not_before: datetime | None = None,
    campaign: str = "",
    territory: str = "",
) -> Message | None:
    """Write a message whose words are already there; otherwise as `queue_message`."""
    _require_transaction()
    if desk := present_desk():
        desk.letters.append(Letter(kind, to, recipient, language, rendered))
        return None
    message = _row(
        kind=kind,
        campaign=campaign,
        draft=Draft(
            key=key,
            to=to,
            recipient=recipient,
            rendered=rendered,
            language=language,
            unsubscribe_link=unsubscribe_link,
            not_before=not_before,
            territory=territory,
        ),
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.filter(message_id=message.message_id).first()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message about to be written, its words already there."""

    key: str
    to: str
    recipient: User | None
    rendered: Rendered
    language: str
    unsubscribe_link: str = ""
    not_before: datetime | None = None
    territory: str = ""


def queue_many(drafts: Sequence[Draft], *, kind: MessageKind, campaign: str) -> None:
    """Write many messages of one kind and campaign in one query; as `queue_rendered` for each.

    A key that exists already keeps its message. Budgets are the caller's business
    (`budget.hold_budgets` for all at once).
    """
    _require_transaction()
    if desk := present_desk():
        for draft in drafts:
            desk.letters.append(
                Letter(kind, draft.to, draft.recipient, draft.language, draft.rendered)
            )
        return
    rows = [_row(kind=kind, campaign=campaign, draft=draft) for draft in drafts]
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def _row(*, kind: MessageKind, campaign: str, draft: Draft) -> Message:
    return Message(
        dedupe_key=draft.key,
        kind=kind,
        recipient=draft.recipient,
        to=draft.to,
        campaign=campaign or kind,
        territory=draft.territory,
        language=draft.language,
        subject=draft.rendered.subject,
        text=draft.rendered.text,
        html=draft.rendered.html,
        headers=_headers(draft.unsubscribe_link),
        # Fixed: each attempt carries it.
        message_id=f"<{uuid.uuid4()}@{settings.OUTBOX_DOMAIN}>",
        not_before=draft.not_before,
    )


def withdraw(key_begins: str, *, to: User | None = None) -> int:
    """Cancel what waits under keys that begin so, for this person or all; returns how many.

    For what nobody wants or may read any more. What a sender has taken leaves all the same.
    """
    waiting = Message.objects.pending().filter(dedupe_key__startswith=key_begins)
    if to is not None:
        waiting = waiting.filter(recipient=to)
    return waiting.update(status=MessageStatus.CANCELLED)


def note_answer(key: str, *, at: datetime) -> None:
    """Note that a link of the message under this key was used to answer; the first time counts."""
    Message.objects.filter(dedupe_key=key, answered_at=None).update(answered_at=at)


def unsubscribe_url(address: str, kind: MessageKind) -> str:
    """The absolute, signed link by which this address stops messages of this kind."""
    token = make_token(UNSUBSCRIBE, {"address": address.lower(), "kind": str(kind)})
    return f"{settings.SITE_URL}{reverse('outbox:unsubscribe', args=[token])}"


def preferences_url(person: User) -> str:
    """The absolute, signed link to the page where this person chooses all notifications."""
    token = make_token(PREFERENCES, {"user": person.pk})
    return f"{settings.SITE_URL}{reverse('mail_preferences_link', args=[token])}"


def unsubscribe(address: str, *, kind: MessageKind) -> None:
    """Send this address no more messages of this kind, from the next one on. May be repeated.

    Raises ValueError for account security, which nobody can switch off.
    """
    if kind == MessageKind.SECURITY:
        raise ValueError(kind)
    Unsubscription.objects.bulk_create(
        [Unsubscription(address=address.lower(), kind=kind)], ignore_conflicts=True
    )


def resubscribe(address: str, *, kind: MessageKind) -> None:
    """Send this address messages of this kind again. May be repeated."""
    Unsubscription.objects.filter(address=address.lower(), kind=kind).delete()


def choose_kinds(address: str, *, wanted: Collection[MessageKind]) -> None:
    """Have this address receive the kinds in `wanted`, and account security, and no other."""
    for kind in OPTIONAL_KINDS:
        (resubscribe if kind in wanted else unsubscribe)(address, kind=kind)


def send_again(messages: QuerySet[Message]) -> int:
    """Give these messages new attempts, as far as they are in trouble or held; returns how many.

    A message in doubt may then arrive twice: only a person who has looked may decide that.
    """
    return messages.filter(status__in=[*TROUBLED, MessageStatus.HELD]).update(
        status=MessageStatus.PENDING,
        attempts=0,
        not_before=None,
        queued_until=None,
        lease_until=None,
        doubtful_since=None,
        last_error="",
    )


def let_go(messages: QuerySet[Message]) -> int:
    """Give these messages up, as far as they are in trouble or held; returns how many."""
    return messages.filter(status__in=[*TROUBLED, MessageStatus.HELD]).update(
        status=MessageStatus.CANCELLED
    )


def hold_unfinished() -> int:
    """After a restored backup: keep back every message not known to be sent; returns how many.

    What was waiting when the backup was made has probably left since. The team sends again what
    is still of use.
    """
    return Message.objects.filter(
        status__in=[MessageStatus.PENDING, MessageStatus.SENDING, MessageStatus.IN_DOUBT]
    ).update(status=MessageStatus.HELD)


def forget_old_messages() -> tuple[int, int]:
    """Empty the words of messages after 30 days, delete the rows after a year.

    Returns how many of each. Messages in trouble keep their words until somebody has looked.
    """
    now = timezone.now()
    emptied = (
        Message.objects.filter(created_at__lt=now - WORDS_KEPT)
        .exclude(status__in=[*TROUBLED, MessageStatus.HELD, MessageStatus.PENDING])
        .exclude(text="")
        .update(text="", html="", headers={})
    )
    deleted, _ = Message.objects.filter(created_at__lt=now - ROWS_KEPT).delete()
    DeliveryEvent.objects.filter(at__lt=now - ROWS_KEPT).delete()
    return emptied, deleted


def _headers(unsubscribe_link: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated"}
    if unsubscribe_link:
        headers["List-Unsubscribe"] = f"<{unsubscribe_link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("Queue a message inside the transaction of what it tells.")
