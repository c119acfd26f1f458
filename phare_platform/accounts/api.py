"""API tokens, through the API: made and ended only from a session that a person opened."""

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.conf import settings
from django.urls import reverse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from phare_platform.accounts import services
from phare_platform.accounts.models import User
from phare_platform.accounts.queries import tokens_of
from phare_platform.lib.idempotency import shown_once


class SessionOnly(SessionAuthentication):
    """A signed-in browser; nobody else is told 403 but 401."""

    def authenticate_header(self, request: Request) -> str:
        """Any value makes DRF answer 401 to strangers."""
        return "Session"


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the documentation names a signed-in browser."""

    target_class = SessionOnly
    name = "sessionAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The session's cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class TokenSerializer(serializers.Serializer[Any]):
    """What can still be known of a token."""

    key = serializers.CharField(source="token_key", help_text="The first characters of the token.")
    created = serializers.DateTimeField()
    expiry = serializers.DateTimeField()


class NewTokenSerializer(serializers.Serializer[Any]):
    """What a new token needs."""

    days = serializers.IntegerField(
        min_value=1,
        max_value=services.LONGEST_TOKEN_DAYS,
        default=services.TOKEN_DAYS,
        help_text="How long the token lasts.",
    )


class CreatedTokenSerializer(TokenSerializer):
    """A token as it is shown, this once."""

    token = serializers.CharField(
        help_text="Send it as `Authorization: Token …`. Never shown again."
    )


class TokenViewSet(viewsets.ViewSet):
    """The tokens of the signed-in person. A token can neither see, make nor end tokens."""

    authentication_classes = [SessionOnly]
    lookup_field = "key"
    lookup_value_regex = "[^/]+"
    pagination_class = None

    @extend_schema(responses=TokenSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Tokens that are still valid."""
        return Response(TokenSerializer(tokens_of(_person(request)), many=True).data)

    @extend_schema(request=NewTokenSerializer, responses={201: CreatedTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make a token; the password must have been confirmed in the last five minutes."""
        if is_reauthentication_required(request._request, app=""):
            page = settings.SITE_URL + reverse("account_reauthenticate")
            raise PermissionDenied(f"Give the password again first, at {page}.")
        wish = NewTokenSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        token, secret = services.create_token(_person(request), **wish.validated_data)
        body = {**TokenSerializer(token).data, "token": secret}
        return shown_once(Response(body, status=status.HTTP_201_CREATED))

    @extend_schema(
        parameters=[OpenApiParameter("key", str, OpenApiParameter.PATH)], responses={204: None}
    )
    def destroy(self, request: Request, key: str) -> Response:
        """End a token."""
        if not services.revoke_token(_person(request), key=key):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


def _person(request: Request) -> User:
    return cast(User, request.user)  # the default permission lets nobody else in
