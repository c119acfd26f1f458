"""Territories in the API: open to all, read only."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.permissions import AllowAny

from territories.places.filters import PlaceFilter
from territories.places.models import Containment, Place, PlaceQuerySet


class TerritorySerializer(serializers.ModelSerializer[Place]):
    """A place; the others are named `level:code`, as in the address of each."""

    id = serializers.CharField(source="identifier", read_only=True)
    parent = serializers.SerializerMethodField(  # type: ignore[assignment]  # DRF has its own
        help_text="The place directly above; for an intermunicipality, its main department."
    )
    intermunicipality = serializers.SerializerMethodField()
    lies_in = serializers.SerializerMethodField(
        help_text="Every place it lies in, even in part: all departments of an intermunicipality."
    )

    class Meta:
        model = Place
        fields = [
            "id",
            "level",
            "code",
            "name",
            "kind",
            "siren",
            "parent",
            "intermunicipality",
            "lies_in",
            "postcodes",
            "former_codes",
            "population",
            "lat",
            "lon",
            "position_source",
        ]

    def get_parent(self, place: Place) -> str | None:
        """`level:code` of the place above, None for the country."""
        return place.parent.identifier if place.parent else None

    def get_intermunicipality(self, place: Place) -> str | None:
        """`level:code` of a municipality's intermunicipality."""
        return place.intermunicipality.identifier if place.intermunicipality else None

    def get_lies_in(self, place: Place) -> list[str]:
        """`level:code` of every container."""
        containers: list[Containment] = list(place.containers.all())
        return sorted(one.outer.identifier for one in containers)


IDENTIFIER = OpenApiParameter(
    "identifier", str, OpenApiParameter.PATH, description="Level and code: `municipality:86194`."
)


@extend_schema_view(
    list=extend_schema(summary="Find territories by name, postcode, code, level or container"),
    retrieve=extend_schema(summary="One territory", parameters=[IDENTIFIER]),
)
class TerritoryViewSet(viewsets.ReadOnlyModelViewSet[Place]):
    """The country, regions, departments, intermunicipalities and municipalities of 2026."""

    permission_classes = [AllowAny]
    serializer_class = TerritorySerializer
    filterset_class = PlaceFilter
    lookup_field = "identifier"
    lookup_value_regex = "[a-z]+:[0-9A-Za-z]+"

    def get_queryset(self) -> PlaceQuerySet:
        """All places with what the answer names, the bigger first."""
        return (
            Place.objects.by_size()
            .select_related("parent", "intermunicipality")
            .prefetch_related("containers__outer")
        )

    def get_object(self) -> Place:
        """The place of the address; 404 for none."""
        identifier = self.kwargs["identifier"]
        return get_object_or_404(self.get_queryset().identified(identifier))


ROUTES: list[tuple[str, Any, str]] = [("territories", TerritoryViewSet, "territory")]
