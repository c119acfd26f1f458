"""What went out and what became of it; what waits; who received how much."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phare_platform.accounts.http import UserRequest
from phare_platform.cockpit.filters import BY, HEADINGS, CountsFilter
from phare_platform.cockpit.queries import counts
from phare_platform.cockpit.queries.people import SHOWN_AT_MOST, most_written_to
from phare_platform.cockpit.queries.queue import standing
from phare_platform.cockpit.views.guard import for_the_team
from phare_platform.lib.exports import csv_response
from phare_platform.lib.http import is_fragment
from phare_platform.lib.paging import paginate


@require_safe
@for_the_team
def board(request: UserRequest) -> HttpResponse:
    """The queues first, then the counts of a period by campaign, department or kind."""
    form = CountsFilter(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        by = form.cleaned_data["by"]
        found = counts.groups(form.choice(), by=by)
        lines = counts.ordered(counts.table(found, by=by), form.cleaned_data["sort"])
        context |= {
            "total": counts.total(found),
            "page": paginate(request, lines),
            "choice": form.choice(),
            "by": by,
            "tabs": list(BY.items()),
            "heading": HEADINGS[by],
            "columns": list(counts.COLUMNS.items()),
        }
    if is_fragment(request):
        return render(request, "cockpit/_counts.html", context)
    context["standing"] = standing(now=timezone.now())
    return render(request, "cockpit/board.html", context)


@require_safe
@for_the_team
def export(request: UserRequest) -> StreamingHttpResponse | HttpResponse:
    """The same counts, whole, as a CSV file."""
    form = CountsFilter(request.GET)
    if not form.is_valid():
        return redirect("cockpit:board")
    by = form.cleaned_data["by"]
    lines = counts.table(counts.groups(form.choice(), by=by), by=by)
    header = [str(HEADINGS[by]), _("code"), _("latest"), *map(str, counts.COLUMNS.values())]
    rows = counts.export_rows(counts.ordered(lines, form.cleaned_data["sort"]))
    return csv_response(f"courriers-{by}", header, rows)


@require_safe
@for_the_team
def people(request: UserRequest) -> HttpResponse:
    """Who received most over the last year."""
    words = request.GET.get("q", "").strip().replace("\0", "")
    found = most_written_to(now=timezone.now(), named=words)
    context = {
        "page": paginate(request, found),
        "words": words,
        "highest": max((line.total for line in found), default=0),
        "is_capped": len(found) == SHOWN_AT_MOST,
    }
    return render(request, "cockpit/people.html", context)
