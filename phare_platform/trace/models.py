"""Who did what, when: one line for each write that a service makes."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Trace(models.Model):
    """A deed, named `<room>.<service>`, on one thing. Never edited."""

    deed = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    details = models.JSONField(default=dict)
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "-happened_at"], name="trace_subject"
            ),
            models.Index(fields=["-happened_at"], name="trace_time"),
        ]

    def __str__(self) -> str:
        return f"{self.deed} #{self.subject_id}"
