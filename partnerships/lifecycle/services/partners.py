"""Who takes part: partners who are invited, agree and leave, and the facilitator."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.lifecycle import emails, rules
from partnerships.lifecycle.enums import EndReason, EventKind
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.lifecycle.services._steps import locked_running, named, refuse, tell
from partnerships.lifecycle.services.stages import end_partnership
from partnerships.lifecycle.signals import partner_left
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.trace.services import leave_trace


@transaction.atomic
def add_partner(partnership: Partnership, *, organisation: Organisation, by: User) -> Partner:
    """Invite one more organisation; it takes part once it has agreed.

    Raises Conflict (`partner_once`) when it is a partner already, and Refusal: `finished`,
    `partners_closed` (the evaluation has begun), `organisation_closed`.
    """
    present = locked_running(partnership)
    if present.stage not in rules.OPEN_TO_PARTNERS:
        raise refuse("partners_closed")
    if organisation.status == Status.CLOSED:
        raise refuse("organisation_closed")
    partner = Partner.objects.filter(partnership=present, organisation=organisation).first()
    if partner and partner.left_at is None:
        raise Conflict(_("This organisation is a partner already."), code="partner_once")
    partner = partner or Partner(partnership=present, organisation=organisation)
    partner.joined_at, partner.agreed_at, partner.left_at = timezone.now(), None, None
    partner.save()
    tell(present, kind=EventKind.PARTNER_INVITED, by=by, **named(organisation))
    leave_trace("lifecycle.add_partner", present, by=by, organisation=organisation.pk)
    emails.send_invited(present, by=by, organisation=organisation)
    return partner


@transaction.atomic
def agree_to_partnership(
    partnership: Partnership, *, organisation: Organisation, by: User
) -> Partner:
    """Say yes to an invitation in the name of the invited organisation; again changes nothing.

    Raises Refusal: `finished`, `not_a_partner`.
    """
    present = locked_running(partnership)
    partner = _partner(present, organisation)
    if partner.agreed_at is None:
        partner.agreed_at = timezone.now()
        partner.save(update_fields=["agreed_at"])
        who = named(organisation)
        tell(present, kind=EventKind.PARTNER_JOINED, by=by, on_behalf_of=organisation, **who)
        leave_trace("lifecycle.agree_to_partnership", present, by=by, organisation=organisation.pk)
        emails.send_joined(present, organisation=organisation, by=by)
    return partner


@transaction.atomic
def decline_partnership(
    partnership: Partnership, *, organisation: Organisation, by: User
) -> Partnership:
    """Say no to an invitation. With nobody left to act with, the partnership ends.

    Raises Refusal: `finished`, `not_a_partner`, `agreed_already` (leaving is another deed).
    """
    present = locked_running(partnership)
    if _partner(present, organisation).agreed_at is not None:
        raise Refusal(_("Your organisation has agreed already."), code="agreed_already")
    if _partner_count(present) > rules.FEWEST_PARTNERS:
        remove_partner(present, organisation=organisation, by=by)
        return present
    return end_partnership(
        present,
        reason=EndReason.OTHER,
        note=_("Invitation declined."),
        by=by,
        expected_version=present.version,
    )


@transaction.atomic
def remove_partner(partnership: Partnership, *, organisation: Organisation, by: User) -> Partner:
    """Take a partner out, or leave; two partners always remain.

    Raises Refusal: `finished`, `not_a_partner`, `too_few_partners` (end the partnership instead).
    """
    present = locked_running(partnership)
    partner = _partner(present, organisation)
    if _partner_count(present) <= rules.FEWEST_PARTNERS:
        text = _("A partnership keeps two partners at least; end it instead.")
        raise Refusal(text, code="too_few_partners")
    tell(present, kind=EventKind.PARTNER_LEFT, by=by, **named(organisation))
    partner.left_at = timezone.now()
    partner.save(update_fields=["left_at"])
    leave_trace("lifecycle.remove_partner", present, by=by, organisation=organisation.pk)
    partner_left.send(Partnership, partnership=present, organisation=organisation, by=by)
    return partner


@transaction.atomic
def take_partnership(partnership: Partnership, *, by: User) -> Partnership:
    """Become the facilitator of a running partnership that has none.

    Raises Refusal (`not_a_facilitator`, `finished`), and Conflict (`taken`) when another
    facilitator was faster.
    """
    if not by.is_facilitator:
        raise refuse("not_a_facilitator")
    taken = (
        Partnership.objects.running()
        .filter(pk=partnership.pk, facilitator=None)
        .update(facilitator=by)
    )
    present = Partnership.objects.get(pk=partnership.pk)
    if not taken and not present.is_running:
        raise refuse("finished")
    if not taken:
        raise Conflict(_("This partnership has a facilitator already."), code="taken")
    _tell_facilitator(present, by=by)
    return present


@transaction.atomic
def name_facilitator(
    partnership: Partnership, *, facilitator: User | None, by: User
) -> Partnership:
    """Name another facilitator of a running partnership, or none; the same changes nothing.

    Raises Refusal: `finished`, `not_a_facilitator`.
    """
    present = locked_running(partnership)
    if facilitator and not facilitator.is_facilitator:
        raise refuse("not_a_facilitator")
    if present.facilitator == facilitator:
        return present
    present.facilitator = facilitator
    present.save(update_fields=["facilitator"])
    _tell_facilitator(present, by=by)
    return present


def _tell_facilitator(present: Partnership, *, by: User) -> None:
    who = present.facilitator
    tell(present, kind=EventKind.FACILITATOR_NAMED, by=by, facilitator=who.pk if who else None)
    leave_trace("lifecycle.name_facilitator", present, by=by, facilitator=who.pk if who else None)


def _partner(partnership: Partnership, organisation: Organisation) -> Partner:
    partner = Partner.objects.filter(
        partnership=partnership, organisation=organisation, left_at=None
    ).first()
    if partner is None:
        raise refuse("not_a_partner")
    return partner


def _partner_count(partnership: Partnership) -> int:
    return Partner.objects.filter(partnership=partnership, left_at=None).count()
