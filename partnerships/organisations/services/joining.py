"""Asking to join an organisation that exists already, and the answer."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.organisations import emails
from partnerships.organisations.access import owners_of, role_of
from partnerships.organisations.enums import RequestState, Role, Status
from partnerships.organisations.models import JoinRequest, Membership, Organisation
from partnerships.organisations.rules import JOIN_REQUESTS_WAITING
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal, refused_by
from phare_platform.trace.services import leave_trace


@transaction.atomic
def ask_to_join(organisation: Organisation, *, by: User, message: str = "") -> JoinRequest:
    """Ask the owners (or, where nobody belongs yet, the platform team) to be let in.

    Raises Conflict for a member, a second request or a closed organisation; Refusal when the
    person waits for ten answers already.
    """
    if organisation.status == Status.CLOSED:
        raise Conflict(_("This organisation has left PHARE."), code="organisation_closed")
    if role_of(by, organisation):
        raise Conflict(_("You belong to this organisation already."), code="membership_once")
    waiting = JoinRequest.objects.filter(user=by, state=RequestState.OPEN).count()
    if waiting >= JOIN_REQUESTS_WAITING:
        raise Refusal(
            _("You are waiting for %(n)d answers already: wait for one of them.") % {"n": waiting},
            code="too_many_join_requests",
        )
    asked = _("You have asked already: the owners of the organisation have your request.")
    with refused_by("join_request_waits_once", asked):
        wish = JoinRequest.objects.create(
            organisation=organisation, user=by, message=message.strip()
        )
    leave_trace("organisations.ask_to_join", organisation, by=by, request=wish.pk)
    emails.send_join_request(wish)
    return wish


@transaction.atomic
def accept_join_request(
    wish: JoinRequest, *, by: User, role: Role | str = Role.EDITOR
) -> Membership:
    """Make the person who asked a member; the first of an organisation becomes its owner.

    Raises Conflict when somebody answered before.
    """
    _answer(wish, RequestState.ACCEPTED, by)
    given = Role(role) if owners_of(wish.organisation) else Role.OWNER
    membership, is_new = Membership.objects.get_or_create(
        organisation=wish.organisation, user=wish.user, defaults={"role": given}
    )
    leave_trace(
        "organisations.accept_join_request",
        wish.organisation,
        by=by,
        request=wish.pk,
        role=membership.role,
    )
    if is_new:
        emails.send_join_answer(wish, accepted=True)
    return membership


@transaction.atomic
def decline_join_request(wish: JoinRequest, *, by: User) -> JoinRequest:
    """Refuse the person who asked; they may ask again. Raises Conflict when answered before."""
    _answer(wish, RequestState.DECLINED, by)
    leave_trace("organisations.decline_join_request", wish.organisation, by=by, request=wish.pk)
    emails.send_join_answer(wish, accepted=False)
    return wish


def _answer(wish: JoinRequest, state: RequestState, by: User) -> None:
    answered = JoinRequest.objects.filter(pk=wish.pk, state=RequestState.OPEN).update(
        state=state, answered_at=timezone.now(), answered_by=by
    )
    if not answered:
        raise Conflict(_("Somebody has answered this request already."), code="join_answered")
    wish.refresh_from_db(fields=["state", "answered_at", "answered_by"])
