"""Conversations as one side reads them: what was said, what is new, whether it goes on."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from partnerships.conversations.models import ConversationMessage, ReadMark
from partnerships.matching.enums import IntroductionState
from partnerships.matching.models import Introduction
from partnerships.matching.queries.introductions import LIVING, Told, told_to
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation

SHOWN = 40  # messages on a page; the earlier ones are a link away
SHOWN_SIGNED_OUT = 10
MOST_LISTED = 200


@dataclass(frozen=True)
class Conversation:
    """A conversation as one of its sides reads it, the oldest message first."""

    told: Told
    messages: list[ConversationMessage]
    read_up_to: int
    has_earlier: bool = False

    @property
    def is_open(self) -> bool:
        """True as long as both sides may write."""
        return is_open(self.told.introduction, now=self.told.now)

    @property
    def last(self) -> int:
        """The id of the last message shown; 0 when there is none."""
        return self.messages[-1].pk if self.messages else 0

    @property
    def new(self) -> set[int]:
        """The ids of the other side's messages that our side had not read before."""
        us = self.told.us.pk
        return {m.pk for m in self.messages if m.organisation_id != us and m.pk > self.read_up_to}


def is_open(introduction: Introduction, *, now: datetime) -> bool:
    """True while they may write: until the introduction ends, and on in a partnership."""
    if Status.CLOSED in (introduction.first.status, introduction.second.status):
        return False
    waiting = introduction.state == IntroductionState.OPEN and introduction.expires_at > now
    return waiting or introduction.state == IntroductionState.ACCEPTED


def read_mark(introduction: Introduction, organisation: Organisation) -> int:
    """The id of the last message that this side has read; 0 before the first."""
    marks = ReadMark.objects.filter(introduction=introduction, organisation=organisation)
    return marks.values_list("last", flat=True).first() or 0


def conversation_of(
    us: Organisation, introduction: Introduction, *, now: datetime, before: int | None = None
) -> Conversation:
    """The last messages of a conversation, or the last ones `before` a message."""
    newest = latest(introduction, before=before, most=SHOWN + 1)
    return Conversation(
        told=told_to(us, introduction, now=now),
        messages=newest[:SHOWN][::-1],
        read_up_to=read_mark(introduction, us),
        has_earlier=len(newest) > SHOWN,
    )


def since(introduction: Introduction, *, after: int) -> list[ConversationMessage]:
    """The messages that came after one, the oldest first; what a link in a mail shows."""
    found = ConversationMessage.objects.filter(introduction=introduction, pk__gt=after)
    return list(found.select_related("organisation", "author").order_by("pk")[:SHOWN_SIGNED_OUT])


def conversations_of(organisation: Organisation) -> QuerySet[Introduction]:
    """Where this organisation may write, or where something was said; the latest first.

    Each with `last_at`, `last_text`, `last_by` (who spoke last) and `unread_count`.
    """
    ours = Introduction.objects.filter(Q(first=organisation) | Q(second=organisation))
    unread = ConversationMessage.objects.to(organisation).unread()
    return with_last(ours).annotate(unread_count=_counted(unread))


def with_last(introductions: QuerySet[Introduction]) -> QuerySet[Introduction]:
    """Those that may be written in, or have been; with the last message, the latest first."""
    said = ConversationMessage.objects.filter(introduction=OuterRef("pk")).order_by("-pk")
    return (
        introductions.filter(Q(state__in=LIVING) | Exists(said))
        .select_related("first__home", "second__home", "partnership")
        .annotate(
            last_at=Subquery(said.values("written_at")[:1]),
            last_text=Subquery(said.values("text")[:1]),
            last_by=Subquery(said.values("organisation")[:1]),
        )
        .order_by(Coalesce(F("last_at"), F("opened_at")).desc(), "-pk")
    )


def _counted(messages: QuerySet[ConversationMessage]) -> Coalesce:
    counted = messages.filter(introduction=OuterRef("pk")).order_by().values("introduction")
    numbers = counted.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(numbers), 0, output_field=IntegerField())


def unread_count(organisation: Organisation) -> int:
    """How many messages this organisation has not read."""
    return ConversationMessage.objects.to(organisation).unread().count()


def written_with(
    introduction: Introduction, organisation: Organisation, *, key: str
) -> ConversationMessage | None:
    """The message that this side wrote with a form or a link of this key, if it did."""
    found = ConversationMessage.objects.filter(
        introduction=introduction, organisation=organisation, key=key
    )
    return found.first() if key else None


def latest(
    introduction: Introduction, *, before: int | None = None, most: int = MOST_LISTED
) -> list[ConversationMessage]:
    """The last messages, the newest first, or the last ones before a message."""
    found = ConversationMessage.objects.filter(introduction=introduction)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.select_related("organisation", "author").order_by("-pk")[:most])


def unread_in(introductions: Collection[Introduction]) -> dict[tuple[int, int], int]:
    """How many messages the other side has not read, by introduction and by who wrote."""
    unread = ConversationMessage.objects.filter(introduction__in=introductions).unread()
    counted = unread.values("introduction", "organisation").annotate(n=Count("pk"))
    return {(row["introduction"], row["organisation"]): row["n"] for row in counted}
