"""What happens to organisations by itself."""

from celery import shared_task
from django.utils import timezone

from partnerships.organisations.services import wake_organisations


@shared_task(name="partnerships.organisations.wake_organisations")
def wake_organisations_now() -> int:
    """Every morning: organisations whose pause is over take part again; returns how many."""
    return wake_organisations(on=timezone.localdate())
