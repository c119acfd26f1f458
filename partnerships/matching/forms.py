"""What people say to suggestions and introductions; the team's forms for policies."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from partnerships.matching.enums import AnswerKind, DeclineReason
from partnerships.matching.models import Policy
from partnerships.matching.queries.policies import PARAMETERS, WEIGHTS
from partnerships.matching.rules import ALL_POINTS
from partnerships.organisations.access import organisations_of
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.formats import decimal

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
    """The button behind a link in a message: the answer that it is for, or taking it back."""

    kind = forms.ChoiceField(required=False)
    reason = forms.ChoiceField(choices=DeclineReason.choices, required=False)
    undo = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, kind: AnswerKind) -> None:
        """What was sent to a link of this kind."""
        super().__init__(data)
        self.fields["kind"].choices = [(kind.value, kind.label)]  # type: ignore[attr-defined]


class PolicyForm(forms.ModelForm[Policy]):
    """A new policy: a name, six weights that sum to 10,000, and the other parameters."""

    most = {"list_length": 100, "places": 30, "exposure_cap": 10_000}

    class Meta:
        model = Policy
        fields = ["name", *PARAMETERS, "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        """A form filled in like another policy, or with what was sent."""
        super().__init__(data, initial=initial)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("Letters without accents, digits, hyphens: 2026-12-near.")
        self.fields["note"].label = _("What it is tried for")
        for name, (label, meaning) in PARAMETERS.items():
            field = forms.IntegerField(
                label=label,
                help_text=capfirst(meaning),
                min_value=1 if name in ("list_length", "places") else 0,
                max_value=self.most.get(name, ALL_POINTS),
            )
            self.fields[name] = field

    @property
    def weights(self) -> list[Any]:
        """The fields of the six weights."""
        return [self[name] for name in WEIGHTS]

    @property
    def others(self) -> list[Any]:
        """The other parameters."""
        return [self[name] for name in PARAMETERS if name not in WEIGHTS]

    @property
    def total(self) -> int:
        """What the six weights sum to as they stand, whatever cannot be read counting nothing."""
        values = [str(self[name].value() or "").strip() for name in WEIGHTS]
        return sum(int(value) for value in values if value.isdecimal() and len(value) < 7)

    def clean(self) -> dict[str, Any]:
        """Refuse weights that do not sum to 10,000 and places that are all reserved."""
        cleaned = super().clean() or self.cleaned_data
        given = [cleaned[name] for name in WEIGHTS if name in cleaned]
        if len(given) == len(WEIGHTS) and sum(given) != ALL_POINTS:
            text = gettext("The six weights sum to %(sum)s; they must sum to 10,000.")
            language = get_language() or "fr"
            self.add_error(None, text % {"sum": decimal(sum(given), language=language)})
        places, reserved = cleaned.get("places"), cleaned.get("reserved_places")
        if places is not None and reserved is not None and reserved >= places:
            self.add_error(
                "reserved_places", gettext("Some places must be left beside the reserved ones.")
            )
        length = cleaned.get("list_length")
        if places is not None and length is not None and places > length:
            self.add_error("places", gettext("A list cannot show more than it holds."))
        return cleaned

    def validate_constraints(self) -> None:
        """The database's own checks are said above in words."""


class ComparisonForm(forms.Form):
    """Which two policies to compare."""

    first = forms.ModelChoiceField(
        label=_("First policy"), queryset=Policy.objects.none(), empty_label=None
    )
    second = forms.ModelChoiceField(
        label=_("Second policy"), queryset=Policy.objects.none(), empty_label=None
    )

    def __init__(
        self,
        data: Any = None,
        *,
        initial: dict[str, Any] | None = None,
        offered: Sequence[Policy] = (),
    ) -> None:
        """Take any policy; `offered` are those to choose from on the page."""
        super().__init__(data, initial=initial)
        for name in ("first", "second"):
            field = cast(forms.ModelChoiceField[Policy], self.fields[name])
            field.queryset = Policy.objects.all()
            field.choices = [(policy.pk, policy.name) for policy in offered]
