"""Organisations that are suggested nobody: the list for those who can help, and its file."""

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.matching.access import can_see_obstacles
from partnerships.matching.enums import ObstacleKind
from partnerships.matching.filters import ObstacleFilter
from partnerships.matching.queries import obstacles as queries
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.exports import csv_response
from phare_platform.lib.http import is_fragment
from phare_platform.lib.paging import paginate

# Nobody reads further than this; beyond, the page asks for a narrower search.
SHOWN_AT_MOST = 1000


@require_safe
def unmatched(request: UserRequest) -> HttpResponse:
    """Why each organisation is suggested nobody, and what would help; for facilitators."""
    chosen = _chosen(request)
    page = paginate(request, queries.with_context(chosen.qs), at_most=SHOWN_AT_MOST)
    context = {
        "filter": chosen,
        "page": page,
        "rows": queries.rows_of(page.object_list),
        "counts": queries.counts(),
        "reason": request.GET.get("reason", ""),
        "not_computed": ObstacleKind.NOT_COMPUTED,
    }
    name = "_unmatched" if is_fragment(request) else "unmatched"
    return render(request, f"partnerships/matching/{name}.html", context)


@require_safe
def unmatched_export(request: UserRequest) -> StreamingHttpResponse:
    """The same list, whole, as a CSV file."""
    rows = queries.export_rows(_chosen(request).qs, site=settings.SITE_URL)
    return csv_response("organisations-sans-suggestion", queries.export_header(), rows)


def _chosen(request: UserRequest) -> ObstacleFilter:
    if not can_see_obstacles(request.user):
        raise Http404
    waits = request.GET.get("reason") == ObstacleKind.NOT_COMPUTED
    found = queries.not_computed(request.user) if waits else queries.unmatched(request.user)
    return ObstacleFilter(request.GET, queryset=found)
