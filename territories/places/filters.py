"""Choosing places in a list: the same choices on the page and in the API."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from territories.places.enums import Level
from territories.places.models import Place, PlaceQuerySet
from territories.places.queries import matching


class PlaceField(forms.CharField):
    """A place written `level:code`; cleaned to the Place, refused when there is none."""

    default_error_messages = {
        "unknown": _("No place is called %(value)s. Write its level and code: department:86.")
    }

    def clean(self, value: Any) -> Place | None:
        """The place, None when nothing is given; raises ValidationError for an unknown one."""
        identifier = super().clean(value)
        if not identifier:
            return None
        place = Place.objects.identified(identifier).first()
        if place is None:
            raise ValidationError(
                self.error_messages["unknown"], code="unknown", params={"value": identifier}
            )
        return place


class InsidePlace(django_filters.Filter):
    """Keep what lies in a place, at any depth and even in part, the place itself left out."""

    field_class = PlaceField

    def filter(self, qs: PlaceQuerySet, value: Place | None) -> PlaceQuerySet:
        """The places that `value` holds; all of them for no value."""
        return qs if value is None else qs.filter(containers__outer=value)


class PlaceFilter(django_filters.FilterSet):
    """`q` ranks what it finds; without it the bigger places come first."""

    q = django_filters.CharFilter(
        label=_("Name, postcode or code"), method="find", max_length=200, strip=True
    )
    level = django_filters.MultipleChoiceFilter(
        label=_("Level"), choices=Level.choices, widget=forms.CheckboxSelectMultiple
    )
    parent = InsidePlace(
        label=_("Lies in"), help_text=_("Level and code of a place, such as region:75.")
    )

    class Meta:
        model = Place
        fields: list[str] = []

    def find(self, queryset: PlaceQuerySet, name: str, value: str) -> PlaceQuerySet:
        """What `value` may mean among those kept so far, ranked."""
        return matching(queryset, value)
