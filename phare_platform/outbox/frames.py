"""The HTML part of a message, for a frame in which nothing runs and nothing is fetched."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_sameorigin

from phare_platform.outbox.pictures import with_pictures

View = Callable[..., HttpResponseBase]
POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],  # mail carries its styles in its elements
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def sandboxed(view: View) -> View:
    """Have the answer of this view stand in a frame of ours only, unable to do anything."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    return cast(View, csp(POLICY)(xframe_options_sameorigin(guarded)))


def framed(html: str) -> HttpResponse:
    """This HTML part with its pictures, as an answer; its links open in a new tab."""
    return HttpResponse(with_pictures(html).replace("<head>", '<head><base target="_blank">', 1))
