"""Introductions of the caller's organisations, and the two answers."""

from typing import Any, cast

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.matching import services
from partnerships.matching.access import get_introduction, introductions_visible_to, sides_of
from partnerships.matching.enums import DeclineReason
from partnerships.matching.filters import IntroductionFilter
from partnerships.matching.forms import LONGEST_TITLE
from partnerships.matching.models import Introduction
from partnerships.matching.queries.introductions import told_to
from partnerships.organisations.access import organisations_of
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User


class ContactSerializer(serializers.Serializer[Any]):
    """Whom to call; only once both sides have said yes."""

    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    website = serializers.CharField()


class SideSerializer(serializers.Serializer[Any]):
    """One of the two organisations."""

    organisation = serializers.IntegerField()
    name = serializers.CharField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    contact = ContactSerializer(allow_null=True)


class IntroductionSerializer(serializers.ModelSerializer[Introduction]):
    """Two organisations that both said yes, and what each has said since."""

    sides = serializers.SerializerMethodField()

    class Meta:
        model = Introduction
        fields = [
            "id",
            "state",
            "points",
            "opened_at",
            "expires_at",
            "answered_at",
            "declined_by",
            "partnership",
            "sides",
        ]
        read_only_fields = fields

    @extend_schema_field(SideSerializer(many=True))
    def get_sides(self, introduction: Introduction) -> list[dict[str, Any]]:
        """Both sides; contacts only once both said yes, and not in lists."""
        told = told_to(
            introduction.first,
            introduction,
            now=timezone.now(),
            with_contacts=bool(self.context.get("with_contacts")),
        )
        contacts = {organisation.pk: contact for organisation, contact in told.contacts}
        return [
            {
                "organisation": side.pk,
                "name": side.name,
                "accepted_at": accepted_at,
                "contact": ContactSerializer(contacts[side.pk]).data
                if side.pk in contacts
                else None,
            }
            for side, accepted_at in (
                (introduction.first, introduction.first_accepted_at),
                (introduction.second, introduction.second_accepted_at),
            )
        ]


@extend_schema_field(int)
class OwnOrganisations(serializers.PrimaryKeyRelatedField[Organisation]):
    """An organisation for which the caller may write; any other id does not exist."""

    def get_queryset(self) -> QuerySet[Organisation]:
        """Owners and editors only."""
        return organisations_of(self.context["request"].user, to="edit")


class YesSerializer(serializers.Serializer[Any]):
    """A yes; `organisation` is needed only by those who answer for both sides."""

    organisation = OwnOrganisations(required=False)
    title = serializers.CharField(
        max_length=LONGEST_TITLE,
        required=False,
        allow_blank=True,
        default="",
        help_text="Name of the partnership, used by the second yes; a proposal when left out.",
    )


class NoSerializer(serializers.Serializer[Any]):
    """A no; the reason stays private."""

    organisation = OwnOrganisations(required=False)
    reason = serializers.ChoiceField(
        choices=DeclineReason.choices, required=False, allow_blank=True, default=""
    )


@extend_schema_view(
    list=extend_schema(summary="Introductions of my organisations, those that wait first"),
    retrieve=extend_schema(summary="One introduction, with contacts once both said yes"),
)
class IntroductionViewSet(viewsets.ReadOnlyModelViewSet[Introduction]):
    """Two organisations that both said yes. Nobody else learns of it."""

    queryset = Introduction.objects.none()
    serializer_class = IntroductionSerializer
    filterset_class = IntroductionFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Introduction]:
        """Those of the caller's organisations."""
        if getattr(self, "swagger_fake_view", False):
            return Introduction.objects.none()
        return (
            introductions_visible_to(self.request.user)
            .select_related("first", "second")
            .order_by(F("answered_at").desc(nulls_first=True), "-opened_at", "-pk")
        )

    def get_serializer_context(self) -> dict[str, Any]:
        """Contacts go with one introduction, not with a list."""
        return {**super().get_serializer_context(), "with_contacts": self.detail}

    @extend_schema(
        summary="Say yes for one side",
        request=YesSerializer,
        responses=IntroductionSerializer,
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """The second yes opens the partnership. 409 when it is too late."""
        found, side, wish = self._side(YesSerializer, pk)
        said = services.accept_introduction(
            found, organisation=side, title=wish["title"], by=cast(User, self.request.user)
        )
        return Response(self.get_serializer(said).data)

    @extend_schema(
        summary="Say no for one side", request=NoSerializer, responses=IntroductionSerializer
    )
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """The other side is told, without the reason. 409 when it is too late."""
        found, side, wish = self._side(NoSerializer, pk)
        said = services.decline_introduction(
            found, organisation=side, reason=wish["reason"], by=cast(User, self.request.user)
        )
        return Response(self.get_serializer(said).data)

    def _side(
        self, serializer: type[serializers.Serializer[Any]], pk: str
    ) -> tuple[Introduction, Organisation, dict[str, Any]]:
        """The introduction, the side for which the caller answers, and the clean wish."""
        found = get_introduction(self.request.user, int(pk), to="edit")
        wish = serializer(data=self.request.data, context=self.get_serializer_context())
        wish.is_valid(raise_exception=True)
        mine = sides_of(self.request.user, found, to="edit")
        named = wish.validated_data.get("organisation")
        if named is not None and named not in mine:
            raise Http404
        if named is None and len(mine) > 1:
            raise ValidationError({"organisation": ["Name the side for which you answer."]})
        return found, named or mine[0], wish.validated_data
