"""Pages of the room."""

from partnerships.organisations.views.declaring import areas, fragilities, means
from partnerships.organisations.views.directory import choose, export, index
from partnerships.organisations.views.first_run import join, new
from partnerships.organisations.views.invitations import invitation
from partnerships.organisations.views.members import (
    answer_join_request,
    invite,
    leave,
    members,
    remove,
    revoke,
    role,
)
from partnerships.organisations.views.notifications import notifications, notifications_link
from partnerships.organisations.views.profile import activity, capacity, confirm, edit, profile

__all__ = [
    "activity",
    "answer_join_request",
    "areas",
    "capacity",
    "choose",
    "confirm",
    "edit",
    "export",
    "fragilities",
    "index",
    "invitation",
    "invite",
    "join",
    "leave",
    "means",
    "members",
    "new",
    "notifications",
    "notifications_link",
    "profile",
    "remove",
    "revoke",
    "role",
]
