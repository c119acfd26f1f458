"""Digests: a few new suggestions by mail, once a week or a month, never twice, never empty."""

import logging
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.utils import timezone

from partnerships.matching import emails
from partnerships.matching.models import Digest
from partnerships.matching.queries.board import cards_of
from partnerships.matching.queries.explained import Suggestion
from partnerships.matching.queries.suggestions import (
    open_introductions_of,
    shortlist_of,
    suggested_to,
    told_before,
)
from partnerships.matching.rules.digests import MOST_NEW, slot_of
from partnerships.organisations.access import ROLES_TO, members_to_tell
from partnerships.organisations.enums import DigestRhythm
from partnerships.organisations.models import Membership, Organisation
from phare_platform.lib.errors import Conflict, refused_by
from phare_platform.trace.services import leave_trace

BATCH = 100
logger = logging.getLogger(__name__)


class Batch(NamedTuple):
    """How many digests were sent, and the id after which to go on (None: all are done)."""

    sent: int
    next_after: int | None


def send_digests(*, now: datetime, after: int = 0, limit: int = BATCH) -> Batch:
    """Send the digests that are due, for the next `limit` organisations in the order of their ids.

    Each organisation is a transaction of its own, so one fault stops one digest; it is logged, and
    tried again by the next run. Running it again, or twice at once, sends nothing twice: one digest
    per organisation and slot. `now` decides the slot (in the local calendar) and is the same for
    all batches of a run.
    """
    organisations = list(_due(now=now, after=after)[:limit])
    sent = 0
    for organisation in organisations:
        try:
            sent += send_digest(organisation, now=now) is not None
        except Exception:
            logger.exception("The digest of organisation %s failed.", organisation.pk)
    full = len(organisations) == limit
    return Batch(sent, organisations[-1].pk if full else None)


@transaction.atomic
def send_digest(organisation: Organisation, *, now: datetime) -> Digest | None:
    """Tell an organisation's owners and editors of up to three suggestions never sent before.

    None when there is nothing new, nobody to tell, or this slot's digest exists already (even if
    another process writes it at this very moment).
    """
    slot = _slot(organisation, now)
    people = members_to_tell(organisation)
    suggestions = _new_suggestions(organisation, now=now) if slot and people else []
    if not suggestions:
        return None
    try:
        with refused_by("digest_once", slot), transaction.atomic():
            digest = Digest.objects.create(
                organisation=organisation,
                slot=slot,
                partners=[suggestion.other.pk for suggestion in suggestions],
                created_at=now,
            )
    except Conflict:
        return None
    emails.send_digest(digest, suggestions=suggestions, to=people)
    leave_trace("matching.send_digest", digest, by=None, slot=slot)
    return digest


def _slot(organisation: Organisation, now: datetime) -> str:
    return slot_of(DigestRhythm(organisation.digest_rhythm), timezone.localdate(now))


def _due(*, now: datetime, after: int) -> QuerySet[Organisation]:
    """Organisations that take part, have a list, somebody to tell, room, and no digest yet."""
    day = timezone.localdate(now)
    slot = Case(
        *[When(digest_rhythm=rhythm, then=Value(slot_of(rhythm, day))) for rhythm in DigestRhythm],
        default=Value(""),
    )
    told = Digest.objects.filter(organisation=OuterRef("pk"), slot=OuterRef("slot"))
    answering = Membership.objects.filter(
        organisation=OuterRef("pk"), role__in=ROLES_TO["edit"], user__is_active=True
    )
    return (
        Organisation.objects.active()
        .filter(pk__gt=after, suggestion_list__isnull=False)
        .exclude(digest_rhythm=DigestRhythm.NEVER)
        .annotate(slot=slot)
        .filter(Exists(answering), ~Exists(told))
        .annotate(waiting=open_introductions_of(OuterRef("pk")))
        .filter(waiting__lt=F("capacity"))
        .select_related("home__intermunicipality")
        .order_by("pk")
    )


def _new_suggestions(organisation: Organisation, *, now: datetime) -> list[Suggestion]:
    shortlist = shortlist_of(organisation)
    fresh = suggested_to(organisation, shortlist, now=now).exclude(pk__in=told_before(organisation))
    others = list(fresh[:MOST_NEW])
    return cards_of(organisation, others, shortlist=shortlist)
