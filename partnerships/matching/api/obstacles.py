"""Organisations that are suggested nobody, for facilitators and the team."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.matching.access import can_see_obstacles
from partnerships.matching.enums import ObstacleKind
from partnerships.matching.filters import ObstacleApiFilter
from partnerships.matching.queries import obstacles as queries
from partnerships.matching.queries.obstacles import Row
from partnerships.organisations.enums import Kind
from partnerships.organisations.models import Organisation


class UnmatchedSerializer(serializers.Serializer[Any]):
    """An organisation, why it is suggested nobody, and what would help, in words."""

    organisation = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    home = serializers.CharField(help_text="Its municipality, level:code.")
    reason = serializers.ChoiceField(choices=ObstacleKind.choices)
    why = serializers.CharField()
    helps = serializers.ListField(child=serializers.CharField())
    since = serializers.DateTimeField()

    def to_representation(self, instance: Row) -> dict[str, Any]:
        """The row of the page, as data."""
        organisation = instance.organisation
        return {
            "organisation": organisation.pk,
            "name": organisation.name,
            "kind": organisation.kind,
            "home": organisation.home.identifier,
            "reason": instance.kind.value,
            "why": instance.why,
            "helps": list(instance.helps),
            "since": serializers.DateTimeField().to_representation(instance.since),
        }


class UnmatchedViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Organisation]):
    """Organisations that are suggested nobody; 404 for whoever is no facilitator."""

    queryset = Organisation.objects.none()
    serializer_class = UnmatchedSerializer
    filterset_class = ObstacleApiFilter

    def get_queryset(self) -> QuerySet[Organisation]:
        """Those with a known obstacle, or (`reason=not_computed`) those not computed yet."""
        if getattr(self, "swagger_fake_view", False):
            return Organisation.objects.none()
        if not can_see_obstacles(self.request.user):
            raise Http404
        waits = self.request.query_params.get("reason") == ObstacleKind.NOT_COMPUTED
        found = (queries.not_computed if waits else queries.unmatched)(self.request.user)
        return queries.with_context(found)

    @extend_schema(summary="Organisations without a suggestion: why, and what would help")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The latest first unless `sort` says otherwise."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rows = queries.rows_of(page or [])
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
