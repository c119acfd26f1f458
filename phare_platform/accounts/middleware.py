"""What a signed-in person brings to every request: a language, and a session that ends."""

import time
from collections.abc import Callable
from typing import cast

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]
SINCE, SEEN = "signed_in_at", "seen_at"
SEEN_EVERY = 300  # seconds


def language_of_the_person(get_response: GetResponse) -> GetResponse:
    """Answer signed-in people in the language of their account."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


def absolute_session_limit(get_response: GetResponse) -> GetResponse:
    """Sign out twelve hours after the login, however busy the session is, and when it is idle.

    A session's idle time counts from its last change, so use is noted in it; every few minutes is
    enough, and spares a write for most requests.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.setdefault(SINCE, now) > settings.ABSOLUTE_SESSION_AGE:
                logout(request)
            elif now - request.session.get(SEEN, 0) > SEEN_EVERY:
                request.session[SEEN] = now
        return get_response(request)

    return middleware


class SessionsInUse(UserSessionsMiddleware):  # type: ignore[misc]  # it carries no types
    """Note when a session was last used: as often as the session itself, not for each page."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and note the use first where the session changes anyway."""
        if request.session.modified:
            return cast(HttpResponse, super().__call__(request))
        return cast(HttpResponse, self.get_response(request))
