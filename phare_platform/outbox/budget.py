"""How many e-mails a person has been sent within a year, and what that leaves for optional ones.

Every message counts, whatever its kind, unless it was cancelled. Only optional ones stop when the
budget (MAIL_YEARLY_BUDGET) is spent: digests, and what is queued as `optional`, such as reminders.
What secures an account, and what a person asked for by saying yes, always leaves.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from phare_platform.accounts.models import User
from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message

YEAR = timedelta(days=365)
NEAR = 0.8  # of the budget: the team should know
OPTIONAL_BY_KIND = (MessageKind.DIGEST,)
LOCKS = 4_242  # the class of our advisory locks


@dataclass(frozen=True)
class Budget:
    """What somebody was sent within a year, out of `most`."""

    used: int
    most: int

    @property
    def left(self) -> int:
        """How many optional messages may still be written."""
        return max(0, self.most - self.used)


def budget_of(person: User, *, now: datetime | None = None) -> Budget:
    """What this person was sent within a year. One query."""
    return budgets_of([person.pk], now=now)[person.pk]


def budgets_of(pks: Collection[int], *, now: datetime | None = None) -> dict[int, Budget]:
    """The budgets of these people, by id. One query."""
    rows = _counted(now or timezone.now()).filter(recipient__in=pks)
    used = dict(rows.values_list("recipient").annotate(n=Count("pk")).order_by())
    return {pk: Budget(used.get(pk, 0), settings.MAIL_YEARLY_BUDGET) for pk in pks}


def people_near_budget(*, share: float = NEAR, now: datetime | None = None) -> QuerySet[User]:
    """People who have used this share of their budget or more, each with `used`; most first."""
    since = (now or timezone.now()) - YEAR
    counted = Q(messages__created_at__gt=since) & ~Q(messages__status=MessageStatus.CANCELLED)
    return (
        User.objects.annotate(used=Count("messages", filter=counted))
        .filter(used__gte=share * settings.MAIL_YEARLY_BUDGET)
        .order_by("-used", "pk")
    )


def hold_budgets(pks: Collection[int]) -> None:
    """Until this transaction ends, nobody else writes optional messages to these people.

    Without it, two who look at the same moment would both find the last one free.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, pk) FROM unnest(%s::int[]) AS pk",
            [LOCKS, sorted(pks)],
        )


def may_write_to(person: User) -> bool:
    """True when the budget leaves room for an optional message; holds it until the commit."""
    hold_budgets([person.pk])
    return budget_of(person).left > 0


def _counted(now: datetime) -> QuerySet[Message]:
    messages = Message.objects.filter(created_at__gt=now - YEAR)
    return messages.exclude(status=MessageStatus.CANCELLED)
