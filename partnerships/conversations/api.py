"""Conversations in the API: read, write, mark as read. Nobody but the two sides."""

import hashlib
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.conversations import queries, services
from partnerships.conversations.models import ConversationMessage
from partnerships.conversations.rules import LONGEST
from partnerships.matching.access import get_introduction, introductions_visible_to, sides_of
from partnerships.matching.models import Introduction
from partnerships.organisations.access import organisations_of
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.idempotency import HEADER


@extend_schema_field(int)
class OwnSide(serializers.PrimaryKeyRelatedField[Organisation]):
    """An organisation for which the caller may write; any other id does not exist."""

    def get_queryset(self) -> QuerySet[Organisation]:
        """Owners and editors only."""
        return organisations_of(self.context["request"].user, to="edit")


class PartySerializer(serializers.Serializer[Any]):
    """One of the two organisations."""

    organisation = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class ConversationSerializer(serializers.ModelSerializer[Introduction]):
    """What two introduced organisations write to each other; `id` is the introduction's."""

    sides = serializers.SerializerMethodField()
    is_open = serializers.SerializerMethodField()
    last_message_at = serializers.DateTimeField(source="last_at", allow_null=True)
    unread = serializers.SerializerMethodField()

    class Meta:
        model = Introduction
        fields = ["id", "state", "is_open", "sides", "last_message_at", "unread", "partnership"]
        read_only_fields = fields

    @extend_schema_field(PartySerializer(many=True))
    def get_sides(self, introduction: Introduction) -> Any:
        """Both organisations, without contacts."""
        return PartySerializer([introduction.first, introduction.second], many=True).data

    def get_is_open(self, introduction: Introduction) -> bool:
        """True as long as both may write."""
        return queries.is_open(introduction, now=timezone.now())

    def get_unread(self, introduction: Introduction) -> int:
        """How many messages to the caller's side have not been read."""
        mine = self.context["mine"]
        sides = {introduction.first_id, introduction.second_id}
        return sum(
            n
            for (pk, author), n in self.context["unread"].items()
            if pk == introduction.pk and sides - {author} <= mine
        )


class ConversationMessageSerializer(serializers.ModelSerializer[ConversationMessage]):
    """A message; the author by name only."""

    author = serializers.CharField(source="author_name")

    class Meta:
        model = ConversationMessage
        fields = ["id", "organisation", "author", "text", "written_at"]
        read_only_fields = fields


class WriteSerializer(serializers.Serializer[Any]):
    """A message; `organisation` is needed only by those who write for both sides."""

    organisation = OwnSide(required=False)
    text = serializers.CharField(max_length=LONGEST)


class ReadSerializer(serializers.Serializer[Any]):
    """The last message that was read."""

    organisation = OwnSide(required=False)
    up_to = serializers.IntegerField(min_value=1, max_value=2**62)


@extend_schema_view(
    list=extend_schema(summary="Conversations of my organisations, the latest first"),
    retrieve=extend_schema(summary="One conversation"),
)
class ConversationViewSet(viewsets.ReadOnlyModelViewSet[Introduction]):
    """What two introduced organisations write to each other, from the introduction on."""

    queryset = Introduction.objects.none()
    serializer_class = ConversationSerializer
    filter_backends = []
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Introduction]:
        """Those of the caller's organisations."""
        if getattr(self, "swagger_fake_view", False):
            return Introduction.objects.none()
        return queries.with_last(introductions_visible_to(self.request.user))

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the unread messages of what is shown, counted at once."""
        if not args:
            return super().get_serializer(*args, **kwargs)
        shown = args[0] if kwargs.get("many") else [args[0]]
        mine = organisations_of(self.request.user).values_list("pk", flat=True)
        context = {
            **self.get_serializer_context(),
            "mine": set(mine),
            "unread": queries.unread_in(shown),
        }
        return super().get_serializer(*args, **kwargs, context=context)

    @extend_schema(
        summary="The messages of a conversation, the latest first",
        responses=ConversationMessageSerializer(many=True),
    )
    @action(detail=True, methods=["get"], pagination_class=None)
    def messages(self, request: Request, pk: str) -> Response:
        """The last two hundred; `before` goes further back. Reading them here marks nothing."""
        found = get_introduction(request.user, int(pk))
        before = request.query_params.get("before", "")
        number = int(before) if before.isdecimal() and len(before) < 19 else None
        listed = queries.latest(found, before=number)
        return Response(ConversationMessageSerializer(listed, many=True).data)

    @extend_schema(
        summary="Write to the other side",
        request=WriteSerializer,
        responses={201: ConversationMessageSerializer},
    )
    @messages.mapping.post
    def write(self, request: Request, pk: str) -> Response:
        """409 when the conversation is closed, 429 for too many messages within an hour."""
        found, side, wish = self._side(WriteSerializer, pk)
        key = request.headers.get(HEADER, "")
        written = services.post_message(
            found,
            organisation=side,
            text=wish["text"],
            by=cast(User, request.user),
            key=hashlib.sha256(key.encode()).hexdigest() if key else "",
            via="api",
        )
        data = ConversationMessageSerializer(written).data
        return Response(data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Mark as read", request=ReadSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """Note that our side has read up to this message."""
        found, side, wish = self._side(ReadSerializer, pk)
        services.mark_read(found, organisation=side, up_to=wish["up_to"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _side(
        self, serializer: type[serializers.Serializer[Any]], pk: str
    ) -> tuple[Introduction, Organisation, dict[str, Any]]:
        """The introduction, the side in whose name the caller writes, and the clean wish."""
        found = get_introduction(self.request.user, int(pk), to="edit")
        wish = serializer(data=self.request.data, context={"request": self.request})
        wish.is_valid(raise_exception=True)
        mine = sides_of(self.request.user, found, to="edit")
        named = wish.validated_data.get("organisation")
        if named is not None and named not in mine:
            raise Http404
        if named is None and len(mine) > 1:
            raise ValidationError({"organisation": ["Name the side for which you write."]})
        return found, named or mine[0], wish.validated_data


ROUTES: list[tuple[str, Any, str]] = [("conversations", ConversationViewSet, "conversation")]
