"""Upkeep of accounts."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone
from knox.models import AuthToken


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Delete sessions and API tokens whose time is over; daily."""
    call_command("clearsessions")
    AuthToken.objects.filter(expiry__lte=timezone.now()).delete()
