"""The three steps of a declaration: fragilities, means and forms, territories and capacity."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from partnerships.organisations.enums import (
    Level,
    Mode,
    Resource,
    ResourceFamily,
    ResourceSide,
    Side,
)
from partnerships.organisations.models import Organisation
from partnerships.organisations.rules import (
    MOST_AREAS,
    MOST_CAPACITY,
    Declared,
    Means,
    family_of,
)
from phare_platform.lib.domains import AXIS_LABELS, FACES, Face
from territories.places.enums import Level as PlaceLevel
from territories.places.forms import TypedPlaceField
from territories.places.models import Place

LEVELS = [("0", _("no")), *[(str(level.value), level.label) for level in Level]]
MODES = [
    (
        Mode.PATRONAGE,
        Mode.PATRONAGE.label,
        _("The company gives means to a project of general interest, without direct return."),
    ),
    (
        Mode.RESPONSIBLE_PRACTICES,
        Mode.RESPONSIBLE_PRACTICES.label,
        _("The association brings its know-how so that the company changes a practice."),
    ),
    (
        Mode.ECONOMIC_COOPERATION,
        Mode.ECONOMIC_COOPERATION.label,
        _("Both build one common offer for a territory or a public."),
    ),
    (
        Mode.SOCIETAL_INNOVATION,
        Mode.SOCIETAL_INNOVATION.label,
        _("Both invent a new answer to a fragility."),
    ),
]
MORE_PLACES = 3


@dataclass(frozen=True)
class DomainLine:
    """One domain of the form with its two scales."""

    face: Face
    acts: BoundField
    seeks: BoundField


@dataclass(frozen=True)
class MeansLine:
    """One kind of means of the form: offered or needed, each with its words."""

    label: Any
    offer: BoundField
    offer_note: BoundField
    need: BoundField
    need_note: BoundField


class FragilitiesForm(forms.Form):
    """For each of the sixteen domains, how much the organisation acts and seeks help on it."""

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        declared = {
            f"{d.side}_{d.domain.identifier}": str(d.level)
            for d in organisation.declarations.select_related("domain")
        }
        super().__init__(data, initial=declared)
        for code, face in FACES.items():
            for side in Side:
                self.fields[f"{side.value}_{code}"] = forms.ChoiceField(
                    label=str(face.label),
                    choices=LEVELS,
                    required=False,
                    initial="0",
                    widget=forms.RadioSelect,
                )

    def axes(self) -> Iterator[tuple[str, Any, list[DomainLine]]]:
        """The lines of the form by axis: code, label, domains in the order of the rose."""
        for axis, label in AXIS_LABELS.items():
            faces = [face for face in FACES.values() if face.axis == axis]
            yield axis, label, [self._line(face) for face in faces]

    def clean(self) -> dict[str, Any]:
        """At least one domain: without it nobody can be suggested."""
        if not self.errors and not self.declared():
            raise ValidationError(
                _("Choose at least one fragility: without it nobody can be suggested to you."),
                code="nothing_declared",
            )
        return self.cleaned_data

    def declared(self) -> list[Declared]:
        """What was declared, as the service takes it."""
        return [
            Declared(int(code[1:]), side.value, int(level))
            for code in FACES
            for side in Side
            if (level := self.cleaned_data.get(f"{side.value}_{code}") or "0") != "0"
        ]

    def _line(self, face: Face) -> DomainLine:
        return DomainLine(face, self[f"{Side.ACTS}_{face.code}"], self[f"{Side.SEEKS}_{face.code}"])


class MeansForm(forms.Form):
    """What the organisation offers and needs, with a few words, and the forms that suit it."""

    modes = forms.MultipleChoiceField(
        label=_("Forms of partnership that suit you"),
        choices=Mode.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        initial: dict[str, Any] = {"modes": organisation.modes}
        for means in organisation.resources.all():
            initial[f"{means.side}_{means.resource}"] = True
            initial[f"{means.side}_note_{means.resource}"] = means.note
        super().__init__(data, initial=initial)
        for resource in Resource:
            for side in ResourceSide:
                self.fields[f"{side.value}_{resource.value}"] = forms.BooleanField(
                    label=side.label, required=False
                )
                self.fields[f"{side.value}_note_{resource.value}"] = forms.CharField(
                    label=_("In a few words"), required=False, max_length=200
                )

    def families(self) -> Iterator[tuple[Any, list[MeansLine]]]:
        """The lines of the form by family of means."""
        for family in ResourceFamily:
            kinds = [resource for resource in Resource if family_of(resource) == family]
            yield family.label, [self._line(resource) for resource in kinds]

    def mode_lines(self) -> list[tuple[str, Any, Any, bool]]:
        """The four forms of partnership: code, name, what it is, chosen or not."""
        chosen = self["modes"].value() or []
        return [(code.value, label, about, code.value in chosen) for code, label, about in MODES]

    def means(self) -> list[Means]:
        """What was declared, as the service takes it."""
        return [
            Means(
                resource.value,
                side.value,
                self.cleaned_data[f"{side.value}_note_{resource.value}"],
            )
            for resource in Resource
            for side in ResourceSide
            if self.cleaned_data[f"{side.value}_{resource.value}"]
        ]

    def _line(self, resource: Resource) -> MeansLine:
        parts = [
            self[f"{part}_{resource}"] for part in ("offer", "offer_note", "need", "need_note")
        ]
        return MeansLine(resource.label, *parts)


class AreasForm(forms.Form):
    """The territories where the organisation acts, and how many introductions it can handle."""

    areas = forms.MultipleChoiceField(
        label=_("Territories where you act"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    capacity = forms.IntegerField(
        label=_("Introductions at a time"),
        min_value=0,
        max_value=MOST_CAPACITY,
        help_text=_("How many new contacts you can handle at once; 0 to be suggested to nobody."),
    )

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        chosen = [area.place for area in organisation.areas.select_related("place").order_by("pk")]
        super().__init__(
            data,
            initial={
                "areas": [place.identifier for place in chosen],
                "capacity": organisation.capacity,
            },
        )
        around = Place.objects.filter(contents__inner=organisation.home).by_size()
        nearer_first = [organisation.home, *reversed(list(around))]
        self.known = {place.identifier: place for place in [*chosen, *nearer_first]}
        self._choices().choices = [
            (identifier, f"{place.name} · {PlaceLevel(place.level).label}")
            for identifier, place in self.known.items()
        ]
        for number in range(1, MORE_PLACES + 1):
            self.fields[f"more_{number}"] = TypedPlaceField(
                label=_("Another territory"),
                required=False,
                help_text=_("A municipality, intermunicipality, department, region, or France.")
                if number == 1
                else "",
            )

    def more(self) -> list[BoundField]:
        """The inputs for territories that are not among the choices."""
        return [self[f"more_{number}"] for number in range(1, MORE_PLACES + 1)]

    def clean(self) -> dict[str, Any]:
        """One to twelve territories in all."""
        count = len({place.pk for place in self.places()})
        if not self.errors and not 1 <= count <= MOST_AREAS:
            self.add_error(
                "areas",
                ValidationError(
                    _("Choose from one to %(most)d territories where you act."),
                    params={"most": MOST_AREAS},
                ),
            )
        return self.cleaned_data

    def places(self) -> list[Place]:
        """The territories chosen and typed."""
        chosen = [self.known[identifier] for identifier in self.cleaned_data.get("areas", [])]
        typed = [self.cleaned_data.get(f"more_{number}") for number in range(1, MORE_PLACES + 1)]
        return chosen + [place for place in typed if place is not None]

    def _choices(self) -> forms.MultipleChoiceField:
        field = self.fields["areas"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # for the type checker
        return field
