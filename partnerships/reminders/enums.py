"""Of what an organisation or a facilitator is reminded, and how far that is."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Step(models.TextChoices):
    """What waits."""

    PROFILE_UNFINISHED = "profile_unfinished", _("unfinished profile")
    INTRODUCTION_UNANSWERED = "introduction_unanswered", _("unanswered introduction")
    POINT_DUE = "point_due", _("check point due")
    EVALUATION_DUE = "evaluation_due", _("evaluation due")
    PROFILE_TO_CONFIRM = "profile_to_confirm", _("profile to confirm")


class ReminderState(models.TextChoices):
    """Where a reminder stands."""

    OPEN = "open", pgettext_lazy("reminder", "due")
    SENT = "sent", pgettext_lazy("reminder", "sent")
    CLOSED = "closed", pgettext_lazy("reminder", "done")
    OBSOLETE = "obsolete", pgettext_lazy("reminder", "without object")


WAITING = [ReminderState.OPEN, ReminderState.SENT]
