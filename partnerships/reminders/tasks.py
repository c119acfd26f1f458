"""The daily round of reminders."""

from celery import shared_task
from django.utils import timezone

from partnerships.reminders import services


@shared_task(name="partnerships.reminders.remind")
def remind() -> None:
    """Close what is settled, open what is due, send what is open; again changes nothing more."""
    now = timezone.now()
    services.close_reminders(now=now)
    services.open_reminders(now=now)
    while services.send_reminders(now=now):
        pass
