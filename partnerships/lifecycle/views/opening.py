"""Opening a partnership by hand: with whom first, then on what."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partnerships.lifecycle import access, forms, queries, rules, services
from partnerships.organisations.access import current_organisation
from partnerships.organisations.access import visible_to as visible_organisations
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal

PAGES = "partnerships/lifecycle"
MOST_PARTNERS_AT_ONCE = 10


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest) -> HttpResponse:
    """Open a partnership by hand: with whom first, then on what."""
    chosen = _chosen(request)
    form = forms.DescriptionForm(
        request.POST or None,
        organisations=chosen,
        initial={"domains": queries.shared_domains(chosen)},
    )
    if request.method == "POST" and form.is_valid():
        mine = access.check_may_open(request.user, chosen)
        try:
            partnership = services.open_partnership(
                **form.cleaned_data, organisations=chosen, by=request.user, agreed=mine
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The partnership is open. The others have been told."))
            return redirect(partnership)
    words = request.GET.get("q", "")
    found = [o for o in queries.find_organisations(request.user, words) if o not in chosen]
    context = {
        "form": form,
        "chosen": chosen,
        "own": _own(request),
        "words": words,
        "found": found,
        "enough": len(chosen) >= rules.FEWEST_PARTNERS,
    }
    return render(request, f"{PAGES}/new.html", context)


def _own(request: UserRequest) -> Organisation | None:
    """The organisation in whose name a member opens; facilitators and the team choose freely."""
    if request.user.is_facilitator or request.user.is_staff:
        return None
    own = current_organisation(request, to="edit")
    if own is None:
        raise PermissionDenied
    return own


def _chosen(request: UserRequest) -> list[Organisation]:
    values = request.POST if request.method == "POST" else request.GET
    keys = [int(k) for k in values.getlist("with") if k.isdecimal() and len(k) < 10]
    found = visible_organisations(request.user).filter(status=Status.ACTIVE, pk__in=keys)
    by_key = found.select_related("home").in_bulk()
    others = [by_key[k] for k in dict.fromkeys(keys) if k in by_key]
    own = _own(request)
    chosen = [own, *(o for o in others if o != own)] if own else others
    return chosen[:MOST_PARTNERS_AT_ONCE]
