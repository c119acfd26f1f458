"""Suggestions of one organisation, with both sides' reasons, and what it answers."""

from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.matching import services
from partnerships.matching.enums import AnswerKind, Component, DeclineReason
from partnerships.matching.filters import SuggestionFilter
from partnerships.matching.queries.board import cards_of, suggestion_about
from partnerships.matching.queries.explained import Direction, Suggestion
from partnerships.matching.queries.standing import before_the_list
from partnerships.matching.queries.suggestions import room_left, shortlist_of, suggested_to
from partnerships.organisations.access import get_organisation
from partnerships.organisations.enums import Kind
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.api import Pages

IDS = [
    OpenApiParameter("organisation_pk", int, OpenApiParameter.PATH, description="Whose."),
    OpenApiParameter("pk", int, OpenApiParameter.PATH, description="The other organisation."),
]


class FewPages(Pages):
    """Pages of 5, up to 30 on request: what is shown at once is also read."""

    page_size = 5
    max_page_size = 30


class LineSerializer(serializers.Serializer[Any]):
    """One component of what a side brings; the points of the six sum to the total."""

    component = serializers.ChoiceField(choices=Component.choices)
    points = serializers.IntegerField(help_text="Out of 10,000 for all six together.")
    maximum = serializers.IntegerField()
    is_answered = serializers.BooleanField(
        help_text="False where the receiving side declared nothing: the others share its points."
    )
    fact = serializers.CharField(help_text="What stands behind the points, in words.")


class DirectionSerializer(serializers.Serializer[Any]):
    """What one side brings to the other."""

    total = serializers.IntegerField(help_text="Out of 10,000.")
    parts = LineSerializer(many=True)

    def to_representation(self, instance: Direction) -> dict[str, Any]:
        """The exact points, in which the page's rounded ones have their source."""
        parts = [
            {
                "component": part.component,
                "points": part.points,
                "maximum": part.maximum,
                "is_answered": part.is_answered,
                "fact": line.fact,
            }
            for part, line in zip(instance.explanation.parts, instance.lines, strict=True)
        ]
        return {"total": instance.explanation.total, "parts": parts}


class OtherSerializer(serializers.ModelSerializer[Organisation]):
    """The organisation suggested: its public profile in brief, never its contacts."""

    kind = serializers.ChoiceField(choices=Kind.choices, read_only=True)
    home = serializers.CharField(source="home.identifier", read_only=True)
    home_name = serializers.CharField(source="home.name", read_only=True)

    class Meta:
        model = Organisation
        fields = ["id", "name", "type", "kind", "home", "home_name", "verification"]
        read_only_fields = fields


class SuggestionSerializer(serializers.Serializer[Any]):
    """Another organisation with the reasons of both sides."""

    other = OtherSerializer()
    points = serializers.IntegerField(help_text="Both directions together, out of 10,000.")
    reason = serializers.CharField(source="reason.text")
    nearness = serializers.CharField()
    is_rarely_shown = serializers.BooleanField(
        help_text="In a place kept for organisations that would be shown nowhere otherwise."
    )
    brings = DirectionSerializer()
    gives = DirectionSerializer()
    raises = serializers.ListField(
        child=serializers.CharField(), help_text="What would raise this match."
    )


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer; `reason` and `note` are kept with "declined" only."""

    kind = serializers.ChoiceField(choices=AnswerKind.choices)
    reason = serializers.ChoiceField(
        choices=DeclineReason.choices, required=False, allow_blank=True, default=""
    )
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class AnsweredSerializer(serializers.Serializer[Any]):
    """The answer as it stands, and the introduction that it opened, if it did."""

    kind = serializers.ChoiceField(choices=AnswerKind.choices, source="answer.kind")
    reason = serializers.CharField(source="answer.reason")
    answered_at = serializers.DateTimeField(source="answer.answered_at")
    hidden_until = serializers.DateTimeField(source="answer.hidden_until", allow_null=True)
    introduction = serializers.IntegerField(source="introduction.pk", allow_null=True, default=None)


class ForOrganisation(DjangoFilterBackend):  # type: ignore[misc]  # it carries no types
    """The page's own filter, told whose suggestions these are."""

    def get_filterset_kwargs(self, request: Any, queryset: Any, view: Any) -> dict[str, Any]:
        """Add the organisation of the address; none while the documentation is written."""
        kwargs: dict[str, Any] = super().get_filterset_kwargs(request, queryset, view)
        if not getattr(view, "swagger_fake_view", False):
            kwargs["organisation"] = view.organisation
        return kwargs


