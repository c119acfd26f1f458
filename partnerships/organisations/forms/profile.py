"""Finding, creating and editing an organisation; pausing it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.organisations.enums import DigestRhythm, Kind, OrganisationType
from partnerships.organisations.models import Organisation
from partnerships.organisations.rules import (
    KIND_OF,
    MOST_CAPACITY,
    BadIdentifier,
    clean_identifiers,
    clean_rna,
    clean_siren,
    clean_siret,
    read_identifier,
)
from territories.places.enums import Level
from territories.places.forms import TypedPlaceField

TYPES_BY_KIND = [
    (
        kind.label,
        [(t.value, t.label) for t in OrganisationType if KIND_OF[t.value] == kind.value],
    )
    for kind in Kind
]
PHONE = RegexValidator(r"^[0-9+(][0-9 ().\u00a0\u202f-]{5,28}$", _("Write a telephone number."))


class FindForm(forms.Form):
    """The name or the number of an organisation that may be on PHARE already."""

    q = forms.CharField(
        label=_("Name, SIREN, SIRET or RNA number of your organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "type": "search"}),
    )

    def clean_q(self) -> str:
        """The words; a number that cannot exist is refused with its rule."""
        text: str = self.cleaned_data["q"]
        try:
            read_identifier(text)
        except BadIdentifier as error:
            raise forms.ValidationError(error.rule.label, code=error.rule.value) from error
        return text

    def initial_for_new(self) -> dict[str, str]:
        """What the words fill in on the form of a new organisation."""
        text = self.cleaned_data.get("q", "")
        numbers = {name: value for name, value in vars(read_identifier(text)).items() if value}
        return numbers or {"name": text}


class IdentityForm(forms.Form):
    """Who an organisation is: name, type, home, official numbers."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    type = forms.ChoiceField(label=_("Type"), choices=[("", _("Choose…")), *TYPES_BY_KIND])
    home = TypedPlaceField(
        label=_("Municipality"),
        levels=[Level.MUNICIPALITY],
        help_text=_("Where your organisation has its seat: name, postcode or INSEE code."),
    )
    siren = forms.CharField(
        label=_("SIREN"),
        required=False,
        max_length=30,
        help_text=_("Nine digits. Not needed when you give the SIRET."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    siret = forms.CharField(
        label=_("SIRET"),
        required=False,
        max_length=30,
        help_text=_("Fourteen digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    rna = forms.CharField(
        label=_("RNA number"),
        required=False,
        max_length=20,
        help_text=_("For an association: W and nine digits."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_siren(self) -> str:
        """Nine digits with a right check digit."""
        return self._number("siren", clean_siren)

    def clean_siret(self) -> str:
        """Fourteen digits with right check digits."""
        return self._number("siret", clean_siret)

    def clean_rna(self) -> str:
        """W and nine digits."""
        return self._number("rna", clean_rna)

    def clean(self) -> dict[str, Any]:
        """SIREN and SIRET agree; an empty SIREN comes from the SIRET."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"siren", "siret", "rna"} & set(self.errors):
            numbers = {name: data.get(name, "") for name in ("siren", "siret", "rna")}
            try:
                data |= vars(clean_identifiers(**numbers))
            except BadIdentifier as error:
                self.add_error(error.field, forms.ValidationError(error.rule.label))
        return data

    def _number(self, field: str, clean: Callable[[str], str]) -> str:
        try:
            return clean(self.cleaned_data[field])
        except BadIdentifier as error:
            raise forms.ValidationError(error.rule.label, code=error.rule.value) from error


class NewOrganisationForm(IdentityForm):
    """A new organisation; `distinct` appears when another one looks like it."""

    distinct = forms.BooleanField(
        label=_("Mine is another organisation: create it"),
        required=False,
        widget=forms.HiddenInput,
    )

    def offer_distinct(self) -> None:
        """Show the box by which the person says that none of those found is theirs."""
        self.fields["distinct"].widget = forms.CheckboxInput()


class ProfileForm(IdentityForm):
    """Everything a member may change about an organisation besides what it declares."""

    description = forms.CharField(
        label=_("What you do, in a few lines"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Read by those to whom you are suggested. 2,000 characters at most."),
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    staff_size = forms.CharField(
        label=_("Staff and volunteers"),
        required=False,
        max_length=40,
        help_text=_("For example: 12 employees, 80 volunteers."),
    )
    contact_name = forms.CharField(
        label=_("Contact person"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        validators=[PHONE],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    digest_rhythm = forms.ChoiceField(
        label=_("Suggestions by e-mail"), choices=DigestRhythm.choices, widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        initial = {name: getattr(organisation, name) for name in self.base_fields}
        super().__init__(data, initial=initial)

    def changes(self) -> dict[str, Any]:
        """What the service is asked to change: every field, cleaned."""
        return dict(self.cleaned_data)


class CapacityForm(forms.Form):
    """How many introductions an organisation can take at a time."""

    capacity = forms.IntegerField(min_value=0, max_value=MOST_CAPACITY)


class PauseForm(forms.Form):
    """Until when an organisation is suggested to nobody; empty: until it says so."""

    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty to come back when you decide."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.fields["until"].widget.attrs["min"] = tomorrow.isoformat()
