"""What the room writes to people: one function per message."""

from typing import Any

from partnerships.organisations.access import owners_of
from partnerships.organisations.models import Invitation, JoinRequest, Membership, Organisation
from partnerships.organisations.rules import INVITATION_DAYS
from phare_platform.accounts.models import User
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import queue_message

TEMPLATES = "partnerships/organisations/emails/"


def send_join_request(wish: JoinRequest) -> None:
    """Tell those who may answer that a person asks to join: the owners, else the platform team."""
    owners = owners_of(wish.organisation)
    for person in owners or _team():
        _send(
            "join_request",
            f"join-request:{wish.pk}:{person.pk}",
            to=person,
            kind=MessageKind.INVITATION,
            wish=wish,
            organisation=wish.organisation,
            for_the_team=not owners,
        )


def send_join_answer(wish: JoinRequest, *, accepted: bool) -> None:
    """Tell the person who asked to join what was decided."""
    _send(
        "join_accepted" if accepted else "join_declined",
        f"join-answer:{wish.pk}",
        to=wish.user,
        kind=MessageKind.INVITATION,
        organisation=wish.organisation,
    )


def send_invitation(invitation: Invitation, *, token: str) -> None:
    """Send the link that makes whoever holds it a member; the secret is stored nowhere else."""
    person = User.objects.filter(email__iexact=invitation.email, is_active=True).first()
    by = invitation.invited_by
    _send(
        "invitation",
        f"invitation:{invitation.pk}",
        to=person or invitation.email,
        language=by.language if by and not person else None,
        kind=MessageKind.INVITATION,
        invitation=invitation,
        organisation=invitation.organisation,
        token=token,
        days=INVITATION_DAYS,
    )


def send_invitation_accepted(membership: Membership, *, invitation: Invitation) -> None:
    """Tell the owners that an invitation was accepted, and by whom."""
    for owner in owners_of(membership.organisation):
        if owner.pk != membership.user_id:
            _send(
                "invitation_accepted",
                f"invitation-accepted:{invitation.pk}:{owner.pk}",
                to=owner,
                kind=MessageKind.INVITATION,
                membership=membership,
                invitation=invitation,
                organisation=membership.organisation,
            )


def send_role_changed(membership: Membership, *, trace_pk: int) -> None:
    """Tell a member what they may do from now on."""
    _send(
        "role_changed",
        f"role:{trace_pk}",
        to=membership.user,
        kind=MessageKind.SECURITY,
        membership=membership,
        organisation=membership.organisation,
    )


def send_member_removed(user: User, *, organisation: Organisation, trace_pk: int) -> None:
    """Tell a person that they are no longer a member."""
    _send(
        "member_removed",
        f"member-removed:{trace_pk}",
        to=user,
        kind=MessageKind.SECURITY,
        organisation=organisation,
    )


def send_verification(organisation: Organisation, *, trace_pk: int) -> None:
    """Tell the owners that the platform team verified the organisation, or why it did not."""
    name = "verified" if organisation.is_verified else "refused"
    for owner in owners_of(organisation):
        _send(
            name,
            f"verification:{trace_pk}:{owner.pk}",
            to=owner,
            kind=MessageKind.SECURITY,
            organisation=organisation,
        )


def _team() -> list[User]:
    return list(User.objects.filter(is_staff=True, is_active=True).order_by("pk"))


def _send(
    name: str,
    key: str,
    *,
    to: User | str,
    kind: MessageKind,
    language: str | None = None,
    **context: Any,
) -> None:
    queue_message(
        key=key,
        kind=kind,
        template=TEMPLATES + name,
        context=context,
        to=to,
        language=language,
        unsubscribe=kind != MessageKind.SECURITY and isinstance(to, User),
    )
