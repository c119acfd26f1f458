"""The public page of a territory."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phare_platform.lib.exports import csv_response
from phare_platform.pages.portrait import Portrait, containers_of, contents_of, portrait_of
from territories.places.enums import LEVEL_BY_SLUG
from territories.places.models import Place


@login_not_required
@require_safe
def territory(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """A territory: what comes first there, who acts, and where nobody does. `?format=csv`."""
    if level not in LEVEL_BY_SLUG:
        raise Http404
    place = get_object_or_404(Place, level=LEVEL_BY_SLUG[level], code=code)
    portrait = portrait_of(place)
    if request.GET.get("format") == "csv":
        return _as_csv(portrait)
    context = {
        "place": place,
        "portrait": portrait,
        "containers": containers_of(place),
        "contents": contents_of(place),
    }
    return render(request, "pages/territory.html", context)


def _as_csv(portrait: Portrait) -> HttpResponse:
    header = [_("Domain"), _("Priority"), _("Acting"), _("Seeking help"), _("Partnerships")]
    rows = [
        [str(line.domain), line.rank or "", line.acting, line.seeking, line.partnerships]
        for line in portrait.lines
    ]
    return csv_response(f"phare-{portrait.place.level}-{portrait.place.code}", header, rows)  # type: ignore[return-value]  # a streaming answer is an answer
