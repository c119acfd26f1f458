"""Digests: a few new suggestions, as often as each person wishes, never twice, never empty."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from partnerships.matching import emails
from partnerships.matching.models import Digest, ToldSuggestion
from partnerships.matching.queries.digests import (
    Recipient,
    organisations_due,
    recipients_of,
    untold_suggestions,
)
from partnerships.matching.queries.explained import Suggestion
from partnerships.matching.rules.digests import week_of
from partnerships.organisations.models import Membership, Organisation
from phare_platform.lib.mornings import mornings
from phare_platform.outbox.budget import hold_budgets
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.pace import Pace
from phare_platform.outbox.services import queue_many
from phare_platform.trace.services import leave_traces

BATCH = 500
logger = logging.getLogger(__name__)


class Batch(NamedTuple):
    """How many digests were written, and the id after which to go on (None: all are done)."""

    sent: int
    next_after: int | None


def send_digests(
    *, now: datetime, after: int = 0, limit: int = BATCH, pace: Pace | None = None
) -> Batch:
    """Write the digests that are due, for the next `limit` organisations in the order of their ids.

    A batch is one transaction: killed, it leaves nothing, and running again does the rest. Running
    it twice at once writes nothing twice: one digest per organisation and week. Where one
    organisation is at fault, the others of its batch are done one by one, and it is tried again by
    the next run. `now` decides the week and the mornings, and is the same for all batches of a run;
    `pace` remembers, from batch to batch, which minutes are full.
    """
    pace = pace or Pace(now=now)
    organisations = list(organisations_due(day=timezone.localdate(now), after=after)[:limit])
    next_after = organisations[-1].pk if len(organisations) == limit else None
    try:
        return Batch(_write(organisations, now=now, pace=pace), next_after)
    except Exception:
        logger.exception("A batch of digests failed; its organisations are tried one by one.")
    sent = 0
    for organisation in organisations:
        try:
            sent += _write([organisation], now=now, pace=pace)
        except Exception:
            logger.exception("The digest of organisation %s failed.", organisation.pk)
    return Batch(sent, next_after)


def send_digest(organisation: Organisation, *, now: datetime) -> Digest | None:
    """Write the digest of one organisation, if it is due.

    None when there is nothing new, nobody to tell, or this week's digest exists already (even if
    another process writes it at this very moment).
    """
    day = timezone.localdate(now)
    due = list(organisations_due(day=day).filter(pk=organisation.pk))
    if not due or not _write(due, now=now, pace=Pace(now=now)):
        return None
    return Digest.objects.get(organisation=organisation, slot=week_of(day))


@transaction.atomic
def _write(organisations: Sequence[Organisation], *, now: datetime, pace: Pace) -> int:
    """The digests of these organisations, in a fixed number of queries; returns how many."""
    day = timezone.localdate(now)
    members = Membership.objects.filter(organisation__in=organisations)
    hold_budgets(set(members.values_list("user_id", flat=True)))
    recipients = recipients_of(organisations, day=day)
    told = [organisation for organisation in organisations if organisation.pk in recipients]
    most = {pk: max(person.most for person in people) for pk, people in recipients.items()}
    suggestions = untold_suggestions(told, most=most, now=now)
    digests = _digests(suggestions, week_of(day), now)
    told = [organisation for organisation in told if organisation.pk in digests]
    ToldSuggestion.objects.bulk_create(
        ToldSuggestion(
            digest=digests[organisation.pk], organisation=organisation, other=one.other, rank=rank
        )
        for organisation in told
        for rank, one in enumerate(suggestions[organisation.pk])
    )
    _queue(told, digests, recipients, suggestions, pace=pace, now=now)
    _remember([person for one in told for person in recipients[one.pk]], day)
    leave_traces(
        "matching.send_digest",
        Digest,
        {digests[organisation.pk].pk: {} for organisation in told},
        by=None,
        slot=week_of(day),
    )
    return len(told)


def _digests(
    suggestions: Mapping[int, Sequence[Suggestion]], slot: str, now: datetime
) -> dict[int, Digest]:
    """The rows of those digests that nobody else has written, by organisation.

    Whoever comes second waits here until the first one commits, and writes nothing.
    """
    Digest.objects.bulk_create(
        (
            Digest(organisation_id=pk, slot=slot, told_count=len(some), created_at=now)
            for pk, some in sorted(suggestions.items())
        ),
        ignore_conflicts=True,
    )
    found = Digest.objects.filter(organisation__in=suggestions, slot=slot, told=None)
    return {digest.organisation_id: digest for digest in found}


def _queue(
    told: Sequence[Organisation],
    digests: Mapping[int, Digest],
    recipients: Mapping[int, Sequence[Recipient]],
    suggestions: Mapping[int, Sequence[Suggestion]],
    *,
    pace: Pace,
    now: datetime,
) -> None:
    drafts = [
        emails.digest_draft(
            digests[organisation.pk],
            organisation=organisation,
            person=person.membership.user,
            suggestions=suggestions[organisation.pk][: person.most],
            not_before=pace.place(mornings(now, person.zone)),
        )
        for organisation in told
        for person in recipients[organisation.pk]
    ]
    if drafts:
        slot = digests[told[0].pk].slot
        queue_many(drafts, kind=MessageKind.DIGEST, campaign=f"digest:{slot}")


def _remember(people: Sequence[Recipient], day: date) -> None:
    pks = [person.membership.pk for person in people]
    Membership.objects.filter(pk__in=pks).update(last_digest_on=day)
