"""Register of the floor's tasks: Celery looks here, the rooms hold them."""

from partnerships.matching import tasks as matching_tasks
from partnerships.organisations import tasks as organisations_tasks
from partnerships.reminders import tasks as reminders_tasks

__all__ = ["matching_tasks", "organisations_tasks", "reminders_tasks"]
