"""Who may see, write and accompany partnerships.

Members of today's partners see theirs; owners and editors write once their organisation has
agreed. The named facilitator and the platform team see and write too, and leave their own name.
Facilitators may also look through the running partnerships that nobody accompanies, by title,
territory, domains and partners only, and take one. For everyone else a partnership does not exist.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from partnerships.lifecycle.enums import Stage
from partnerships.lifecycle.models import Partner, Partnership, PartnershipQuerySet
from partnerships.organisations.access import organisations_of
from partnerships.organisations.models import Organisation, OrganisationQuerySet
from phare_platform.accounts.models import User

FINISHED = (Stage.CLOSED, Stage.ENDED)


def visible_to(user: Any) -> PartnershipQuerySet:
    """The partnerships that this person may read; none for a visitor."""
    if not user.is_authenticated:
        return Partnership.objects.none()
    if user.is_staff:
        return Partnership.objects.all()
    mine = Partner.objects.filter(organisation__in=organisations_of(user), left_at=None)
    seen = Q(pk__in=mine.values("partnership"))
    return Partnership.objects.filter(seen | Q(facilitator=user) if user.is_facilitator else seen)


def to_take(user: Any) -> PartnershipQuerySet:
    """The running partnerships that wait for a facilitator; none for anyone else."""
    if not (user.is_authenticated and user.is_facilitator):
        return Partnership.objects.none()
    return Partnership.objects.running().filter(facilitator=None)


def is_accompanied_by(user: Any, partnership: Partnership) -> bool:
    """True for the named facilitator and for the platform team."""
    named = user.is_facilitator and partnership.facilitator_id == user.pk
    return bool(user.is_staff or named)


def voices_of(user: Any, partnership: Partnership, *, agreed: bool = True) -> OrganisationQuerySet:
    """The partners in whose name this person may write, or (`agreed=False`) may still agree."""
    partners = Partner.objects.filter(
        partnership=partnership, left_at=None, agreed_at__isnull=not agreed
    )
    return organisations_of(user, to="edit").filter(pk__in=partners.values("organisation"))


def voice_of(user: User | None, partnership: Partnership) -> Organisation | None:
    """The partner in whose name this person writes; None for the facilitator, the team, PHARE."""
    return voices_of(user, partnership).order_by("pk").first() if user else None


def can_edit(user: Any, partnership: Partnership) -> bool:
    """True for whoever may write: editors of agreed partners, the facilitator, the team."""
    return is_accompanied_by(user, partnership) or voices_of(user, partnership).exists()


def can_take_out(user: Any, partner: Partner) -> bool:
    """True when this person may take a partner out of the partnership.

    Each organisation leaves by itself; the facilitator and the team may take any out, and whoever
    writes may withdraw an invitation that still waits.
    """
    partnership = partner.partnership
    if is_accompanied_by(user, partnership):
        return True
    if organisations_of(user, to="edit").filter(pk=partner.organisation_id).exists():
        return True
    return partner.agreed_at is None and can_edit(user, partnership)


def get_partnership(user: Any, pk: int, *, to: str = "see") -> Partnership:
    """The partnership this person may `see`, `edit` or `accompany`.

    Raises Http404 when they may not know of it, PermissionDenied when they may only read it.
    """
    found = visible_to(user).filter(pk=pk).select_related("place", "facilitator").first()
    if found is None:
        raise Http404
    allowed = {"see": lambda *_: True, "edit": can_edit, "accompany": is_accompanied_by}[to]
    if not allowed(user, found):
        raise PermissionDenied
    return found


def get_partner(user: Any, pk: int, organisation: int) -> Partner:
    """One of today's partners of a partnership this person may see. Raises Http404."""
    partner = (
        Partner.objects.filter(
            partnership=get_partnership(user, pk), organisation=organisation, left_at=None
        )
        .select_related("partnership", "organisation")
        .first()
    )
    if partner is None:
        raise Http404
    return partner


def check_may_open(user: Any, organisations: Sequence[Organisation]) -> list[Organisation]:
    """The organisations in whose name this person says yes by opening a partnership of them.

    Members open for their own; facilitators and the team on behalf of others, who are then asked.
    Raises PermissionDenied for a member who names none of their own.
    """
    keys = {o.pk for o in organisations}
    mine = list(organisations_of(user, to="edit").filter(pk__in=keys))
    if not (mine or user.is_facilitator or user.is_staff):
        raise PermissionDenied
    return mine
