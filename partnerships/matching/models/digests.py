"""Digests, and which suggestions they told of."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from partnerships.organisations.models import Organisation


class Digest(models.Model):
    """A message with suggestions to the members of an organisation; one a week at most."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="digests")
    slot = models.CharField(max_length=10)  # the ISO week: 2026-W47
    told_count = models.PositiveSmallIntegerField()  # how many suggestions it told of
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slot"], name="digest_once"),
            models.CheckConstraint(condition=Q(told_count__gte=1), name="digest_never_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.slot}"


class ToldSuggestion(models.Model):
    """That a digest told an organisation of another one: once, whatever comes after."""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="told")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", db_index=False
    )  # the index of the unique constraint serves it
    other = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    rank = models.PositiveSmallIntegerField()  # its place in the message, from 0

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "other"], name="told_once"),
            models.CheckConstraint(
                condition=~Q(organisation=F("other")), name="told_of_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} of {self.other_id}"
