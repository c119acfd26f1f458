"""Who may see and change organisations.

Profiles of active organisations are seen by every signed-in person: finding each other is what
the platform is for. Contact details are not part of the profile. Owners manage members, editors
write, readers read; the platform team verifies and moderates.
"""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest

from partnerships.organisations.enums import DigestRhythm, Role, Status
from partnerships.organisations.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationQuerySet,
)
from phare_platform.accounts.models import User

Thing = TypeVar("Thing", bound=Model)
CURRENT = "current_organisation"
ROLES_TO: dict[str, tuple[Role, ...]] = {
    "read": (Role.OWNER, Role.EDITOR, Role.READER),
    "edit": (Role.OWNER, Role.EDITOR),
    "manage": (Role.OWNER,),
}


def visible_to(user: Any) -> OrganisationQuerySet:
    """The organisations whose profile this person may read; none for a visitor."""
    organisations = Organisation.objects.all()
    if not user.is_authenticated:
        return organisations.none()
    if user.is_staff:
        return organisations
    return organisations.filter(
        ~Q(status=Status.CLOSED)
        | Q(pk__in=Membership.objects.filter(user=user).values("organisation"))
    )


def organisations_of(user: Any, *, to: str = "read") -> OrganisationQuerySet:
    """The organisations for which this person may `read`, `edit` or `manage`."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    memberships = Membership.objects.filter(user=user, role__in=ROLES_TO[to])
    return Organisation.objects.filter(pk__in=memberships.values("organisation"))


def can_edit(user: Any, organisation: Organisation) -> bool:
    """True for owners and editors of this organisation."""
    return organisations_of(user, to="edit").filter(pk=organisation.pk).exists()


def can_manage(user: Any, organisation: Organisation) -> bool:
    """True for owners of this organisation."""
    return organisations_of(user, to="manage").filter(pk=organisation.pk).exists()


def get_organisation(user: Any, pk: int, *, to: str = "see") -> Organisation:
    """The organisation this person may `see`, `read` (as a member), `edit` or `manage`.

    Raises Http404 for anything else, so that nobody learns what exists.
    """
    found = visible_to(user) if to == "see" else organisations_of(user, to=to)
    organisation = found.filter(pk=pk).select_related("home").first()
    if organisation is None:
        raise Http404
    return organisation


def current_organisation(request: HttpRequest, *, to: str = "read") -> Organisation | None:
    """The organisation in whose name the person acts: the chosen one, else the first; or None."""
    chosen = request.session.get(CURRENT)
    asked = (request.user.pk, to, chosen)
    known: dict[Any, Organisation | None] = request.__dict__.setdefault("_current_organisation", {})
    if asked not in known:  # the view asks, and the header asks again
        mine = organisations_of(request.user, to=to).select_related("home")
        current = mine.filter(pk=chosen).first() if chosen else None
        known[asked] = current or mine.order_by("pk").first()
    return known[asked]


def choose_organisation(request: HttpRequest, organisation: Organisation) -> None:
    """Act in the name of this organisation from now on (the caller has checked membership)."""
    request.session[CURRENT] = organisation.pk


def members_to_tell(organisation: Organisation) -> list[User]:
    """The active people who answer for an organisation: its owners and editors."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__organisation=organisation,
            memberships__role__in=ROLES_TO["edit"],
        ).order_by("pk")
    )


def members_to_introduce(organisation: Organisation) -> list[User]:
    """Of those who answer for an organisation, who hears of mutual interest at once.

    All but who said "never"; where that is what the organisation says, who chose something else.
    """
    answering = Membership.objects.filter(
        organisation=organisation, role__in=ROLES_TO["edit"], user__is_active=True
    ).exclude(digest_rhythm=DigestRhythm.NEVER)
    if organisation.digest_rhythm == DigestRhythm.NEVER:
        answering = answering.exclude(digest_rhythm="")
    return list(User.objects.filter(pk__in=answering.values("user")).order_by("pk"))


def role_of(user: Any, organisation: Organisation) -> Role | None:
    """What this person is in the organisation; None for a stranger or a visitor."""
    if not user.is_authenticated:
        return None
    role = Membership.objects.filter(user=user, organisation=organisation).values_list("role")
    found = role.first()
    return Role(found[0]) if found else None


def owners_of(organisation: Organisation) -> list[User]:
    """The active people who manage an organisation; none for one that nobody has joined yet."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__organisation=organisation,
            memberships__role=Role.OWNER,
        ).order_by("pk")
    )


def get_membership(organisation: Organisation, pk: int) -> Membership:
    """A member of this organisation, whose rights the caller has checked; raises Http404."""
    return _in(organisation.memberships.select_related("user"), pk)


def get_invitation(organisation: Organisation, pk: int) -> Invitation:
    """An invitation of this organisation, whatever its state; raises Http404."""
    return _in(organisation.invitations.all(), pk)


def get_join_request(organisation: Organisation, pk: int) -> JoinRequest:
    """A wish to join this organisation, whatever its state; raises Http404."""
    return _in(organisation.join_requests.select_related("user"), pk)


def _in(things: QuerySet[Thing], pk: int) -> Thing:
    thing = things.filter(pk=pk).first()
    if thing is None:
        raise Http404
    return thing
