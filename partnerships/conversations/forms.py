"""What is written in a conversation, on the page and behind the link of a mail."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.conversations.rules import LONGEST, clean
from partnerships.conversations.services import too_long
from partnerships.matching.forms import OnBehalfForm


class WordsForm(forms.Form):
    """A message, and the last message that was before the writer's eyes."""

    text = forms.CharField(
        label=_("Your message"),
        help_text=_("Plain words, up to 4,000 characters."),
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST}),
        strip=False,
    )
    seen = forms.IntegerField(
        min_value=0, max_value=2**62, required=False, widget=forms.HiddenInput
    )

    def clean_text(self) -> str:
        """The words as they are kept; browsers send two characters for each end of line."""
        text = clean(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(gettext("Write a few words."), code="message_empty")
        if len(text) > LONGEST:
            raise forms.ValidationError(too_long(len(text)), code="message_too_long")
        return text

    def clean_seen(self) -> int:
        """0 when it is left out."""
        seen: int | None = self.cleaned_data["seen"]
        return seen or 0


class MessageForm(OnBehalfForm, WordsForm):
    """The same, in the name of one of the person's organisations."""

    field_order = ["organisation", "seen", "text"]
