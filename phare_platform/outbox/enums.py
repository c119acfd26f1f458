"""States of a message and what kinds of message there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageStatus(models.TextChoices):
    """Where a message stands between the wish to send it and the relay's answer."""

    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    IN_DOUBT = "in_doubt", _("in doubt")
    FAILED = "failed", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    QUARANTINED = "quarantined", _("set aside")
    HELD = "held", _("held")


TROUBLED = [MessageStatus.FAILED, MessageStatus.IN_DOUBT, MessageStatus.QUARANTINED]


class MessageKind(models.TextChoices):
    """Why a message is sent; a person unsubscribes kind by kind, never from security."""

    SECURITY = "security", _("account security")
    INVITATION = "invitation", _("invitations")
    DIGEST = "digest", _("suggestions")
    INTRODUCTION = "introduction", _("introductions")
    PARTNERSHIP = "partnership", _("partnerships")
    EVALUATION = "evaluation", _("evaluations")


OPTIONAL_KINDS = [kind for kind in MessageKind if kind is not MessageKind.SECURITY]

# What each kind says, for who chooses among them.
TOLD_BY_KIND = {
    MessageKind.INVITATION: _("somebody invites you, asks to join you, or answers such a wish"),
    MessageKind.DIGEST: _("new partners that fit; how often, you choose for each organisation"),
    MessageKind.INTRODUCTION: _("the interest is mutual, somebody answers, a term comes near"),
    MessageKind.PARTNERSHIP: _("what happens in your partnerships"),
    MessageKind.EVALUATION: _("an evaluation opens, waits for you, or is ready to read"),
}


class DeliveryKind(models.TextChoices):
    """What a mail provider tells us later about a message that it took."""

    DELIVERED = "delivered", _("delivered")
    DEFERRED = "deferred", _("delayed")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("reported as unwanted")


class SuppressionReason(models.TextChoices):
    """Why an address gets nothing but account security."""

    BOUNCED = "bounced", _("messages come back")
    COMPLAINED = "complained", _("reported as unwanted")
    BY_TEAM = "by_team", _("decided by the team")
