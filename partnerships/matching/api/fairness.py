"""How fair the suggestions are, open to all."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.matching.queries.fairness import latest_fairness


class ExposureSerializer(serializers.Serializer[Any]):
    """How often the organisations of a group are shown; null where they are fewer than five."""

    gini = serializers.FloatField(
        allow_null=True, help_text="Inequality of exposure, from 0 (all alike) to 1."
    )
    never_shown = serializers.FloatField(
        allow_null=True, help_text="Share of those that may be shown which are on no page."
    )
    most_shown = serializers.IntegerField(
        allow_null=True, help_text="Pages on which the most shown one is."
    )


class SharedExposureSerializer(ExposureSerializer):
    """The same once places are shared, and what that costs."""

    places_filled = serializers.FloatField(
        allow_null=True, help_text="Places filled, as a share of those filled before."
    )
    score_kept = serializers.FloatField(
        allow_null=True, help_text="Points of all suggestions shown, as a share of those before."
    )


class OutcomeSerializer(serializers.Serializer[Any]):
    """A share and of how many; both null where they are fewer than five."""

    share = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)


class GroupSerializer(serializers.Serializer[Any]):
    """The measures of all organisations, of a kind, or of a size."""

    by = serializers.ChoiceField(choices=["all", "kind", "size"])
    group = serializers.CharField()
    organisations = serializers.IntegerField(allow_null=True)
    before = ExposureSerializer(
        allow_null=True, help_text="If everyone were shown the head of their list."
    )
    after = SharedExposureSerializer(allow_null=True, help_text="What is shown.")
    accepted = OutcomeSerializer(
        help_text="Organisations with at least one introduction accepted by both sides."
    )
    answered = OutcomeSerializer(
        help_text="Suggestions told in messages of the last year that were answered."
    )
    precision = OutcomeSerializer(
        help_text="Suggestions out of the places shown, answered with a yes or a no, that both"
        " sides accepted in the end."
    )


class FairnessSerializer(serializers.Serializer[Any]):
    """How fair the suggestions shown at present are."""

    version = serializers.IntegerField(help_text="Of this format.")
    measured_at = serializers.DateTimeField()
    policy = serializers.CharField()
    places = serializers.IntegerField()
    reserved_places = serializers.IntegerField()
    exposure_cap = serializers.IntegerField(help_text="0: none.")
    load_penalty = serializers.IntegerField(help_text="Points per introduction that is open.")
    groups = GroupSerializer(many=True)


class FairnessViewSet(viewsets.ViewSet):
    """The measures that the page "Fairness of suggestions" shows, for whoever wants to check."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="fairness_retrieve",
        summary="How fair the suggestions are",
        responses={
            200: FairnessSerializer,
            404: OpenApiResponse(description="Nothing has been measured yet."),
        },
    )
    def list(self, request: Request) -> Response:
        """The latest measures; figures of fewer than five organisations are left out."""
        published = latest_fairness()
        if published is None:
            raise NotFound("Nothing has been measured yet.")
        return Response(FairnessSerializer(published.fairness).data)