class SuggestionViewSet(viewsets.GenericViewSet[Organisation]):
    """Members read their organisation's suggestions; its owners and editors answer them."""

    queryset = Organisation.objects.none()
    serializer_class = SuggestionSerializer
    pagination_class = FewPages
    filter_backends = [ForOrganisation]
    filterset_class = SuggestionFilter
    lookup_value_regex = "[0-9]+"

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation of the address, if the person may do this in its name; else 404."""
        to = "edit" if self.action in ("answer", "undo") else "read"
        return get_organisation(self.request.user, _number(self.kwargs["organisation_pk"]), to=to)

    @property
    def other(self) -> Organisation:
        """The organisation asked about, if the person may know of it; else 404."""
        return get_organisation(self.request.user, _number(self.kwargs["pk"]))

    def get_queryset(self) -> QuerySet[Organisation]:
        """What may be shown now, best first; nothing while paused, full or undeclared."""
        if getattr(self, "swagger_fake_view", False):
            return Organisation.objects.none()
        if before_the_list(self.organisation, room=room_left(self.organisation)):
            return Organisation.objects.none()
        shortlist = shortlist_of(self.organisation)
        return suggested_to(self.organisation, shortlist, now=timezone.now())

    @extend_schema(summary="The partners that fit an organisation, best first", parameters=IDS[:1])
    def list(self, request: Request, organisation_pk: str) -> Response:
        """A page of suggestions."""
        found = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        cards = cards_of(self.organisation, found, shortlist=shortlist_of(self.organisation))
        return self.get_paginated_response(SuggestionSerializer(cards, many=True).data)

    @extend_schema(summary="One suggestion, also when answered since", parameters=IDS)
    def retrieve(self, request: Request, organisation_pk: str, pk: str) -> Response:
        """One suggestion with all its reasons."""
        card = self._card()
        return Response(SuggestionSerializer(card).data)

    def _card(self) -> Suggestion:
        organisation = self.organisation
        card = suggestion_about(organisation, self.other)
        if card is None:
            raise Http404
        return card

    @extend_schema(
        summary="Answer a suggestion",
        parameters=IDS,
        request=AnswerSerializer,
        responses=AnsweredSerializer,
    )
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, organisation_pk: str, pk: str) -> Response:
        """Say interested, later or declined; the last word counts. 409 when it is too late."""
        organisation, other = self.organisation, self.other
        wish = AnswerSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        answered = services.answer_suggestion(
            organisation, other=other, by=_person(request), via="api", **wish.validated_data
        )
        return Response(AnsweredSerializer(answered).data)

    @extend_schema(
        summary="Take an answer back", parameters=IDS, request=None, responses={204: None}
    )
    @answer.mapping.delete
    def undo(self, request: Request, organisation_pk: str, pk: str) -> Response:
        """Undo the answer of the last seven days. 409 when it is too late."""
        services.undo_answer(self.organisation, other=self.other, by=_person(request), via="api")
        return Response(status=status.HTTP_204_NO_CONTENT)


def _person(request: Request) -> User:
    """The caller; the endpoints let nobody else in."""
    return cast(User, request.user)


def _number(text: str) -> int:
    """The id in an address; 404 for one that no table could hold."""
    number = int(text)
    if number >= 2**63:
        raise Http404
    return number
