"""Pages that mail links to."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from phare_platform.accounts.models import User
from phare_platform.lib.http import keep_private
from phare_platform.lib.signing import UNSUBSCRIBE_DAYS, LinkExpired, LinkInvalid, read_token
from phare_platform.outbox import services
from phare_platform.outbox.enums import MessageKind


@login_not_required
@csrf_exempt  # mail programs post here without a cookie (RFC 8058); the signed link is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask before stopping one kind of message; on POST, stop it or take it up again.

    A GET changes nothing, because mail scanners open every link. The page speaks the language of
    the message: that of the account of this address, if there is one.
    """
    try:
        wish = read_token(services.UNSUBSCRIBE, token, days=UNSUBSCRIBE_DAYS)
    except LinkExpired:
        return _page(request, {"refusal": _("This link is more than a year old.")}, status=410)
    except LinkInvalid:
        return _page(request, {"refusal": _("This link is incomplete or altered.")}, status=404)
    address, kind = wish["address"], MessageKind(wish["kind"])
    state = "asked"
    if request.method == "POST" and "again" in request.POST:
        services.resubscribe(address, kind=kind)
        state = "taken_up"
    elif request.method == "POST":
        services.unsubscribe(address, kind=kind)
        state = "stopped"
    person = User.objects.filter(email__iexact=address).first()
    language = person.language if person else translation.get_language()
    with translation.override(language):
        response = _page(request, {"address": address, "kind": kind, "state": state})
        response.headers["Content-Language"] = language
    return response


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return keep_private(render(request, "outbox/unsubscribe.html", context, status=status))
