"""Organisations in the API: the pages' filters, the pages' services, contacts for members only."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.organisations import access, services
from partnerships.organisations.api.serializers import (
    DeclareIn,
    OrganisationCreated,
    OrganisationEdited,
    OrganisationShown,
)
from partnerships.organisations.enums import Status
from partnerships.organisations.filters import OrganisationApiFilter
from partnerships.organisations.models import Organisation, OrganisationQuerySet
from phare_platform.accounts.models import User


class OrganisationPages(CursorPagination):
    """Pages by cursor, in the order of ids: a million organisations are read to the end."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = "pk"


@extend_schema_view(
    list=extend_schema(summary="Find organisations by name, kind, domain, territory, means"),
    retrieve=extend_schema(summary="One organisation"),
)
class OrganisationViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Organisation]
):
    """Associations, companies, local authorities and universities on PHARE."""

    serializer_class = OrganisationShown
    filterset_class = OrganisationApiFilter
    pagination_class = OrganisationPages
    lookup_value_regex = "[0-9]+"
    queryset = Organisation.objects.none()  # for the schema; `get_queryset` decides

    def get_queryset(self) -> OrganisationQuerySet:
        """What this person may see, ready to be shown."""
        seen = access.visible_to(self.request.user)
        if self.action == "list":
            seen = seen.exclude(status=Status.CLOSED)
        return seen.select_related("home").prefetch_related(
            "declarations", "resources", "areas__place"
        )

    def get_serializer_context(self) -> dict[str, Any]:
        """With the organisations whose contacts this person may read."""
        mine = access.organisations_of(self.request.user).values_list("pk", flat=True)
        return {**super().get_serializer_context(), "mine": frozenset(mine)}

    @extend_schema(
        summary="Create an organisation and own it",
        request=OrganisationCreated,
        responses={201: OrganisationShown},
    )
    def create(self, request: Request) -> Response:
        """As the page does; 409 when it is on PHARE already, or may be."""
        values = OrganisationCreated(data=request.data)
        values.is_valid(raise_exception=True)
        organisation = services.create_organisation(by=_person(request), **values.validated_data)
        return self._answer(organisation, status=201)

    @extend_schema(
        summary="Change an organisation's profile",
        request=OrganisationEdited,
        responses=OrganisationShown,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """For owners and editors; 404 for everybody else."""
        organisation = access.get_organisation(request.user, int(pk), to="edit")
        values = OrganisationEdited(data=request.data, partial=True)
        values.is_valid(raise_exception=True)
        services.edit_organisation(organisation, by=_person(request), changes=values.validated_data)
        return self._answer(organisation)

    @extend_schema(
        summary="Declare fragilities, means, forms, territories and capacity",
        request=DeclareIn,
        responses=OrganisationShown,
    )
    @action(detail=True, methods=["post"])
    def declare(self, request: Request, pk: str) -> Response:
        """For owners and editors; 404 for everybody else. All of it is saved, or nothing."""
        organisation = access.get_organisation(request.user, int(pk), to="edit")
        values = DeclareIn(data=request.data)
        values.is_valid(raise_exception=True)
        services.declare(organisation, by=_person(request), **values.validated_data)
        return self._answer(organisation)

    def _answer(self, organisation: Organisation, *, status: int = 200) -> Response:
        shown = self.get_queryset().get(pk=organisation.pk)
        return Response(self.get_serializer(shown).data, status=status)


def _person(request: Request) -> User:
    """Whoever asks: nobody comes here without signing in."""
    return cast(User, request.user)
