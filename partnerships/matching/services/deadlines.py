"""What time does to introductions: after ten days, the end."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from partnerships.matching import emails
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.rules.introductions import (
    hidden_until,
    sources_of,
)
from partnerships.matching.services.introductions import update_lists_of
from partnerships.organisations.models import Organisation
from phare_platform.trace.services import leave_trace

BATCH = 100


@transaction.atomic
def expire_introductions(*, now: datetime, limit: int = BATCH) -> int:
    """Close the introductions whose ten days are over, `limit` at a time; returns how many.

    A side that had said yes is told. A side that had not is offered the other again in a month:
    silence is not a no, and it is not held against the one who asked.
    """
    due = list(
        Introduction.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(state__in=sources_of(IntroductionState.EXPIRED), expires_at__lte=now)
        .select_related("first", "second")
        .order_by("expires_at", "pk")[:limit]
    )
    for introduction in due:
        introduction.state, introduction.answered_at = IntroductionState.EXPIRED, now
        introduction.save(update_fields=["state", "answered_at"])
        for silent, other in _silent_sides(introduction):
            _put_off(silent, about=other, now=now)
        emails.send_introduction_expired(introduction)
        leave_trace("matching.expire_introductions", introduction, by=None)
    for introduction in sorted(due, key=lambda row: row.first_id):  # one order for all who ask
        update_lists_of(introduction)
    return len(due)


def _silent_sides(introduction: Introduction) -> Iterator[tuple[Organisation, Organisation]]:
    """The sides that have not said yes, each with the other one."""
    if introduction.first_accepted_at is None:
        yield introduction.first, introduction.second
    if introduction.second_accepted_at is None:
        yield introduction.second, introduction.first


def _put_off(organisation: Organisation, *, about: Organisation, now: datetime) -> None:
    SuggestionAnswer.objects.update_or_create(
        organisation=organisation,
        other=about,
        defaults={
            "kind": AnswerKind.LATER,
            "reason": "",
            "hidden_until": hidden_until(AnswerKind.LATER, now=now),
            "answered_at": now,
            "answered_by": None,
        },
    )
