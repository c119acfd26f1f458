"""The team's view of reminders: looked at, never edited."""

from django.contrib import admin

from partnerships.reminders.models import Reminder
from phare_platform.lib.admin import ReadOnlyAdmin


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """What waits for whom, and whether it was told."""

    list_display = ["step", "thing", "organisation", "person", "state", "due_at", "sent_at"]
    list_filter = ["step", "state"]
    list_select_related = ["organisation", "person"]
    ordering = ["-due_at", "-pk"]
