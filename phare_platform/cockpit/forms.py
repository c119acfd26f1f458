"""What the team chooses: a mail to preview, and in which language."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from phare_platform.cockpit.emails import GROUPS


def mails() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every mail by its base path, grouped, in the reader's language."""
    return [
        (capfirst(str(label)), [(one.template, capfirst(str(one.label))) for one in samples])
        for label, samples in GROUPS
    ]


class PreviewForm(forms.Form):
    """Which mail, in which language; the organisation is found by words of its name."""

    q = forms.CharField(
        label=_("Organisation"),
        help_text=_("Words of its name, or its SIREN, SIRET or RNA number."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    organisation = forms.IntegerField(required=False, widget=forms.HiddenInput)
    mail = forms.ChoiceField(label=_("Message"), choices=mails)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def choice(self) -> dict[str, Any]:
        """The mail and the language, for a link to another organisation."""
        return {name: self.cleaned_data[name] for name in ("mail", "language")}


class TestForm(forms.Form):
    """What was previewed, to be sent as a test."""

    organisation = forms.IntegerField()
    mail = forms.ChoiceField(choices=mails)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
