"""Choosing organisations in a list: the same choices on the page, in the file and in the API."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from partnerships.organisations import queries
from partnerships.organisations.enums import Kind, Resource, ResourceFamily, Side, Verification
from partnerships.organisations.models import Organisation, OrganisationQuerySet
from partnerships.organisations.rules import family_of
from phare_platform.lib.domains import AXIS_LABELS, FACES
from territories.places.forms import TypedPlaceField
from territories.places.models import Place

DOMAINS = [
    (label, [(face.code, face.label) for face in FACES.values() if face.axis == axis])
    for axis, label in AXIS_LABELS.items()
]
RESOURCES = [
    (family.label, [(r.value, r.label) for r in Resource if family_of(r) == family])
    for family in ResourceFamily
]
NAME, NEWEST, NEAREST = "name", "newest", "nearest"
SORTS = [
    (NAME, _("by name")),
    (NEWEST, _("newest first")),
    (NEAREST, _("nearest first, within about 100 km")),
]


@extend_schema_field(OpenApiTypes.STR)
class HomeFilter(django_filters.Filter):
    """Keep the organisations at home in a place, written `level:code` or typed on the page."""

    field_class = TypedPlaceField

    def filter(self, qs: OrganisationQuerySet, value: Place | None) -> OrganisationQuerySet:
        """Those at home there; all of them for no place."""
        return qs if value is None else qs.at_home_in(value)


@extend_schema_field(OpenApiTypes.BOOL)
class TickedFilter(django_filters.Filter):
    """A box: ticked it narrows the list, empty it does nothing."""

    field_class = forms.BooleanField


class OrganisationFilter(django_filters.FilterSet):
    """Every choice narrows the list; `sort` orders it, by name unless told otherwise."""

    name = django_filters.CharFilter(label=_("Name"), method="named", max_length=200, strip=True)
    kind = django_filters.MultipleChoiceFilter(
        label=_("Who"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    domain = django_filters.ChoiceFilter(
        label=_("Domain"), choices=DOMAINS, method="declaring", empty_label=_("All domains")
    )
    side = django_filters.ChoiceFilter(
        label=_("Relation to the domain"),
        choices=Side.choices,
        method="nothing",
        empty_label=_("acts on or seeks help on"),
    )
    territory = HomeFilter(label=_("At home in"))
    offers = django_filters.ChoiceFilter(
        label=_("Offers"), choices=RESOURCES, method="with_offer", empty_label=_("anything")
    )
    needs = django_filters.ChoiceFilter(
        label=_("Needs"), choices=RESOURCES, method="with_need", empty_label=_("anything")
    )
    verified = TickedFilter(label=_("Verified only"), method="checked")
    sort = django_filters.ChoiceFilter(
        label=_("Order"), choices=SORTS, method="nothing", empty_label=None
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, near: Place | None = None, **options: Any) -> None:
        """`near` is the home from which `nearest` counts; without it that order is not offered."""
        super().__init__(*args, **options)
        self.near = near

    @property
    def active_count(self) -> int:
        """How many choices narrow the list, the order not counted."""
        cleaned = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        return sum(1 for name, value in cleaned.items() if value and name not in ("sort", "side"))

    def named(self, queryset: OrganisationQuerySet, name: str, value: str) -> OrganisationQuerySet:
        """Whose name holds words that begin so."""
        return queryset.named(value)

    def declaring(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> OrganisationQuerySet:
        """That declare the domain, on the side asked for if one is."""
        side = self.form.cleaned_data.get("side") or ""
        return queries.declaring(queryset, int(value[1:]), side=side)

    def with_offer(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> OrganisationQuerySet:
        """That offer this kind of means."""
        return queryset.offering(value)

    def with_need(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> OrganisationQuerySet:
        """That need this kind of means."""
        return queryset.needing(value)

    def checked(
        self, queryset: OrganisationQuerySet, name: str, value: object
    ) -> OrganisationQuerySet:
        """Verified by the platform team, when the box is ticked."""
        return queryset.filter(verification=Verification.VERIFIED) if value else queryset

    def nothing(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> OrganisationQuerySet:
        """A choice that others read: which side, which order."""
        return queryset

    def filter_queryset(self, queryset: OrganisationQuerySet) -> OrganisationQuerySet:
        """Narrowed by every choice, then put in order; each order ends with the id."""
        found: OrganisationQuerySet = super().filter_queryset(queryset)
        order = self.form.cleaned_data.get("sort") or NAME
        if order == NEAREST and self.near is not None:
            return queries.nearest_first(found, self.near)
        if order == NEWEST:
            return found.order_by("-created_at", "-pk")
        return found.order_by("name_key", "pk")


class OrganisationApiFilter(OrganisationFilter):
    """The same choices, without their headings; the API pages by cursor, in one order."""

    domain = django_filters.ChoiceFilter(
        label=_("Domain"),
        choices=[(face.code, face.label) for face in FACES.values()],
        method="declaring",
    )
    offers = django_filters.ChoiceFilter(
        label=_("Offers"), choices=Resource.choices, method="with_offer"
    )
    needs = django_filters.ChoiceFilter(
        label=_("Needs"), choices=Resource.choices, method="with_need"
    )
    sort = None
