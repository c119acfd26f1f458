"""The door of the cockpit: the team, with the second factor that the administration asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponseBase

from phare_platform.accounts.http import UserRequest
from phare_platform.cockpit.access import can_act_on_mail, can_watch_mail

View = Callable[..., HttpResponseBase]


def for_the_team(view: View) -> View:
    """Open the view to those who may watch mail; it does not exist for others."""
    return _guard(view, can_watch_mail)


def for_those_who_act(view: View) -> View:
    """Open the view to those who may act on mail; it does not exist for others."""
    return _guard(view, can_act_on_mail)


def _guard(view: View, may: Callable[[Any], bool]) -> View:
    @wraps(view)
    def guarded(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user):
            raise Http404
        if not admin.site.has_permission(request):
            return admin.site.login(request)  # leads to the page that sets the second factor up
        return view(request, *args, **kwargs)

    return guarded
