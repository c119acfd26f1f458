"""Requests whose person is known: the type that views behind the login take."""

from django.http import HttpRequest

from phare_platform.accounts.models import User


class UserRequest(HttpRequest):
    """A request that passed the login wall: `user` is a real person."""

    user: User
