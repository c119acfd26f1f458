"""What two introduced organisations write to each other; a line is added, never changed."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from partnerships.conversations.rules import LONGEST, Piece, pieces
from partnerships.matching.models import Introduction
from partnerships.organisations.models import Organisation


class ConversationMessageQuerySet(models.QuerySet["ConversationMessage"]):
    """Words for choosing messages."""

    def unread(self) -> Self:
        """That the other side has not read."""
        marks = ReadMark.objects.filter(introduction=OuterRef("introduction"))
        theirs = marks.exclude(organisation=OuterRef("organisation")).values("last")[:1]
        return self.filter(pk__gt=Coalesce(Subquery(theirs), 0))

    def to(self, organisation: Organisation) -> Self:
        """Written to this organisation."""
        ours = Q(introduction__first=organisation) | Q(introduction__second=organisation)
        return self.filter(ours).exclude(organisation=organisation)


class ConversationMessage(models.Model):
    """A message of one side of an introduction to the other: plain words.

    The database refuses to change it (a trigger of the migration). `key` names the form or the link
    it was written with, so that a form sent twice is one message.
    """

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="messages")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")  # that writes
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField(max_length=LONGEST)
    key = models.CharField(max_length=64, blank=True)
    written_at = models.DateTimeField(default=timezone.now)

    objects = ConversationMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["introduction", "organisation", "key"],
                condition=~Q(key=""),
                name="conversation_message_once",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("text"), LONGEST), text__regex=r"\S"),
                name="conversation_message_says_something",
            ),
        ]
        indexes = [
            models.Index(fields=["introduction", "id"], name="conversation_messages"),
            models.Index(fields=["organisation", "-written_at"], name="conversation_written"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.introduction_id}"

    @property
    def pieces(self) -> list[Piece]:
        """The words, and the links that are safe to follow."""
        return pieces(self.text)

    @property
    def author_name(self) -> str:
        """The name the author chose; never the address that stands in for it elsewhere."""
        return self.author.display_name if self.author else ""


class ReadMark(models.Model):
    """How far one side has read: the id of the last message shown to its owners and editors."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="read_marks")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    last = models.BigIntegerField()
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["introduction", "organisation"], name="read_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.introduction_id} up to {self.last}"
