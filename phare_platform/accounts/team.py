"""The door of the team's administration: signed in through allauth, with a second factor."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class TeamSite(admin.AdminSite):
    """Django's administration behind allauth's sign-in, whose limits on attempts it lacks itself.

    Where `ADMIN_NEEDS_SECOND_FACTOR` says so, staff without two-step sign-in set it up first.
    """

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff, with a second factor where it is asked for."""
        return super().has_permission(request) and not _lacks_factor(request)

    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send strangers to allauth's page, and staff without a second factor to theirs."""
        if request.user.is_authenticated and request.user.is_staff and _lacks_factor(request):
            messages.warning(request, _("The administration asks for two-step sign-in: set it up."))
            return redirect("mfa_index")
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer


def _lacks_factor(request: HttpRequest) -> bool:
    return settings.ADMIN_NEEDS_SECOND_FACTOR and not is_mfa_enabled(request.user)
