"""How many messages a person received over a year: what the yearly budget is held against."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from phare_platform.accounts.models import User
from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message

YEAR = timedelta(days=365)
SHOWN_AT_MOST = 200


@dataclass(frozen=True)
class Received:
    """A person, and how many messages of each kind they were sent in a year."""

    person: User
    total: int
    by_kind: list[tuple[str, int]]


def most_written_to(*, now: datetime, named: str = "") -> list[Received]:
    """Who was sent most over the year before `now`, whatever its kind; at most 200 people.

    What was cancelled does not count. With `named`, only people whose address or name holds these
    words. Two queries.
    """
    messages = Message.objects.filter(created_at__gte=now - YEAR, recipient__isnull=False)
    if named:
        people = User.objects.filter(
            Q(email__icontains=named) | Q(display_name__icontains=named)
        ).values("pk")
        messages = messages.filter(recipient__in=people)
    kinds = {kind.value: Count("created_at", filter=Q(kind=kind)) for kind in MessageKind}
    counted: Any = (
        messages.exclude(status=MessageStatus.CANCELLED)
        .values("recipient")
        .annotate(**kinds, total=Count("*"))
        .order_by("-total", "recipient")
    )
    rows = list(counted[:SHOWN_AT_MOST])
    people_by_pk = User.objects.in_bulk([row["recipient"] for row in rows])
    return [
        Received(
            person=people_by_pk[row["recipient"]],
            total=row["total"],
            by_kind=[(str(kind.label), row[kind.value]) for kind in MessageKind if row[kind.value]],
        )
        for row in rows
        if row["recipient"] in people_by_pk
    ]
