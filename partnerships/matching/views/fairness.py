"""How fair the suggestions are, for everyone to read."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.matching.queries.fairness import latest_fairness
from partnerships.matching.queries.fairness_tables import tables_of


@login_not_required
@require_safe
def fairness(request: HttpRequest) -> HttpResponse:
    """Who is shown how often, with and without the sharing of places, and what came of it."""
    published = latest_fairness()
    tables = tables_of(published) if published else None
    return render(request, "partnerships/matching/fairness.html", {"tables": tables})
