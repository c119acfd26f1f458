"""Partnerships in the API: the same reads and the same writes as the pages."""

from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.lifecycle import access, queries, rules, services
from partnerships.lifecycle.enums import ClosingDecision, EndReason, PointState, Stage
from partnerships.lifecycle.filters import PartnershipFilter
from partnerships.lifecycle.models import Partnership, PartnershipEvent
from partnerships.organisations.access import visible_to as visible_organisations
from partnerships.organisations.enums import Mode
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from territories.fragilities.models import Domain
from territories.places.models import Place

MOST_EVENTS = 100


def person(request: Request) -> User:
    """Who asks; the API lets nobody in without a name."""
    return cast(User, request.user)


@extend_schema_field(str)
class TerritoryField(serializers.Field[Place, str, str, Place]):
    """A place written `level:code`."""

    default_error_messages = {"unknown": _("Unknown territory: write level:code.")}

    def to_internal_value(self, data: Any) -> Place:
        """The place; refused when there is none."""
        place = Place.objects.identified(data).first() if isinstance(data, str) else None
        if place is None:
            self.fail("unknown")
        return place

    def to_representation(self, value: Place) -> str:
        """`department:86`."""
        return value.identifier


@extend_schema_field(str)
class DomainField(serializers.Field[Domain, str, str, Domain]):
    """A domain written as in the register, `D05`."""

    default_error_messages = {"unknown": _("Unknown domain: write D01 to D16.")}

    def to_internal_value(self, data: Any) -> Domain:
        """The domain; refused when there is none."""
        known = {domain.identifier: domain for domain in Domain.objects.all()}
        if not isinstance(data, str) or data not in known:
            self.fail("unknown")
        return known[data]

    def to_representation(self, value: Domain) -> str:
        """`D05`."""
        return value.identifier


@extend_schema_field(int)
class OrganisationField(serializers.PrimaryKeyRelatedField[Organisation]):
    """An organisation that the person who asks may see."""

    def get_queryset(self) -> Any:
        """Those visible to the person; none while the API is only described."""
        request = self.context.get("request")
        return visible_organisations(request.user) if request else Organisation.objects.none()


class PartnerSerializer(serializers.Serializer[Any]):
    """A partner of today; `agreed_at` is null while it has not said yes."""

    organisation = serializers.IntegerField(source="organisation_id")
    name = serializers.CharField(source="organisation.name")
    joined_at = serializers.DateTimeField()
    agreed_at = serializers.DateTimeField(allow_null=True)


class PartnershipSerializer(serializers.Serializer[Any]):
    """A partnership with where it stands and what comes next."""

    id = serializers.IntegerField(source="partnership.pk")
    title = serializers.CharField(source="partnership.title")
    purpose = serializers.CharField(source="partnership.purpose")
    territory = TerritoryField(source="partnership.place")
    domains = serializers.ListField(child=DomainField(), source="partnership.domains.all")
    modes = serializers.ListField(
        child=serializers.ChoiceField(Mode.choices), source="partnership.modes"
    )
    partners = PartnerSerializer(many=True, source="partnership.today")
    facilitator = serializers.CharField(source="partnership.facilitator", allow_null=True)
    stage = serializers.ChoiceField(Stage.choices, source="partnership.stage")
    stage_since = serializers.DateTimeField(source="partnership.stage_since")
    version = serializers.IntegerField(source="partnership.version")
    opened_at = serializers.DateTimeField(source="partnership.opened_at")
    finished_at = serializers.DateTimeField(source="partnership.finished_at", allow_null=True)
    decision = serializers.CharField(source="partnership.decision")
    end_reason = serializers.CharField(source="partnership.end_reason")
    end_note = serializers.CharField(source="partnership.end_note")
    key_points_settled = serializers.IntegerField(source="settled")
    key_points = serializers.IntegerField(source="key_count")
    is_ready = serializers.BooleanField()
    days_late = serializers.IntegerField()
    next_step = serializers.CharField(source="step")
    turn_of = serializers.ListField(child=serializers.CharField(), source="turn")


class PointSerializer(serializers.Serializer[Any]):
    """A point of a checklist as it stands."""

    code = serializers.CharField(source="point.code")
    label = serializers.CharField(source="point.label")  # type: ignore[assignment]  # DRF has its own
    done_when = serializers.CharField(source="point.done_when")
    state = serializers.ChoiceField(PointState.choices)
    evidence = serializers.CharField(source="answer.evidence", default="")
    needed = serializers.BooleanField(source="is_needed")


class EventSerializer(serializers.ModelSerializer[PartnershipEvent]):
    """A line of the timeline."""

    actor = serializers.StringRelatedField[Any]()

    class Meta:
        model = PartnershipEvent
        fields = ["kind", "actor", "on_behalf_of", "data", "happened_at"]


class OpenSerializer(serializers.Serializer[Any]):
    """What opening a partnership takes; one of the organisations is your own."""

    title = serializers.CharField(max_length=rules.TITLE_LENGTH)
    purpose = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    territory = TerritoryField()
    domains = serializers.ListField(child=DomainField(), min_length=1, max_length=16)
    modes = serializers.ListField(
        child=serializers.ChoiceField(Mode.choices), required=False, default=list
    )
    organisations = serializers.ListField(
        child=OrganisationField(), min_length=rules.FEWEST_PARTNERS, max_length=20
    )


