"""Who belongs to an organisation: invitations, roles, leaving."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.organisations import emails
from partnerships.organisations.enums import Role
from partnerships.organisations.models import Invitation, Membership, Organisation
from partnerships.organisations.queries import token_digest
from partnerships.organisations.rules import INVITATION_DAYS, INVITATIONS_A_DAY
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal, refused_by
from phare_platform.outbox.services import withdraw
from phare_platform.trace.services import leave_trace

RANK = {Role.OWNER: 0, Role.EDITOR: 1, Role.READER: 2}


@transaction.atomic
def invite_member(
    organisation: Organisation, *, email: str, role: Role | str, by: User
) -> Invitation:
    """Send a link that is good for 14 days; an earlier one to the same address stops working.

    The answer is the same whether the address has an account or not. Raises Conflict for somebody
    who is a member already, Refusal beyond 50 invitations a day.
    """
    email = email.strip().lower()
    now = timezone.now()
    if organisation.memberships.filter(user__email__iexact=email).exists():
        raise Conflict(_("This person is a member already."), code="membership_once")
    if organisation.invitations.filter(created_at__gt=now - timedelta(days=1)).count() >= (
        INVITATIONS_A_DAY
    ):
        raise Refusal(
            _("You have sent many invitations today: send the next ones tomorrow."),
            code="too_many_invitations",
        )
    _waiting(organisation, email).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    with refused_by("invitation_waits_once", _("Somebody has just invited this person.")):
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            role=Role(role),
            token_sha256=token_digest(token),
            invited_by=by,
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
    leave_trace(
        "organisations.invite_member", organisation, by=by, invitation=invitation.pk, role=str(role)
    )
    emails.send_invitation(invitation, token=token)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Make the link of an invitation worthless. Raises Conflict when it was used or withdrawn."""
    now = timezone.now()
    revoked = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )
    if not revoked:
        raise Conflict(_("This invitation no longer waits."), code="invitation_answered")
    leave_trace(
        "organisations.revoke_invitation",
        invitation.organisation,
        by=by,
        invitation=invitation.pk,
    )
    invitation.revoked_at = now
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> Membership:
    """Make `by`, who holds the link, a member; somebody who is one already keeps the higher role.

    Raises Conflict when the link was used, withdrawn or is too old: it works once.
    """
    now = timezone.now()
    taken = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None, expires_at__gt=now
    ).update(accepted_at=now, accepted_by=by)
    if not taken:
        raise Conflict(_("This invitation no longer works."), code="invitation_over")
    membership, is_new = Membership.objects.get_or_create(
        organisation=invitation.organisation, user=by, defaults={"role": invitation.role}
    )
    if not is_new and RANK[Role(invitation.role)] < RANK[Role(membership.role)]:
        membership.role = invitation.role
        membership.save(update_fields=["role"])
    leave_trace(
        "organisations.accept_invitation",
        invitation.organisation,
        by=by,
        invitation=invitation.pk,
        role=membership.role,
    )
    emails.send_invitation_accepted(membership, invitation=invitation)
    return membership


@transaction.atomic
def change_role(membership: Membership, *, role: Role | str, by: User) -> Membership:
    """Give a member another role. Raises Refusal when nobody would be owner any more."""
    membership = _lock(membership)
    if membership.role == Role(role):
        return membership
    if Role(role) != Role.OWNER:
        _keep_an_owner(membership)
    before, membership.role = membership.role, Role(role)
    membership.save(update_fields=["role"])
    if membership.role == Role.READER:
        _withdraw_digests(membership.organisation, membership.user)
    trace = leave_trace(
        "organisations.change_role",
        membership.organisation,
        by=by,
        member=membership.user_id,
        before=before,
        after=str(membership.role),
    )
    if by.pk != membership.user_id:
        emails.send_role_changed(membership, trace_pk=trace.pk)
    return membership


@transaction.atomic
def remove_member(membership: Membership, *, by: User) -> None:
    """End a membership; the person is told. Raises Refusal for the last owner."""
    membership = _lock(membership)
    _keep_an_owner(membership)
    organisation, user = membership.organisation, membership.user
    membership.delete()
    _withdraw_digests(organisation, user)
    trace = leave_trace("organisations.remove_member", organisation, by=by, member=user.pk)
    if by.pk != user.pk:
        emails.send_member_removed(user, organisation=organisation, trace_pk=trace.pk)


@transaction.atomic
def leave_organisation(organisation: Organisation, *, by: User) -> None:
    """Stop belonging to it. Raises Refusal for the last owner, Conflict for who is no member."""
    membership = organisation.memberships.filter(user=by).first()
    if membership is None:
        raise Conflict(_("You do not belong to this organisation."), code="not_a_member")
    membership = _lock(membership)
    _keep_an_owner(membership)
    membership.delete()
    _withdraw_digests(organisation, by)
    leave_trace("organisations.leave_organisation", organisation, by=by)


def _withdraw_digests(organisation: Organisation, user: User) -> None:
    """What was written to somebody who answers for it no more does not leave in the morning."""
    withdraw(f"digest:{organisation.pk}:{user.pk}:", to=user)


def _waiting(organisation: Organisation, email: str) -> QuerySet[Invitation]:
    return organisation.invitations.filter(email__iexact=email, accepted_at=None, revoked_at=None)


def _lock(membership: Membership) -> Membership:
    """The membership read again while nobody else changes the members of this organisation."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=membership.organisation_id)
    found = (
        Membership.objects.select_related("user", "organisation").filter(pk=membership.pk).first()
    )
    if found is None:
        raise Conflict(_("This person is no longer a member."), code="not_a_member")
    return found


def _keep_an_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER:
        return
    others = membership.organisation.memberships.filter(role=Role.OWNER, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise Refusal(
            _("An organisation needs an owner: make somebody else owner first."),
            code="last_owner",
        )
