"""Finding a territory: the page, and what pickers ask as one types."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from phare_platform.lib.http import is_fragment
from phare_platform.lib.paging import paginate
from territories.places.enums import Level
from territories.places.filters import PlaceFilter
from territories.places.models import Place
from territories.places.queries import place_detail, search_places, with_context


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Find a territory by name, postcode or code; nothing asked shows the regions.

    `code` (`level:code`, which a picker fills in) goes straight to the territory.
    """
    chosen = Place.objects.identified(request.GET.get("code", "")).first()
    if chosen:
        return redirect(chosen)
    filters = PlaceFilter(request.GET, queryset=Place.objects.by_size())
    asked = any(request.GET.get(name, "").strip() for name in filters.filters)
    if not filters.is_valid():
        found = Place.objects.none()
    elif asked:
        found = with_context(filters.qs)
    else:
        found = with_context(Place.objects.at(Level.REGION).by_size())
    page = paginate(request, found)
    for place in page:
        place.detail = place_detail(place)
    template = "index_fragment.html" if is_fragment(request) else "index.html"
    context = {"filters": filters, "form": filters.form, "page": page, "asked": asked}
    return render(request, f"territories/places/{template}", context)


@login_not_required
@require_safe
def search_json(request: HttpRequest) -> JsonResponse:
    """What a picker shows for `q`: at most ten places with level, code, name and detail.

    `level` (may be repeated) keeps some levels only; unknown ones are ignored.
    """
    levels = [Level(one) for one in request.GET.getlist("level") if one in Level.values]
    places = search_places(request.GET.get("q", ""), levels=levels or None)
    results = [
        {
            "id": place.identifier,
            "level": place.level,
            "code": place.code,
            "name": place.name,
            "detail": place_detail(place),
        }
        for place in places
    ]
    return JsonResponse({"results": results})
