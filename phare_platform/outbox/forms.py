"""Choosing which kinds of message to receive."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from phare_platform.outbox.enums import OPTIONAL_KINDS, MessageKind
from phare_platform.outbox.models import Unsubscription


class KindsForm(forms.Form):
    """One box for each kind that can be switched off; ticked means received."""

    kinds = forms.TypedMultipleChoiceField(
        label=_("Messages that you wish to receive"),
        choices=[(kind.value, kind.label) for kind in OPTIONAL_KINDS],
        coerce=MessageKind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        """Tick what this address receives today."""
        super().__init__(*args, **kwargs)
        refused = set(
            Unsubscription.objects.filter(address=address.lower()).values_list("kind", flat=True)
        )
        self.initial["kinds"] = [kind for kind in OPTIONAL_KINDS if kind not in refused]
