"""Register of the floor's admin pages."""

from partnerships.evaluation import admin as evaluation_admin
from partnerships.lifecycle import admin as lifecycle_admin
from partnerships.matching import admin as matching_admin
from partnerships.organisations import admin as organisations_admin
from partnerships.reminders import admin as reminders_admin

__all__ = [
    "evaluation_admin",
    "lifecycle_admin",
    "matching_admin",
    "organisations_admin",
    "reminders_admin",
]
