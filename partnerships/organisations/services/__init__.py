"""Every write of the room: one deed, one atomic function, a trace."""

from partnerships.organisations.services.activity import (
    close_organisation,
    pause_organisation,
    reopen_organisation,
    resume_organisation,
    wake_organisations,
)
from partnerships.organisations.services.declaring import (
    confirm_profile,
    declare,
    set_capacity,
)
from partnerships.organisations.services.joining import (
    accept_join_request,
    ask_to_join,
    decline_join_request,
)
from partnerships.organisations.services.members import (
    accept_invitation,
    change_role,
    invite_member,
    leave_organisation,
    remove_member,
    revoke_invitation,
)
from partnerships.organisations.services.notifying import choose_notifications, pause_digests
from partnerships.organisations.services.profile import create_organisation, edit_organisation
from partnerships.organisations.services.verifying import refuse_organisation, verify_organisation

__all__ = [
    "accept_invitation",
    "accept_join_request",
    "ask_to_join",
    "change_role",
    "choose_notifications",
    "close_organisation",
    "confirm_profile",
    "create_organisation",
    "declare",
    "decline_join_request",
    "edit_organisation",
    "invite_member",
    "leave_organisation",
    "pause_digests",
    "pause_organisation",
    "refuse_organisation",
    "remove_member",
    "reopen_organisation",
    "resume_organisation",
    "revoke_invitation",
    "set_capacity",
    "verify_organisation",
    "wake_organisations",
]
