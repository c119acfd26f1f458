"""Inviting, giving roles, asking to join."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.organisations.enums import Role

ROLES = [
    (Role.OWNER, _("Owner: also manages members and may close the organisation")),
    (Role.EDITOR, _("Editor: writes in its name")),
    (Role.READER, _("Reader: sees everything, changes nothing")),
]


class RoleForm(forms.Form):
    """What a member may do."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.EDITOR)


class InviteForm(forms.Form):
    """An address to invite, and the role it gets."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The link is good for 14 days and works once."),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=ROLES, initial=Role.EDITOR, widget=forms.RadioSelect
    )


class JoinForm(forms.Form):
    """A few words to the owners of the organisation that one asks to join."""

    message = forms.CharField(
        label=_("A word to its owners"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
