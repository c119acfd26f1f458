"""Everything that a person may be told by mail, on one form."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.organisations.enums import DigestRhythm
from partnerships.organisations.models import Membership
from partnerships.organisations.rules import DIGEST_RANGE
from partnerships.organisations.services.notifying import DigestChoice
from phare_platform.accounts.models import User
from phare_platform.lib.mornings import MAINLAND, OVERSEAS
from phare_platform.outbox.enums import OPTIONAL_KINDS, TOLD_BY_KIND, MessageKind
from phare_platform.outbox.models import Unsubscription

PLACES = {
    "America/Cayenne": gettext_lazy("French Guiana"),
    "America/Guadeloupe": "Guadeloupe",
    "America/Marigot": "Saint-Martin",
    "America/Martinique": "Martinique",
    "America/Miquelon": "Saint-Pierre-et-Miquelon",
    "America/St_Barthelemy": "Saint-Barthélemy",
    "Indian/Mayotte": "Mayotte",
    "Indian/Reunion": gettext_lazy("Reunion Island"),
    "Pacific/Noumea": gettext_lazy("New Caledonia"),
    "Pacific/Tahiti": gettext_lazy("French Polynesia"),
    "Pacific/Wallis": gettext_lazy("Wallis and Futuna"),
}


class OfOne(NamedTuple):
    """What may be chosen for one organisation."""

    membership: Membership
    rhythm: Any
    most: Any
    paused: Any


class NotificationsForm(forms.Form):
    """Kinds of message, the time zone, and for each organisation rhythm, number and pause."""

    kinds = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Messages that you wish to receive"),
        coerce=MessageKind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("My mornings are those of"),
        required=False,
        help_text=gettext_lazy("Suggestions arrive between 8 and 10 o’clock on working days."),
    )

    def __init__(
        self, data: Any = None, *, person: User, memberships: Sequence[Membership]
    ) -> None:
        """Fill in what the person chose; `memberships` are those that answer suggestions."""
        super().__init__(data)
        self.memberships = memberships
        address = person.email.lower()
        refused = set(Unsubscription.objects.filter(address=address).values_list("kind", flat=True))
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]
            (
                kind.value,
                _("%(label)s: %(value)s") % {"label": kind.label, "value": TOLD_BY_KIND[kind]},
            )
            for kind in OPTIONAL_KINDS
        ]
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]
            ("", _("the department of my organisation")),
            (MAINLAND, _("mainland France")),
            *((zone, PLACES[zone]) for zone in sorted(OVERSEAS.values())),
        ]
        self.initial = {
            "kinds": [kind for kind in OPTIONAL_KINDS if kind not in refused],
            "time_zone": person.time_zone,
        }
        for membership in memberships:
            self._add(membership)

    def _add(self, membership: Membership) -> None:
        pk, organisation = membership.pk, membership.organisation
        usual = _("as the organisation says (%(rhythm)s)") % {
            "rhythm": organisation.get_digest_rhythm_display()
        }
        few, many = DIGEST_RANGE
        tomorrow = timezone.localdate() + timedelta(days=1)
        until = membership.digest_paused_until
        self.fields[f"rhythm_{pk}"] = forms.ChoiceField(
            label=_("Suggestions for %(name)s") % {"name": organisation.name},
            choices=[("", usual), *DigestRhythm.choices],
            required=False,
            initial=membership.digest_rhythm,
        )
        self.fields[f"most_{pk}"] = forms.TypedChoiceField(
            label=_("At most in one message"),
            coerce=int,
            choices=[(number, number) for number in range(few, many + 1)],
            initial=membership.digest_most,
        )
        self.fields[f"paused_{pk}"] = forms.DateField(
            label=_("None before"),
            required=False,
            initial=until if until and until >= tomorrow else None,  # over: there is no pause
            widget=forms.DateInput(
                attrs={"type": "date", "min": tomorrow.isoformat()}, format="%Y-%m-%d"
            ),
            help_text=_("Leave empty for no pause."),
        )

    def organisations(self) -> Iterator[OfOne]:
        """The fields of each organisation together."""
        for one in self.memberships:
            names = (f"rhythm_{one.pk}", f"most_{one.pk}", f"paused_{one.pk}")
            yield OfOne(one, *(self[name] for name in names))

    def choices(self) -> dict[int, DigestChoice]:
        """What the service is asked to keep for each membership."""
        return {
            one.pk: DigestChoice(
                self.cleaned_data[f"rhythm_{one.pk}"],
                self.cleaned_data[f"most_{one.pk}"],
                self.cleaned_data[f"paused_{one.pk}"],
            )
            for one in self.memberships
        }
