"""People in organisations: members, those invited, those who ask to join."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.organisations.enums import DigestRhythm, RequestState, Role
from partnerships.organisations.models.organisation import Organisation
from partnerships.organisations.rules import DIGEST_MOST, DIGEST_RANGE


class Membership(models.Model):
    """A person who belongs to an organisation, and what it may send them of suggestions.

    `digest_rhythm` is empty for "as the organisation says". `last_digest_on` is the day of the
    last digest written to this person for this organisation.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    digest_rhythm = models.CharField(
        max_length=10, choices=DigestRhythm.choices, blank=True, default=""
    )
    digest_most = models.PositiveSmallIntegerField(default=DIGEST_MOST)
    digest_paused_until = models.DateField(null=True, blank=True)
    last_digest_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role"),
            models.CheckConstraint(
                condition=Q(digest_rhythm__in=["", *DigestRhythm.values]),
                name="membership_digest_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(digest_most__range=DIGEST_RANGE), name="membership_digest_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}: {self.role}"


class Invitation(models.Model):
    """An address invited to join; the link's secret is stored hashed (SHA-256)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.EDITOR)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("organisation"),
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation_id}"


class JoinRequest(models.Model):
    """A person who asks to join an organisation that exists already."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests")
    message = models.CharField(_("message"), max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(state="open"),
                name="join_request_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="join_request_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.organisation_id}: {self.state}"
