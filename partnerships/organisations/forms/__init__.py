"""What people type on the pages of the room."""

from partnerships.organisations.forms.declaring import AreasForm, FragilitiesForm, MeansForm
from partnerships.organisations.forms.members import InviteForm, JoinForm, RoleForm
from partnerships.organisations.forms.notifying import NotificationsForm
from partnerships.organisations.forms.profile import (
    CapacityForm,
    FindForm,
    NewOrganisationForm,
    PauseForm,
    ProfileForm,
)

__all__ = [
    "AreasForm",
    "CapacityForm",
    "FindForm",
    "FragilitiesForm",
    "InviteForm",
    "JoinForm",
    "MeansForm",
    "NewOrganisationForm",
    "NotificationsForm",
    "PauseForm",
    "ProfileForm",
    "RoleForm",
]
