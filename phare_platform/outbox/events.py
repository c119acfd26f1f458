"""What became of a message after a provider took it, and which addresses get nothing more.

A message that came back for good, or was reported as unwanted, suppresses its address for all
kinds but account security: a person must still be able to reset a password once the mailbox works
again. Events never touch what a person chose; lifting a suppression does not subscribe anybody.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from phare_platform.accounts.models import User
from phare_platform.outbox.enums import DeliveryKind, SuppressionReason
from phare_platform.outbox.models import DeliveryEvent, Message, Suppression

LIFTED_BY_THE_PERSON = [SuppressionReason.BOUNCED, SuppressionReason.COMPLAINED]
REASONS = {
    DeliveryKind.BOUNCED: SuppressionReason.BOUNCED,
    DeliveryKind.COMPLAINED: SuppressionReason.COMPLAINED,
}


@transaction.atomic
def record(
    *,
    event_id: str,
    address: str,
    kind: DeliveryKind,
    permanent: bool = False,
    message_id: str = "",
    words: str = "",
    at: datetime | None = None,
) -> bool:
    """Keep an event of a provider, once per `event_id`; False when it was known already.

    A permanent bounce and a complaint suppress the address. An event older than the moment at
    which somebody lifted the suppression is kept and changes nothing.
    """
    now = timezone.now()
    at = min(at or now, now)
    event, is_new = DeliveryEvent.objects.get_or_create(
        event_id=event_id[:250],
        defaults={
            "message": Message.objects.filter(message_id=message_id or None).first(),
            "address": address.lower(),
            "kind": kind,
            "permanent": permanent,
            "words": words.replace("\0", "")[:2000],
            "at": at,
        },
    )
    if not is_new:
        return False
    if kind == DeliveryKind.COMPLAINED or (kind == DeliveryKind.BOUNCED and permanent):
        _suppress(event.address, reason=REASONS[kind], since=at, note=event.words)
    return True


def suppress(address: str, *, note: str) -> None:
    """The team stops all messages to an address but those of account security. May be repeated."""
    _suppress(address, reason=SuppressionReason.BY_TEAM, since=timezone.now(), note=note)


def suppression_of(address: str) -> Suppression | None:
    """What stops messages to this address, if anything."""
    return Suppression.objects.standing().filter(address=address.lower()).first()


def lift(address: str, *, by: User, reasons: Collection[str] = SuppressionReason.values) -> bool:
    """Send messages to this address again, until it bounces again; False when nothing stopped them.

    Only what has one of the `reasons` is lifted. What the person unsubscribed from stays so.
    """
    lifted = Suppression.objects.standing().filter(address=address.lower(), reason__in=reasons)
    return bool(lifted.update(lifted_at=timezone.now(), lifted_by=by))


def _suppress(address: str, *, reason: SuppressionReason, since: datetime, note: str) -> None:
    row = Suppression(address=address.lower(), reason=reason, since=since, note=note)
    Suppression.objects.bulk_create([row], ignore_conflicts=True)
    again = Q(lifted_at__lt=since)
    if reason == SuppressionReason.BY_TEAM:  # the team's word stands over a provider's
        again |= Q(lifted_at=None)
    Suppression.objects.filter(again, address=row.address).update(
        reason=reason, since=since, note=note, lifted_at=None, lifted_by=None
    )
