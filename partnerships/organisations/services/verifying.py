"""What the platform team says of an organisation after checking who it is."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.organisations import emails
from partnerships.organisations.enums import Verification
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.trace.services import leave_trace


@transaction.atomic
def verify_organisation(organisation: Organisation, *, by: User) -> Organisation:
    """Say that this organisation is who it says it is; its owners are told.

    Raises Conflict when it is verified already.
    """
    changed = (
        Organisation.objects.filter(pk=organisation.pk)
        .exclude(verification=Verification.VERIFIED)
        .update(
            verification=Verification.VERIFIED,
            verified_at=timezone.now(),
            verified_by=by,
            verification_note="",
        )
    )
    if not changed:
        raise Conflict(_("This organisation is verified already."), code="verified_already")
    return _tell(organisation, "verify_organisation", by)


@transaction.atomic
def refuse_organisation(organisation: Organisation, *, by: User, reason: str) -> Organisation:
    """Say that the check failed and why; its owners are told, and may correct it.

    Raises Refusal without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal(_("Say why: the owners read it."), code="reason_empty")
    Organisation.objects.filter(pk=organisation.pk).update(
        verification=Verification.REFUSED,
        verified_at=None,
        verified_by=by,
        verification_note=reason[:300],
    )
    return _tell(organisation, "refuse_organisation", by)


def _tell(organisation: Organisation, deed: str, by: User) -> Organisation:
    organisation.refresh_from_db(
        fields=["verification", "verified_at", "verified_by", "verification_note"]
    )
    trace = leave_trace(f"organisations.{deed}", organisation, by=by)
    emails.send_verification(organisation, trace_pk=trace.pk)
    return organisation
