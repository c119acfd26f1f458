"""Who belongs to an organisation, who is invited, who asks to join."""

import hashlib

from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from partnerships.organisations.enums import RequestState, Role
from partnerships.organisations.models import Invitation, JoinRequest, Membership, Organisation
from phare_platform.accounts.models import User


def memberships_of(organisation: Organisation) -> QuerySet[Membership]:
    """The members with their person: owners first, then editors and readers, the oldest first."""
    rank = Case(*[When(role=role, then=Value(place)) for place, role in enumerate(Role)])
    members = organisation.memberships.select_related("user")
    return members.annotate(rank=rank).order_by("rank", "created_at", "pk")


def waiting_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations that can still be accepted, the newest first."""
    return organisation.invitations.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("-created_at", "pk")


def waiting_join_requests(organisation: Organisation) -> QuerySet[JoinRequest]:
    """Wishes to join that nobody has answered, the oldest first."""
    waiting = organisation.join_requests.filter(state=RequestState.OPEN)
    return waiting.select_related("user").order_by("created_at", "pk")


def wishes_of(user: User) -> QuerySet[JoinRequest]:
    """The requests of this person that nobody has answered, the oldest first."""
    waiting = JoinRequest.objects.filter(user=user, state=RequestState.OPEN)
    return waiting.select_related("organisation").order_by("created_at", "pk")


def token_digest(token: str) -> str:
    """The form in which the secret of an invitation is stored: SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_of(token: str) -> Invitation | None:
    """The invitation whose link carries this secret, whatever its state; None for a made-up one."""
    invitations = Invitation.objects.select_related("organisation__home", "invited_by")
    return invitations.filter(token_sha256=token_digest(token)).first()
