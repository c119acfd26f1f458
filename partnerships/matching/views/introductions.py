"""Introductions: those of an organisation, one of them in full, and the two answers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.matching import services
from partnerships.matching.access import get_introduction, reading_side, sides_of
from partnerships.matching.filters import IntroductionFilter
from partnerships.matching.forms import AcceptForm, DeclineForm, OnBehalfForm
from partnerships.matching.models import Introduction
from partnerships.matching.queries.introductions import (
    introductions_of,
    proposal_for,
    told_to,
)
from partnerships.matching.queries.suggestions import answer_about
from partnerships.matching.rules.introductions import advice_after
from partnerships.organisations.access import can_edit, current_organisation
from partnerships.organisations.models import Organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal
from phare_platform.lib.paging import paginate

FOLDER = "partnerships/matching"


@require_safe
def introductions(request: UserRequest) -> HttpResponse:
    """The introductions of the organisation in whose name the person acts."""
    organisation = current_organisation(request)
    if organisation is None:
        return render(request, f"{FOLDER}/no_organisation.html")
    found = IntroductionFilter(request.GET, queryset=introductions_of(organisation))
    page = paginate(request, found.qs)
    now = timezone.now()
    context = {
        "organisation": organisation,
        "filter": found,
        "page": page,
        "rows": [told_to(organisation, introduction, now=now) for introduction in page],
    }
    return render(request, f"{FOLDER}/introductions.html", context)


@require_safe
def introduction(request: UserRequest, pk: int) -> HttpResponse:
    """One introduction: what each has said, and the contacts of both once both said yes."""
    found = get_introduction(request.user, pk)
    us = reading_side(request, found)
    context = _context(request, found, us)
    return render(request, f"{FOLDER}/introduction.html", context)


def _context(request: UserRequest, found: Introduction, us: Organisation) -> dict[str, object]:
    told = told_to(us, found, now=timezone.now(), with_contacts=True)
    may_answer = told.is_waiting and us in sides_of(request.user, found, to="edit")
    proposal = proposal_for(found) if may_answer else None
    title = {"title": proposal.title} if proposal else {}
    ours = answer_about(us, told.them) if told.is_declined_by_us else None
    return {
        "organisation": us,
        "told": told,
        "proposal": proposal,
        "may_answer": may_answer,
        "reason": ours if ours and ours.reason else None,
        "advice": advice_after(ours.reason) if ours else None,
        "can_edit": ours is not None and can_edit(request.user, us),
        "accept_form": AcceptForm(user=request.user, initial={"organisation": us.pk, **title}),
        "decline_form": DeclineForm(user=request.user, initial={"organisation": us.pk}),
    }


@require_POST
def introduction_accept(request: UserRequest, pk: int) -> HttpResponse:
    """Say yes for one side; the second yes opens the partnership."""
    found = get_introduction(request.user, pk, to="edit")
    form = AcceptForm(request.POST, user=request.user)
    organisation = _side_in(form, found)
    if not form.is_valid():
        context = {**_context(request, found, organisation), "accept_form": form}
        return render(request, f"{FOLDER}/introduction.html", context, status=422)
    try:
        accepted = services.accept_introduction(
            found, organisation=organisation, title=form.cleaned_data["title"], by=request.user
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("partnerships:introduction", pk=pk)
    if accepted.partnership_id is None:
        messages.success(request, _("Your yes is noted; the other side has been told."))
        return redirect("partnerships:introduction", pk=pk)
    messages.success(request, _("Both said yes: your partnership is open."))
    return redirect("partnerships:partnership", pk=accepted.partnership_id)


@require_POST
def introduction_decline(request: UserRequest, pk: int) -> HttpResponse:
    """Say no for one side; the other is told, without the reason."""
    found = get_introduction(request.user, pk, to="edit")
    form = DeclineForm(request.POST, user=request.user)
    organisation = _side_in(form, found)
    if not form.is_valid():
        context = {**_context(request, found, organisation), "decline_form": form}
        return render(request, f"{FOLDER}/introduction.html", context, status=422)
    try:
        services.decline_introduction(
            found, organisation=organisation, reason=form.cleaned_data["reason"], by=request.user
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Declined; the other side has been told, without the reason."))
    return redirect("partnerships:introduction", pk=pk)


def _side_in(form: OnBehalfForm, found: Introduction) -> Organisation:
    """The side named in the form; 404 when it is not one, or not the person's."""
    form.full_clean()
    organisation = form.cleaned_data.get("organisation")
    if organisation is None or organisation.pk not in (found.first_id, found.second_id):
        raise Http404
    return found.first if organisation.pk == found.first_id else found.second
