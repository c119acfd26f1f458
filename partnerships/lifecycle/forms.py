"""What people may write about partnerships, cleaned before a service is asked."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partnerships.lifecycle import queries, rules
from partnerships.lifecycle.enums import ClosingDecision, EndReason, PointState
from partnerships.lifecycle.models import Partnership
from partnerships.organisations.enums import Mode
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from territories.fragilities.models import Domain
from territories.places.models import Place

CHOOSE = ("", _("Choose…"))


def capitalised(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Choices whose labels are written for the middle of a sentence, as a list shows them."""
    return [(value, capfirst(label)) for value, label in choices]


class PlaceChoice(forms.ModelChoiceField[Place]):
    """A place with its level, since a department and an intermunicipality may share a name."""

    def label_from_instance(self, obj: Any) -> str:
        """`Poitiers (Municipality)`."""
        return f"{obj.name} ({obj.get_level_display()})"


class DescriptionForm(forms.Form):
    """What a partnership is about; the places offered are those around its partners."""

    title = forms.CharField(
        label=_("Title"),
        max_length=rules.TITLE_LENGTH,
        help_text=_("A few words that everyone will recognise."),
    )
    purpose = forms.CharField(
        label=_("What for"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For whom, to change what, by when. You can complete it later."),
    )
    place = PlaceChoice(label=_("Territory"), queryset=Place.objects.none(), empty_label=None)
    domains = forms.ModelMultipleChoiceField(
        label=_("Domains"),
        queryset=Domain.objects.order_by("number"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One to three, no more: what everybody agrees is fragile here."),
    )
    modes = forms.MultipleChoiceField(
        label=_("Forms of partnership"),
        choices=Mode.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        organisations: Sequence[Organisation],
        present: Place | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        place = cast("forms.ModelChoiceField[Place]", self.fields["place"])
        place.queryset = queries.places_for(organisations, present=present)


class EditForm(DescriptionForm):
    """The same for a partnership that exists, with the version the person was looking at."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "title": partnership.title,
            "purpose": partnership.purpose,
            "place": partnership.place_id,
            "domains": list(partnership.domains.values_list("pk", flat=True)),
            "modes": partnership.modes,
            "expected_version": partnership.version,
        }
        super().__init__(*args, present=partnership.place, **kwargs)


class MoveForm(forms.Form):
    """The step to the next stage; closing also asks what the partners decide."""

    to = forms.CharField(widget=forms.HiddenInput)
    expected_version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[CHOOSE, *capitalised(ClosingDecision.choices)],
        required=False,
    )


class EndForm(forms.Form):
    """Why a partnership ends."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Reason"), choices=[CHOOSE, *capitalised(EndReason.choices)])
    note = forms.CharField(
        label=_("A few words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the partners and the facilitator."),
    )


class PointForm(forms.Form):
    """Where a checklist point stands, with what shows it."""

    state = forms.ChoiceField(
        label=pgettext_lazy("of a checklist point", "Where it stands"),
        choices=PointState.choices,
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence, a date, a link. If the point is not relevant, say why."),
    )

    def __init__(self, *args: Any, point: queries.Point, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "state": point.state,
            "evidence": point.answer.evidence if point.answer else "",
        }
        kwargs.setdefault("auto_id", f"id_{point.point.code}_%s")
        super().__init__(*args, **kwargs)
        if point.point.code in rules.NEVER_SKIPPED:
            state = cast(forms.ChoiceField, self.fields["state"])
            state.choices = [c for c in PointState.choices if c[0] != PointState.NOT_RELEVANT]


class NoteForm(forms.Form):
    """A note for the timeline."""

    text = forms.CharField(
        label=_("Add a note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by the partners and the facilitator."),
    )


class FacilitatorForm(forms.Form):
    """Who accompanies the partnership."""

    facilitator = forms.ModelChoiceField(
        label=_("Facilitator"),
        queryset=User.objects.filter(is_facilitator=True, is_active=True).order_by(
            "display_name", "pk"
        ),
        required=False,
        empty_label=_("nobody"),
    )
