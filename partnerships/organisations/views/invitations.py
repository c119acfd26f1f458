"""The page behind the link of an invitation: it says who invites whom; a button accepts."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partnerships.organisations import access, queries, services
from partnerships.organisations.models import Invitation
from phare_platform.lib.errors import Refusal

GONE, UNKNOWN = 410, 404


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link; accept it for a signed-in person."""
    found = queries.invitation_of(token)
    state = _state(found)
    if found is None or state != "open":
        response = _over(request, found, state)
    elif request.method == "POST":
        response = _accept(request, found)
    else:
        here = urlencode({"next": request.path})
        context = {
            "invitation": found,
            "organisation": found.organisation,
            "login_url": f"{reverse('account_login')}?{here}",
            "signup_url": f"{reverse('account_signup')}?{here}",
            "is_other_address": request.user.is_authenticated
            and request.user.email.lower() != found.email.lower(),
        }
        response = render(request, "partnerships/organisations/invitation.html", context)
    # The address holds the secret. "no-referrer" would make browsers send `Origin: null` with the
    # button, which the protection of forms refuses; "same-origin" tells no other site either.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    try:
        membership = services.accept_invitation(found, by=request.user)
    except Refusal:
        found.refresh_from_db()
        return _over(request, found, _state(found))
    access.choose_organisation(request, membership.organisation)
    messages.success(
        request,
        _("You belong to %(name)s now: you are %(role)s.")
        % {
            "name": membership.organisation.name,
            "role": membership.get_role_display(),
        },
    )
    return redirect(membership.organisation)


def _state(found: Invitation | None) -> str:
    if found is None:
        return "unknown"
    if found.accepted_at is not None:
        return "used"
    if found.revoked_at is not None:
        return "revoked"
    return "open" if found.expires_at > timezone.now() else "expired"


def _over(request: HttpRequest, found: Invitation | None, state: str) -> HttpResponse:
    context = {
        "invitation": found,
        "state": state,
        "organisation": found.organisation if found else None,
        "is_mine": found is not None
        and request.user.is_authenticated
        and access.role_of(request.user, found.organisation) is not None,
    }
    status = UNKNOWN if found is None else GONE
    return render(
        request, "partnerships/organisations/invitation_over.html", context, status=status
    )
