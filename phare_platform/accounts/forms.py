"""What signing up asks beyond the address and the password."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from phare_platform.accounts.models import User
from phare_platform.accounts.services import TOKEN_DAYS


class SignupForm(forms.Form):
    """The name shown to partners; the language is the one the page was read in."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("Shown to the organisations you work with."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name and the language of the new person (called by allauth)."""
        user.display_name = self.cleaned_data["display_name"]
        user.language = (get_language() or "fr")[:2]
        user.save(update_fields=["display_name", "language"])


class ProfileForm(forms.ModelForm[User]):
    """The name shown to partners, and the language of pages and mail."""

    class Meta:
        model = User
        fields = ["display_name", "language"]
        labels = {"display_name": _("Your name")}
        help_texts = {
            "display_name": _("Shown to the organisations you work with."),
            "language": _("For the pages and the messages that you receive."),
        }
        widgets = {"display_name": forms.TextInput(attrs={"autocomplete": "name"})}


class TokenForm(forms.Form):
    """How long a new API token shall last."""

    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[
            (30, _("30 days")),
            (90, _("90 days")),
            (180, _("180 days")),
            (365, _("one year")),
        ],
        initial=TOKEN_DAYS,
    )
