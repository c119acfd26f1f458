"""Introductions: opened by two interests, accepted by both sides, declined, reminded, expired."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.lifecycle.services import open_partnership
from partnerships.matching import emails
from partnerships.matching.enums import DeclineReason, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.queries.introductions import proposal_for
from partnerships.matching.rules.introductions import (
    LASTS,
    after_a_no,
    ordered_pair,
    sources_of,
)
from partnerships.matching.services.sharing import ask_to_share_places
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, refused_by
from phare_platform.lib.formats import day
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace


@transaction.atomic
def open_introduction(
    organisation: Organisation,
    *,
    other: Organisation,
    points: int | None,
    by: User | None,
    at: datetime,
) -> Introduction:
    """Introduce two organisations that are both interested, and write to both.

    They may write to each other; contacts show when both accept. Raises Conflict
    (`introduction_once`) when they are being introduced, or work together, already.
    """
    first_pk, _second_pk = ordered_pair(organisation.pk, other.pk)
    first, second = (organisation, other) if first_pk == organisation.pk else (other, organisation)
    message = _("You have already been introduced to each other.")
    with refused_by("introduction_once", message), transaction.atomic():
        introduction = Introduction.objects.create(
            first=first,
            second=second,
            points=points,
            opened_at=at,
            expires_at=at + LASTS,
        )
    emails.send_introduction(introduction)
    update_lists_of(introduction)
    leave_trace("matching.open_introduction", introduction, by=by)
    return introduction


@transaction.atomic
def accept_introduction(
    introduction: Introduction,
    *,
    organisation: Organisation,
    by: User | None,
    title: str = "",
    at: datetime | None = None,
) -> Introduction:
    """Say yes for one side; the second yes opens the partnership, named `title` or as proposed.

    The first yes is told to the other side; the second sends each the contacts of the other.
    Raises Conflict when this side has already said yes, or when the introduction was declined, has
    expired or became a partnership in the meantime, or when either organisation has left; the
    sentence says which.
    """
    at = at or timezone.now()
    side = _side(introduction, organisation)
    sides = Organisation.objects.filter(pk__in=(introduction.first_id, introduction.second_id))
    if sides.filter(status=Status.CLOSED).exists():
        message = _("One of the two organisations has left PHARE: no partnership can be opened.")
        raise Conflict(message, code="one_has_left")
    said = _waiting(introduction, IntroductionState.ACCEPTED).filter(
        expires_at__gt=at, **{f"{side}_accepted_at": None}
    )
    if not said.update(**{f"{side}_accepted_at": at}):
        raise _too_late(introduction, organisation=organisation, at=at)
    agreed = _waiting(introduction, IntroductionState.ACCEPTED).filter(
        first_accepted_at__isnull=False, second_accepted_at__isnull=False
    )
    both = agreed.update(state=IntroductionState.ACCEPTED, answered_at=at, answered_by=by)
    introduction.refresh_from_db()
    if both:
        _open_partnership(introduction, title=title, by=by)
        emails.send_introduction_accepted(introduction)
        ask_to_share_places()  # both have room for one more; their lists stay as they are
    else:
        emails.send_introduction_half_accepted(introduction, waiting_for=_other(introduction, side))
    leave_trace("matching.accept_introduction", introduction, by=by, organisation=organisation.pk)
    return introduction


@transaction.atomic
def decline_introduction(
    introduction: Introduction,
    *,
    organisation: Organisation,
    reason: DeclineReason | str = "",
    by: User | None,
    at: datetime | None = None,
) -> Introduction:
    """Say no for one side: the other is told, without the reason, which stays private.

    The two are not suggested to each other again, or not for a time (`rules.BACK_AFTER`). Raises
    Conflict when it was declined, expired or became a partnership in the meantime.
    """
    at = at or timezone.now()
    side = _side(introduction, organisation)
    closed = _waiting(introduction, IntroductionState.DECLINED).update(
        state=IntroductionState.DECLINED,
        answered_at=at,
        answered_by=by,
        declined_by=organisation,
    )
    if not closed:
        raise _too_late(introduction, organisation=organisation, at=at)
    introduction.refresh_from_db()
    kind, hidden_until = after_a_no(reason, now=at)
    SuggestionAnswer.objects.update_or_create(
        organisation=organisation,
        other=_other(introduction, side),
        defaults={
            "kind": kind,
            "reason": reason,
            "hidden_until": hidden_until,
            "answered_at": at,
            "answered_by": by,
        },
    )
    emails.send_introduction_declined(introduction, to=_other(introduction, side))
    update_lists_of(introduction)
    leave_trace("matching.decline_introduction", introduction, by=by, organisation=organisation.pk)
    return introduction


def update_lists_of(introduction: Introduction) -> None:
    """Have the pair leave, or come back to, the lists soon, and the places shared anew."""
    later("partnerships.matching.refresh_organisations", together=[introduction.first_id])


def _waiting(introduction: Introduction, target: IntroductionState) -> QuerySet[Introduction]:
    """This introduction, only as long as it may still become `target`."""
    return Introduction.objects.filter(pk=introduction.pk, state__in=sources_of(target))


def _side(introduction: Introduction, organisation: Organisation) -> str:
    if organisation.pk not in (introduction.first_id, introduction.second_id):
        raise ValueError(f"{organisation.pk} is not a side of introduction {introduction.pk}")
    return "first" if organisation.pk == introduction.first_id else "second"


def _other(introduction: Introduction, side: str) -> Organisation:
    return introduction.second if side == "first" else introduction.first


def _open_partnership(introduction: Introduction, *, title: str, by: User | None) -> None:
    proposal = proposal_for(introduction)
    introduction.partnership = open_partnership(
        title=title.strip() or proposal.title,
        organisations=[introduction.first, introduction.second],
        place=proposal.place,
        domains=proposal.domains,
        modes=proposal.modes,
        by=by,
        announce=False,  # both are told here, with the contacts
    )
    introduction.save(update_fields=["partnership"])


def _too_late(introduction: Introduction, *, organisation: Organisation, at: datetime) -> Conflict:
    """What happened in the meantime, in a sentence for the one who comes second."""
    introduction.refresh_from_db()
    side = _side(introduction, organisation)
    name = _other(introduction, side).name
    if introduction.state == IntroductionState.ACCEPTED:
        return Conflict(_("The partnership is open already."), code="already_open")
    if introduction.state == IntroductionState.DECLINED:
        ours = introduction.declined_by_id == organisation.pk
        text = (
            _("Your organisation has declined this introduction in the meantime.")
            if ours
            else _("%(name)s has declined this introduction in the meantime.") % {"name": name}
        )
        return Conflict(text, code="already_declined")
    if introduction.state == IntroductionState.EXPIRED or introduction.expires_at <= at:
        when = day(timezone.localtime(introduction.expires_at), language=get_language() or "fr")
        text = _("This introduction expired on %(day)s.") % {"day": when}
        return Conflict(text, code="expired")
    text = _("Your organisation has already said yes; %(name)s has not answered yet.")
    return Conflict(text % {"name": name}, code="already_accepted")
