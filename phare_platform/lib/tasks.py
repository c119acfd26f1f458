"""The heartbeat of jobs asked for by services, and the cleaning of what is kept a day."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from phare_platform.lib import jobs
from phare_platform.lib.models import IdempotencyKey
from phare_platform.lib.signing import forget_used_links


@shared_task(name="lib.hand_out_jobs", expires=30)
def hand_out_jobs() -> int:
    """Give waiting jobs to the workers."""
    return jobs.hand_out_jobs()


@shared_task(name="lib.forget_old_keys")
def forget_old_keys() -> int:
    """Delete idempotency keys older than a day, and used links long expired; returns how many."""
    deleted, _ = IdempotencyKey.objects.filter(
        created_at__lt=timezone.now() - timedelta(days=1)
    ).delete()
    return deleted + forget_used_links()
