"""Headers that every answer carries beyond what Django sets."""

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.views.defaults import bad_request

GetResponse = Callable[[HttpRequest], HttpResponse]
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
NUL_REFUSED = "NUL (0x00)"  # how psycopg says that a text cannot be stored


class Storable:
    """A net under every view: a NUL that no form caught is answered 400, never 500.

    Forms refuse it at its field by themselves; addresses have no field to say it at.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Stand between Django and the view."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the net is `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a view that handed a NUL to the database; None for any other error."""
        if not isinstance(error, ValueError | DataError) or NUL_REFUSED not in str(error):
            return None
        if request.path.startswith("/api/"):
            body = {"type": "about:blank", "status": 400, "detail": "NUL cannot be stored."}
            return JsonResponse(body, status=400, content_type="application/problem+json")
        return bad_request(request, error)


def headers(get_response: GetResponse) -> GetResponse:
    """Switch off device features; keep the pages of signed-in people out of every cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        patch_vary_headers(response, ["HX-Request"])
        if request.user.is_authenticated and "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response

    return middleware
