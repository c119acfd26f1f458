"""Taking part in matching or not: pause, resume, close, reopen."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from partnerships.organisations.signals import organisations_changed
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal, refused_by
from phare_platform.lib.jobs import later
from phare_platform.outbox.services import withdraw
from phare_platform.trace.services import leave_trace

LONGEST_PAUSE = timedelta(days=366)


@transaction.atomic
def pause_organisation(
    organisation: Organisation, *, by: User, until: date | None = None
) -> Organisation:
    """Suggest this organisation to nobody until a day of the coming year, or until it resumes.

    Raises Refusal for a day out of this range, Conflict when it is not active any more.
    """
    today = timezone.localdate()
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        raise Refusal(_("Choose a day from tomorrow to one year from now."), code="pause_range")
    _become(organisation, Status.PAUSED, {Status.ACTIVE}, paused_until=until)
    leave_trace(
        "organisations.pause_organisation",
        organisation,
        by=by,
        until=until.isoformat() if until else None,
    )
    return organisation


@transaction.atomic
def resume_organisation(organisation: Organisation, *, by: User | None) -> Organisation:
    """Take part in matching again after a pause. Raises Conflict when it is not paused."""
    _become(organisation, Status.ACTIVE, {Status.PAUSED})
    leave_trace("organisations.resume_organisation", organisation, by=by)
    return organisation


@transaction.atomic
def close_organisation(organisation: Organisation, *, by: User) -> Organisation:
    """Take an organisation off the platform; only its members still see it.

    Raises Conflict when it is closed already.
    """
    _become(organisation, Status.CLOSED, {Status.ACTIVE, Status.PAUSED})
    leave_trace("organisations.close_organisation", organisation, by=by)
    return organisation


@transaction.atomic
def reopen_organisation(organisation: Organisation, *, by: User) -> Organisation:
    """Bring a closed organisation back into matching.

    Raises Conflict when it is not closed, or when another one has taken its place meanwhile.
    """
    taken = _("Another organisation of this name was created here meanwhile: ask to join it.")
    with refused_by("organisation_name_once", taken):
        _become(organisation, Status.ACTIVE, {Status.CLOSED})
    leave_trace("organisations.reopen_organisation", organisation, by=by)
    return organisation


def wake_organisations(*, on: date) -> int:
    """Resume the organisations whose pause is over on this day; returns how many."""
    over = Organisation.objects.filter(status=Status.PAUSED, paused_until__lte=on)
    woken = 0
    for organisation in over.order_by("pk"):
        try:
            resume_organisation(organisation, by=None)
        except Conflict:
            continue  # somebody resumed or closed it this very moment
        woken += 1
    return woken


def _become(
    organisation: Organisation, target: Status, allowed: set[Status], **values: date | None
) -> None:
    """Change the status if it still is one of the allowed ones, in one conditional update."""
    values = {"paused_until": None, **values}
    changed = Organisation.objects.filter(pk=organisation.pk, status__in=allowed).update(
        status=target, updated_at=timezone.now(), **values
    )
    if not changed:
        raise Conflict(
            _("The state of this organisation has changed meanwhile: look at it again."),
            code="organisation_state",
        )
    if target != Status.ACTIVE:
        withdraw(f"digest:{organisation.pk}:")  # its links would only explain why they do nothing
    organisation.refresh_from_db(fields=["status", "paused_until", "updated_at"])
    organisations_changed.send(None, pks=[organisation.pk])
    later("partnerships.matching.refresh_organisations", together=[organisation.pk])
