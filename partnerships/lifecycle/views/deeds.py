"""Deeds on a partnership: each checks the rights, asks one service, and goes back to its page."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.lifecycle import access, forms, queries, services
from partnerships.lifecycle.models import Partnership
from partnerships.organisations.access import get_organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal

PAGES = "partnerships/lifecycle"


def _do(
    request: UserRequest, partnership: Partnership, deed: Callable[[], object], done: str
) -> HttpResponse:
    """Do one deed and say how it went, on the partnership's page."""
    try:
        deed()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(partnership)


@require_POST
def stage(request: UserRequest, pk: int) -> HttpResponse:
    """Lead the partnership to its next stage, or close it."""
    partnership = access.get_partnership(request.user, pk, to="edit")
    form = forms.MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This step is not possible."))
        return redirect(partnership)
    return _do(
        request,
        partnership,
        lambda: services.move_to_stage(partnership, by=request.user, **form.cleaned_data),
        _("The partnership has moved on."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: UserRequest, pk: int) -> HttpResponse:
    """End the partnership with a reason; a page of its own when the reason is missing."""
    partnership = access.get_partnership(request.user, pk, to="edit")
    start = {"expected_version": partnership.version}
    form = forms.EndForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        return _do(
            request,
            partnership,
            lambda: services.end_partnership(partnership, by=request.user, **form.cleaned_data),
            _("The partnership is ended. The partners have been told."),
        )
    return render(request, f"{PAGES}/end.html", {"form": form, "partnership": partnership})


@require_POST
def note(request: UserRequest, pk: int) -> HttpResponse:
    """Add a note to the timeline."""
    partnership = access.get_partnership(request.user, pk, to="edit")
    form = forms.NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["text"][0]))
        return redirect(partnership)
    text = form.cleaned_data["text"]
    return _do(
        request,
        partnership,
        lambda: services.add_note(partnership, text=text, by=request.user),
        _("The note is on the timeline."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def partner_add(request: UserRequest, pk: int) -> HttpResponse:
    """Invite one more organisation."""
    partnership = access.get_partnership(request.user, pk, to="edit")
    if request.method == "POST":
        key = request.POST.get("organisation", "")
        organisation = get_organisation(request.user, int(key) if key.isdecimal() else 0)
        return _do(
            request,
            partnership,
            lambda: services.add_partner(partnership, organisation=organisation, by=request.user),
            _("The invitation is on its way."),
        )
    words = request.GET.get("q", "")
    present = {line.partner.organisation_id for line in queries.partners_of(partnership)}
    found = [o for o in queries.find_organisations(request.user, words) if o.pk not in present]
    context = {"partnership": partnership, "words": words, "found": found}
    return render(request, f"{PAGES}/partner_add.html", context)


@require_POST
def partner_remove(request: UserRequest, pk: int, organisation: int) -> HttpResponse:
    """Take a partner out, or leave."""
    partner = access.get_partner(request.user, pk, organisation)
    if not access.can_take_out(request.user, partner):
        raise PermissionDenied
    gone = partner.organisation
    return _do(
        request,
        partner.partnership,
        lambda: services.remove_partner(partner.partnership, organisation=gone, by=request.user),
        _("%(name)s takes no more part.") % {"name": gone.name},
    )


@require_POST
def partner_answer(request: UserRequest, pk: int, organisation: int) -> HttpResponse:
    """Say yes or no to an invitation, in the name of the invited organisation."""
    partner = access.get_partner(request.user, pk, organisation)
    invited = get_organisation(request.user, organisation, to="edit")
    yes = request.POST.get("answer") == "yes"
    service = services.agree_to_partnership if yes else services.decline_partnership
    return _do(
        request,
        partner.partnership,
        lambda: service(partner.partnership, organisation=invited, by=request.user),
        _("You take part in this partnership.") if yes else _("You have declined."),
    )


@require_POST
def take(request: UserRequest, pk: int) -> HttpResponse:
    """Become the facilitator of a partnership that has none."""
    if not request.user.is_facilitator:
        raise Http404
    waiting = access.to_take(request.user).filter(pk=pk).first()
    if waiting is None:  # the same words whether it is taken, finished or was never there
        messages.error(request, _("This partnership does not wait for a facilitator."))
        return redirect("partnerships:desk")
    try:
        partnership = services.take_partnership(waiting, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("partnerships:desk")
    messages.success(request, _("You accompany this partnership."))
    return redirect(partnership)


@require_POST
def facilitator(request: UserRequest, pk: int) -> HttpResponse:
    """Name another facilitator, or none."""
    partnership = access.get_partnership(request.user, pk, to="accompany")
    form = forms.FacilitatorForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This person is not a facilitator."))
        return redirect(partnership)
    named = form.cleaned_data["facilitator"]
    answer = _do(
        request,
        partnership,
        lambda: services.name_facilitator(partnership, facilitator=named, by=request.user),
        _("The facilitator is named."),
    )
    seen = access.visible_to(request.user).filter(pk=pk).exists()
    return answer if seen else redirect("partnerships:desk")
