"""Saying what an organisation does: fragilities, means, forms, territories, capacity."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.organisations.enums import Mode
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Organisation,
    ResourceDeclaration,
)
from partnerships.organisations.rules import MOST_AREAS, MOST_CAPACITY, Declared, Means
from partnerships.organisations.signals import organisations_changed
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Refusal
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace
from territories.places.models import Place


@transaction.atomic
def declare(
    organisation: Organisation,
    *,
    by: User | None,
    declarations: Collection[Declared] | None = None,
    resources: Collection[Means] | None = None,
    modes: Collection[str] | None = None,
    areas: Sequence[Place] | None = None,
    capacity: int | None = None,
) -> Organisation:
    """Replace what the organisation declares; what is None stays as it is. All or nothing.

    Two people saving at once: one after the other, the second one's sets stay. Raises Refusal for
    more than 12 areas or none, a capacity beyond 50, the same thing declared twice.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    counts: dict[str, object] = {}
    if declarations is not None:
        counts["declarations"] = _replace_declarations(organisation, declarations)
    if resources is not None:
        counts["resources"] = _replace_resources(organisation, resources)
    if areas is not None:
        counts["areas"] = _replace_areas(organisation, areas)
    if modes is not None:
        organisation.modes = counts["modes"] = [mode for mode in Mode.values if mode in set(modes)]
    if capacity is not None:
        organisation.capacity = counts["capacity"] = _clean_capacity(capacity)
    organisation.declared_at = organisation.confirmed_at = timezone.now()
    organisation.save(
        update_fields=["modes", "capacity", "declared_at", "confirmed_at", "updated_at"]
    )
    organisations_changed.send(None, pks=[organisation.pk])
    leave_trace("organisations.declare", organisation, by=by, **counts)
    later("partnerships.matching.refresh_organisations", together=[organisation.pk])
    return organisation


@transaction.atomic
def set_capacity(organisation: Organisation, *, capacity: int, by: User | None) -> Organisation:
    """Say how many introductions the organisation can take at a time; 0 for none at present.

    Raises Refusal for a number beyond 50.
    """
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    organisation.capacity = _clean_capacity(capacity)
    organisation.save(update_fields=["capacity", "updated_at"])
    organisations_changed.send(None, pks=[organisation.pk])
    leave_trace("organisations.set_capacity", organisation, by=by, capacity=capacity)
    later("partnerships.matching.refresh_organisations", together=[organisation.pk])
    return organisation


@transaction.atomic
def confirm_profile(
    organisation: Organisation, *, by: User | None, at: datetime | None = None
) -> Organisation:
    """Say that the profile is still right, which is asked every six months. May be repeated."""
    organisation.confirmed_at = at or timezone.now()
    organisation.save(update_fields=["confirmed_at"])
    leave_trace("organisations.confirm_profile", organisation, by=by)
    return organisation


def _replace_declarations(organisation: Organisation, wanted: Collection[Declared]) -> int:
    _refuse_doubles([(d.side, d.domain) for d in wanted])
    kept = Q(pk__in=[])
    for declared in wanted:
        kept |= Q(side=declared.side, domain=declared.domain)
    organisation.declarations.exclude(kept).delete()
    Declaration.objects.bulk_create(
        [
            Declaration(organisation=organisation, domain_id=d.domain, side=d.side, level=d.level)
            for d in wanted
        ],
        update_conflicts=True,
        unique_fields=["organisation", "side", "domain"],
        update_fields=["level"],
    )
    return len(wanted)


def _replace_resources(organisation: Organisation, wanted: Collection[Means]) -> int:
    _refuse_doubles([(m.side, m.resource) for m in wanted])
    kept = Q(pk__in=[])
    for means in wanted:
        kept |= Q(side=means.side, resource=means.resource)
    organisation.resources.exclude(kept).delete()
    ResourceDeclaration.objects.bulk_create(
        [
            ResourceDeclaration(
                organisation=organisation, resource=m.resource, side=m.side, note=m.note.strip()
            )
            for m in wanted
        ],
        update_conflicts=True,
        unique_fields=["organisation", "side", "resource"],
        update_fields=["note"],
    )
    return len(wanted)


def _replace_areas(organisation: Organisation, wanted: Sequence[Place]) -> int:
    places = {place.pk: place for place in wanted}
    if not 1 <= len(places) <= MOST_AREAS:
        raise Refusal(
            _("Choose from one to %(most)d territories where you act.") % {"most": MOST_AREAS},
            code="areas_count",
        )
    organisation.areas.exclude(place__in=places).delete()
    AreaOfAction.objects.bulk_create(
        [AreaOfAction(organisation=organisation, place=place) for place in places.values()],
        ignore_conflicts=True,
    )
    return len(places)


def _clean_capacity(capacity: int) -> int:
    if not 0 <= capacity <= MOST_CAPACITY:
        raise Refusal(
            _("Choose from 0 to %(most)d introductions at a time.") % {"most": MOST_CAPACITY},
            code="capacity_range",
        )
    return capacity


def _refuse_doubles(keys: list[tuple[str, object]]) -> None:
    if len(keys) != len(set(keys)):
        raise Refusal(_("The same thing is declared twice."), code="declared_twice")
