"""What the mail of this room looks like."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.organisations.samples import Stage
from partnerships.reminders import emails
from partnerships.reminders.enums import Step
from partnerships.reminders.models import Reminder
from partnerships.reminders.queries.lines import Line
from phare_platform.outbox.composing import Sample


def _reminder(stage: Stage) -> None:
    reminder = Reminder.objects.create(
        step=Step.PROFILE_TO_CONFIRM,
        thing="sample",
        target=stage.us.pk,
        organisation=stage.us,
        due_at=timezone.now(),
    )
    emails.send_reminder(Line(reminder, stage.us.name))


SAMPLES = [
    Sample("partnerships/reminders/emails/reminder", _("something waits"), _reminder),
]