class StageSerializer(serializers.Serializer[Any]):
    """A step; `version` is the one read before deciding, `decision` closes."""

    to = serializers.ChoiceField(Stage.choices)
    version = serializers.IntegerField()
    decision = serializers.ChoiceField(
        ClosingDecision.choices, required=False, allow_blank=True, default=""
    )


class EndSerializer(serializers.Serializer[Any]):
    """The end before the evaluation is over."""

    reason = serializers.ChoiceField(EndReason.choices)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    version = serializers.IntegerField()


class SetPointSerializer(serializers.Serializer[Any]):
    """Where a point stands."""

    code = serializers.CharField(max_length=4)
    state = serializers.ChoiceField(PointState.choices)
    evidence = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class NoteSerializer(serializers.Serializer[Any]):
    """A note for the timeline."""

    text = serializers.CharField(max_length=2000)


class PartnershipViewSet(viewsets.GenericViewSet[Any]):
    """The partnerships you may read; the others do not exist for you."""

    serializer_class = PartnershipSerializer
    filterset_class = PartnershipFilter
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> Any:
        """With all that an answer tells."""
        return queries.partnerships_for(self.request.user)

    @extend_schema(summary="Your partnerships", responses=PartnershipSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Your partnerships, the latest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rows = queries.rows_of(page or [], now=timezone.now())
        return self.get_paginated_response(PartnershipSerializer(rows, many=True).data)

    @extend_schema(summary="One partnership", responses=PartnershipSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One partnership."""
        return self._answer(self._get())

    @extend_schema(
        summary="Open a partnership", request=OpenSerializer, responses={201: PartnershipSerializer}
    )
    def create(self, request: Request) -> Response:
        """Open a partnership; the other organisations are asked whether they take part."""
        data = self._cleaned(OpenSerializer)
        chosen = data["organisations"]
        partnership = services.open_partnership(
            title=data["title"],
            purpose=data["purpose"],
            place=data["territory"],
            domains=data["domains"],
            modes=data["modes"],
            organisations=chosen,
            agreed=access.check_may_open(request.user, chosen),
            by=person(request),
        )
        return self._answer(partnership, status=201)

    @extend_schema(
        summary="Move to the next stage", request=StageSerializer, responses=PartnershipSerializer
    )
    @action(detail=True, methods=["post"])
    def stage(self, request: Request, pk: str) -> Response:
        """Move to the next stage, or close with a decision."""
        partnership, data = self._get(to="edit"), self._cleaned(StageSerializer)
        moved = services.move_to_stage(
            partnership,
            to=data["to"],
            decision=data["decision"],
            expected_version=data["version"],
            by=person(request),
        )
        return self._answer(moved)

    @extend_schema(
        summary="End with a reason", request=EndSerializer, responses=PartnershipSerializer
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End the partnership before its evaluation is over."""
        partnership, data = self._get(to="edit"), self._cleaned(EndSerializer)
        ended = services.end_partnership(
            partnership,
            reason=data["reason"],
            note=data["note"],
            expected_version=data["version"],
            by=person(request),
        )
        return self._answer(ended)

    @extend_schema(summary="The checklists", methods=["GET"], responses=PointSerializer(many=True))
    @extend_schema(
        summary="Set a checklist point",
        methods=["POST"],
        request=SetPointSerializer,
        responses=PartnershipSerializer,
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    def points(self, request: Request, pk: str) -> Response:
        """Every point of the three checklists; POST says where one stands."""
        if request.method == "GET":
            lists = queries.checklists_of(self._get()).values()
            points = [point for one in lists for point in (*one.key, *one.others)]
            return Response(PointSerializer(points, many=True).data)
        partnership = self._get(to="edit")
        services.set_point(partnership, by=person(request), **self._cleaned(SetPointSerializer))
        return self._answer(partnership)

    @extend_schema(summary="The timeline", methods=["GET"], responses=EventSerializer(many=True))
    @extend_schema(
        summary="Add a note",
        methods=["POST"],
        request=NoteSerializer,
        responses={201: EventSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    def notes(self, request: Request, pk: str) -> Response:
        """The last hundred lines of the timeline, the latest first; POST adds a note."""
        if request.method == "GET":
            events = PartnershipEvent.objects.filter(partnership=self._get()).select_related(
                "actor"
            )
            latest = events.order_by("-happened_at", "-pk")[:MOST_EVENTS]
            return Response(EventSerializer(latest, many=True).data)
        partnership = self._get(to="edit")
        note = services.add_note(partnership, by=person(request), **self._cleaned(NoteSerializer))
        return Response(EventSerializer(note).data, status=201)

    def _get(self, *, to: str = "see") -> Partnership:
        return access.get_partnership(self.request.user, int(self.kwargs["pk"]), to=to)

    def _cleaned(self, form: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        given = form(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def _answer(self, partnership: Partnership, *, status: int = 200) -> Response:
        row = queries.row_for(self.request.user, partnership, now=timezone.now())
        return Response(PartnershipSerializer(row).data, status=status)


ROUTES: list[tuple[str, Any, str]] = [("partnerships", PartnershipViewSet, "partnership")]
