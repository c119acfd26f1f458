"""Reads on people's accounts."""

from django.db.models import QuerySet
from django.utils import timezone
from knox.models import AuthToken

from phare_platform.accounts.models import User


def tokens_of(user: User) -> "QuerySet[AuthToken]":
    """The API tokens of this person that are still valid, newest first."""
    mine: QuerySet[AuthToken] = AuthToken.objects.filter(user=user)
    return mine.filter(expiry__gt=timezone.now()).order_by("-created", "pk")
