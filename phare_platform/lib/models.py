"""Tables that know nothing of the domain: requests answered once, deeds to do later."""

from django.db import models
from django.utils import timezone


class IdempotencyKey(models.Model):
    """One request, identified by its sender's key, and the answer it got. Kept 24 hours."""

    principal = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=400)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now)
    locked_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "key"], name="idempotency_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Job(models.Model):
    """A task asked for inside a transaction; a beat hands it to the workers after the commit."""

    task = models.CharField(max_length=120)
    kwargs = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "kwargs"],
                name="job_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return self.task


class UsedLink(models.Model):
    """A signed link that may be used once, and was; kept as long as the link would last."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.sha256
