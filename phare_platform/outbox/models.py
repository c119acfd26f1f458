"""Every message is a row first. The row is the truth; the queue only makes it fast."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from phare_platform.outbox.enums import (
    TROUBLED,
    DeliveryKind,
    MessageKind,
    MessageStatus,
    SuppressionReason,
)


class MessageQuerySet(models.QuerySet["Message"]):
    """Words for the states that the sender and the team look for."""

    def pending(self) -> Self:
        """Not yet taken by a sender."""
        return self.filter(status=MessageStatus.PENDING)

    def troubled(self) -> Self:
        """What the team must look at."""
        return self.filter(status__in=TROUBLED)


class Message(models.Model):
    """One e-mail to one address, written in the transaction of what it tells."""

    dedupe_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=MessageKind.choices)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="messages"
    )
    to = models.EmailField()
    campaign = models.CharField(max_length=60, blank=True)  # what it belongs to: digest:2026-W47
    territory = models.CharField(max_length=5, blank=True)  # department of the organisation told
    language = models.CharField(max_length=2, default="fr")
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    message_id = models.CharField(max_length=200)
    status = models.CharField(
        max_length=12, choices=MessageStatus.choices, default=MessageStatus.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    queued_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    doubtful_since = models.DateTimeField(null=True)  # first attempt whose outcome nobody knows
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # somebody used a link of it to answer
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="outbox_once"),
            models.UniqueConstraint(fields=["message_id"], name="outbox_message_id"),
            models.CheckConstraint(
                condition=Q(status__in=MessageStatus.values), name="outbox_status"
            ),
            models.CheckConstraint(
                condition=Q(status=MessageStatus.SENT, sent_at__isnull=False)
                | (~Q(status=MessageStatus.SENT) & Q(sent_at=None)),
                name="outbox_sent",
            ),
            models.CheckConstraint(condition=Q(attempts__lte=10), name="outbox_attempts"),
        ]
        indexes = [
            models.Index(fields=["campaign", "id"], name="outbox_campaigns"),
            models.Index(fields=["recipient", "created_at"], name="outbox_by_person"),
            models.Index(
                fields=["created_at"],
                include=["campaign", "territory", "kind", "status", "answered_at", "recipient"],
                name="outbox_counts",
            ),
            models.Index(
                fields=["id"],
                condition=Q(status__in=["failed", "held", "in_doubt", "quarantined"]),
                name="outbox_trouble",
            ),
            models.Index(fields=["id"], condition=Q(status="pending"), name="outbox_due"),
            models.Index(
                fields=["lease_until"], condition=Q(status="sending"), name="outbox_leases"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Unsubscription(models.Model):
    """An address that wants no more messages of one kind; asked again just before sending."""

    address = models.EmailField()
    kind = models.CharField(max_length=20, choices=MessageKind.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("unsubscription")
        verbose_name_plural = _("unsubscriptions")
        constraints = [
            models.UniqueConstraint(fields=["address", "kind"], name="unsubscribed_once"),
            models.CheckConstraint(
                condition=~Q(kind=MessageKind.SECURITY), name="unsubscribed_never_from_security"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.address}"


class DeliveryEvent(models.Model):
    """What the provider told us of one delivery; told twice, it is kept once."""

    event_id = models.CharField(max_length=250)  # "postmark:…": the provider, then its own number
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="events")
    address = models.EmailField()
    kind = models.CharField(max_length=12, choices=DeliveryKind.choices)
    permanent = models.BooleanField(default=False)  # of what came back: it always will
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("delivery event")
        verbose_name_plural = _("delivery events")
        constraints = [
            models.UniqueConstraint(fields=["event_id"], name="delivery_event_once"),
            models.CheckConstraint(
                condition=Q(kind__in=DeliveryKind.values), name="delivery_event_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["address", "at"], name="delivery_by_address"),
            models.Index(fields=["at"], name="delivery_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.address}"


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Which of them are in force."""

    def standing(self) -> Self:
        """Not lifted."""
        return self.filter(lifted_at=None)


class Suppression(models.Model):
    """An address to which nothing but account security is sent, until somebody lifts it."""

    address = models.EmailField()
    reason = models.CharField(max_length=12, choices=SuppressionReason.choices)
    since = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(fields=["address"], name="suppressed_once"),
            models.CheckConstraint(
                condition=Q(reason__in=SuppressionReason.values), name="suppression_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.address}"
