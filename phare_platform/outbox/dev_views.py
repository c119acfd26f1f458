"""The development mailbox: what was sent, to whom, as they would see it. Absent in production."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from phare_platform.lib.paging import paginate
from phare_platform.outbox.models import Message
from phare_platform.outbox.pictures import with_pictures

View = Callable[..., HttpResponse]
FIELDS = ["id", "created_at", "to", "subject", "kind", "status", "language", "text", "html"]


def only_in_development(view: View) -> View:
    """Open the view to everybody in development; let it not exist elsewhere."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEV_TOOLS:
            raise Http404
        return view(request, *args, **kwargs)

    return login_not_required(require_safe(guarded))


@only_in_development
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every message, newest first; `?to=` narrows to an address, `?format=json` for programs."""
    to = request.GET.get("to", "").strip()
    messages = Message.objects.filter(to__icontains=to).order_by("-pk")
    page = paginate(request, messages)
    if request.GET.get("format") == "json":
        rows = [{name: getattr(message, name) for name in FIELDS} for message in page]
        return JsonResponse({"count": page.paginator.count, "results": rows})
    return render(request, "outbox/dev_mailbox.html", {"page": page, "to": to})


@csp_update({"frame-src": [SELF]})
@only_in_development
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: its headers, its text, its HTML part in a frame that can do nothing."""
    message = get_object_or_404(Message, pk=pk)
    return render(request, "outbox/dev_mail.html", {"message": message})


@csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],  # mail carries its styles in its elements
        "img-src": [SELF, "data:"],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
@xframe_options_sameorigin
@only_in_development
def mail_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part alone, for the frame; its links open in a new tab."""
    message = get_object_or_404(Message, pk=pk)
    page = with_pictures(message.html)
    return HttpResponse(page.replace("<head>", '<head><base target="_blank">', 1))
