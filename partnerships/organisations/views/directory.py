"""The directory of organisations, its file, and in whose name one acts."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.organisations import access, queries
from partnerships.organisations.enums import Status
from partnerships.organisations.filters import OrganisationFilter
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.exports import csv_response
from phare_platform.lib.http import is_fragment
from phare_platform.lib.paging import paginate

# Nobody reads further than this; beyond, the page asks for a narrower search.
SHOWN_AT_MOST = 1000


@require_safe
def index(request: UserRequest) -> HttpResponse:
    """Every organisation on PHARE, narrowed and ordered."""
    chosen = _chosen(request)
    page = paginate(request, chosen.qs.select_related("home__parent"), at_most=SHOWN_AT_MOST)
    context = {
        "filters": chosen,
        "form": chosen.form,
        "page": page,
        "cards": queries.cards_for(page.object_list),
        "export_query": request.GET.urlencode(),
    }
    template = "index_results.html" if is_fragment(request) else "index.html"
    return render(request, f"partnerships/organisations/{template}", context)


@require_safe
def export(request: UserRequest) -> StreamingHttpResponse:
    """The same list, whole, as a CSV file without contacts."""
    rows = queries.export_rows(_chosen(request).qs)
    return csv_response("organisations", queries.EXPORT_HEADER, rows)


def _chosen(request: UserRequest) -> OrganisationFilter:
    mine = access.current_organisation(request)
    everyone = access.visible_to(request.user).exclude(status=Status.CLOSED)
    return OrganisationFilter(request.GET, queryset=everyone, near=mine.home if mine else None)


@require_POST
def choose(request: UserRequest) -> HttpResponse:
    """Act in the name of another of one's organisations from now on."""
    try:
        pk = int(request.POST.get("organisation", ""))
    except ValueError as error:
        raise Http404 from error
    organisation = access.get_organisation(request.user, pk, to="read")
    access.choose_organisation(request, organisation)
    messages.success(request, _("You now act for %(name)s.") % {"name": organisation.name})
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return str(settings.LOGIN_REDIRECT_URL)
