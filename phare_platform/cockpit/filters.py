"""How the pages of the cockpit are narrowed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from phare_platform.cockpit.queries.counts import Choice
from phare_platform.cockpit.queries.queue import IN_TROUBLE
from phare_platform.outbox.enums import MessageKind, MessageStatus
from territories.places.enums import Level
from territories.places.models import Place

PERIOD = timedelta(days=29)  # and today
BY = {"campaign": _("By campaign"), "territory": _("By department"), "kind": _("By kind")}
HEADINGS = {"campaign": _("Campaign"), "territory": _("Department"), "kind": _("Kind")}


def kinds() -> list[tuple[str, str]]:
    """Every kind of message, and "all of them"."""
    known = [(kind.value, capfirst(str(kind.label))) for kind in MessageKind]
    return [("", str(_("All kinds"))), *known]


def departments() -> list[tuple[str, str]]:
    """Every department by its code, and "all of them"."""
    found = Place.objects.filter(level=Level.DEPARTMENT).order_by("code")
    return [("", str(_("All departments")))] + [
        (code, f"{code} {name}") for code, name in found.values_list("code", "name")
    ]


class CountsFilter(forms.Form):
    """Which messages are counted; the last thirty days unless said otherwise."""

    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=kinds, required=False)
    territory = forms.ChoiceField(label=_("Department"), choices=departments, required=False)
    by = forms.ChoiceField(choices=list(BY.items()), required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A period that runs forward."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        until = cleaned["until"] or timezone.localdate()
        since = cleaned["since"] or until - PERIOD
        if since > until:
            self.add_error("until", _("The last day comes before the first one."))
        return cleaned | {"since": since, "until": until, "by": cleaned["by"] or "campaign"}

    def choice(self) -> Choice:
        """What was chosen, once the form is valid."""
        names = ("since", "until", "kind", "territory")
        return Choice(**{name: self.cleaned_data[name] for name in names})

    @property
    def active_count(self) -> int:
        """How many filters are set."""
        return sum(bool(self.data.get(name)) for name in ("since", "until", "kind", "territory"))


class TroubleFilter(forms.Form):
    """Which messages in trouble are listed."""

    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states"))]
        + [(status, capfirst(MessageStatus(status).label)) for status in IN_TROUBLE],
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=kinds, required=False)
    q = forms.CharField(
        label=_("Address or campaign"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    @property
    def active_count(self) -> int:
        """How many filters are set."""
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0
