"""Lists of partnerships: table, board, file, the facilitator's desk."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partnerships.lifecycle import queries
from partnerships.lifecycle.filters import PartnershipPageFilter
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.exports import csv_response
from phare_platform.lib.http import is_fragment
from phare_platform.lib.paging import paginate

PAGES = "partnerships/lifecycle"
BOARD = "board"


@require_safe
def index(request: UserRequest) -> HttpResponse:
    """The person's partnerships, as a table or as a board by stage."""
    found = _filtered(request)
    context: dict[str, Any] = {"filter": found, "view": request.GET.get("view", "")}
    if context["view"] == BOARD:
        context["columns"] = queries.board(found.qs, now=timezone.now())
    else:
        page = paginate(request, found.qs)
        context |= {"page": page, "rows": queries.rows_of(page, now=timezone.now())}
    name = "_results" if is_fragment(request) else "index"
    return render(request, f"{PAGES}/{name}.html", context)


@require_safe
def export(request: UserRequest) -> HttpResponseBase:
    """The same list as a file, with the same filters."""
    return csv_response(
        "partenariats",
        queries.export_header(),
        queries.export_rows(_filtered(request).qs, now=timezone.now()),
    )


def _filtered(request: UserRequest) -> PartnershipPageFilter:
    mine = queries.partnerships_for(request.user)
    return PartnershipPageFilter(request.GET, queryset=mine, request=request)


@require_safe
def desk(request: UserRequest) -> HttpResponse:
    """What needs the facilitator today; anyone else finds their list."""
    if not request.user.is_facilitator:
        return redirect("partnerships:partnership_index")
    found = queries.desk_of(request.user, now=timezone.now())
    return render(request, f"{PAGES}/desk.html", {"desk": found})


@require_safe
def to_take(request: UserRequest) -> HttpResponse:
    """The running partnerships that nobody accompanies, for facilitators."""
    if not request.user.is_facilitator:
        raise Http404
    page = paginate(request, queries.partnerships_to_take(request.user))
    rows = queries.rows_of(page, now=timezone.now())
    return render(request, f"{PAGES}/to_take.html", {"page": page, "rows": rows})
