"""What is waited for, once for each thing, step and recipient."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.organisations.models import Organisation
from partnerships.reminders.enums import WAITING, ReminderState, Step


class Reminder(models.Model):
    """A thing that waits for an organisation, or for a facilitator; sent once, never again.

    `thing` names the occasion ("introduction:42", "profile:7:2026-05-02"), `target` the row that
    its page is about: an organisation, an introduction or a partnership, as the step says.
    """

    step = models.CharField(max_length=30, choices=Step.choices)
    thing = models.CharField(max_length=80)
    target = models.BigIntegerField()
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=ReminderState.choices, default=ReminderState.OPEN
    )
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["step", "thing", "organisation", "person"],
                nulls_distinct=False,
                name="reminder_once",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None, person__isnull=False)
                | Q(organisation__isnull=False, person=None),
                name="reminder_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReminderState.SENT) | Q(sent_at__isnull=False),
                name="reminder_sent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITING, closed_at=None)
                | (~Q(state__in=WAITING) & Q(closed_at__isnull=False)),
                name="reminder_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="open"), name="reminder_to_send"),
            models.Index(
                fields=["id"], condition=Q(state__in=["open", "sent"]), name="reminder_waiting"
            ),
            models.Index(
                fields=["organisation", "due_at"],
                condition=Q(state__in=["open", "sent"]),
                name="reminder_of_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.thing}: {self.state}"
