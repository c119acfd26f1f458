"""What a person wishes to be told of by mail, and when."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.organisations.enums import DigestRhythm
from partnerships.organisations.models import Membership
from partnerships.organisations.services.activity import LONGEST_PAUSE
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Refusal
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import choose_kinds, withdraw
from phare_platform.trace.services import leave_trace


class DigestChoice(NamedTuple):
    """For one organisation: how often ("" as it says), at most how many, paused until when."""

    rhythm: DigestRhythm | str = ""
    most: int = 3
    paused_until: date | None = None


@transaction.atomic
def choose_notifications(
    person: User,
    *,
    kinds: Collection[MessageKind],
    time_zone: str,
    digests: Mapping[int, DigestChoice],
    via: str = "page",
) -> None:
    """Keep all of a person's choices; `digests` are by membership, of those that are the person's.

    They hold from this moment: digests that wait and are not wanted any more are withdrawn.
    Raises Refusal for a pause that is over or too long.
    """
    choose_kinds(person.email, wanted=kinds)
    person.time_zone = time_zone
    person.save(update_fields=["time_zone"])
    for membership in Membership.objects.filter(user=person, pk__in=digests):
        _choose(membership, digests[membership.pk])
    leave_trace("organisations.choose_notifications", person, by=person, via=via)


@transaction.atomic
def pause_digests(membership: Membership, *, until: date, via: str = "page") -> None:
    """Send this member no suggestions for this organisation before that day. May be repeated.

    Raises Refusal for a day that is over or too far.
    """
    choice = DigestChoice(membership.digest_rhythm, membership.digest_most, until)
    _choose(membership, choice)
    leave_trace("organisations.pause_digests", membership, by=membership.user, via=via)


def _choose(membership: Membership, choice: DigestChoice) -> None:
    today = timezone.localdate()
    until = choice.paused_until
    if (
        until is not None
        and until != membership.digest_paused_until
        and not (today < until <= today + LONGEST_PAUSE)
    ):
        raise Refusal(_("Choose a day from tomorrow to one year from now."), code="pause_range")
    membership.digest_rhythm = choice.rhythm
    membership.digest_most = choice.most
    membership.digest_paused_until = until
    membership.save(update_fields=["digest_rhythm", "digest_most", "digest_paused_until"])
    rhythm = choice.rhythm or membership.organisation.digest_rhythm
    silent = rhythm in (DigestRhythm.MUTUAL, DigestRhythm.NEVER)
    if silent or (until is not None and today < until):
        withdraw(f"digest:{membership.organisation_id}:{membership.user_id}:", to=membership.user)
