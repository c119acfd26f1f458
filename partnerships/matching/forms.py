"""What people say to suggestions and introductions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.matching.enums import AnswerKind, DeclineReason
from partnerships.organisations.access import organisations_of
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User

LONGEST_TITLE = 150


class OnBehalfForm(forms.Form):
    """A deed done in the name of one of the organisations for which the person may write.

    The organisation travels with the form: another tab may have switched to another one since.
    """

    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), widget=forms.HiddenInput
    )

    def __init__(
        self, data: Any = None, *, user: User, initial: dict[str, Any] | None = None
    ) -> None:
        """Offer the organisations of this person, and no others."""
        super().__init__(data, initial=initial)
        choices = organisations_of(user, to="edit").select_related("home")
        self.fields["organisation"].queryset = choices  # type: ignore[attr-defined]


class AnswerForm(OnBehalfForm):
    """An answer to a suggestion; a reason goes with "not for us" only."""

    kind = forms.ChoiceField(choices=AnswerKind.choices)
    reason = forms.ChoiceField(choices=DeclineReason.choices, required=False)
    note = forms.CharField(max_length=500, required=False)


class AcceptForm(OnBehalfForm):
    """A yes to an introduction, with the name of the partnership that it may open."""

    title = forms.CharField(
        label=_("Name of the partnership"), max_length=LONGEST_TITLE, required=False
    )


class DeclineForm(OnBehalfForm):
    """A no to an introduction, with a reason that stays private."""

    reason = forms.ChoiceField(
        label=_("Why (stays private)"),
        choices=[("", _("I prefer not to say")), *DeclineReason.choices],
        required=False,
    )


class LinkAnswerForm(forms.Form):
    """The button behind a link in a message: an answer, or taking it back."""

    kind = forms.ChoiceField(choices=AnswerKind.choices, required=False)
    reason = forms.ChoiceField(choices=DeclineReason.choices, required=False)
    undo = forms.BooleanField(required=False)
