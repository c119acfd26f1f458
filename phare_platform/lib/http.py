"""What a request asks for, a page or a part of one; and answers whose address is a secret."""

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails


def is_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for a part of the page, so the view may leave the layout out.

    Not when it goes back in the history: it then needs the whole page.
    """
    details: HtmxDetails | None = getattr(request, "htmx", None)
    if details is None or not details:
        return False
    return not details.boosted and not details.history_restore_request


def keep_private(response: HttpResponse) -> HttpResponse:
    """Keep the address, which is a right, out of other sites' logs and of search engines."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
