"""The sixteen domains, open to all: reference data that others build on."""

from typing import Any

from rest_framework import serializers, viewsets
from rest_framework.permissions import AllowAny

from territories.fragilities.models import Domain


class DomainSerializer(serializers.ModelSerializer[Domain]):
    """A domain in both languages, with the words under which files know it."""

    identifier = serializers.CharField(read_only=True)

    class Meta:
        model = Domain
        fields = [
            "number",
            "identifier",
            "code",
            "axis",
            "label_fr",
            "label_en",
            "short_fr",
            "short_en",
            "aliases",
            "status",
            "source",
        ]


class DomainViewSet(viewsets.ReadOnlyModelViewSet[Domain]):
    """The domains of fragility, D01 to D16, in the order of the rose."""

    queryset = Domain.objects.order_by("number")
    serializer_class = DomainSerializer
    permission_classes = [AllowAny]
    filterset_fields = ["axis"]
    lookup_value_regex = "[0-9]{1,2}"


ROUTES: list[tuple[str, Any, str]] = [("domains", DomainViewSet, "domain")]
