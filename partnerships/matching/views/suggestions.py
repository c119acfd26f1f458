"""Suggestions: the page, one of them in full, and what is answered."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.matching import services
from partnerships.matching.enums import AnswerKind, DeclineReason
from partnerships.matching.filters import KindsOfPartner, SuggestionFilter
from partnerships.matching.forms import AnswerForm, OnBehalfForm
from partnerships.matching.queries.board import (
    Board,
    FewThenMore,
    cards_of,
    policy_of,
    suggestion_about,
)
from partnerships.matching.queries.introductions import between
from partnerships.matching.queries.standing import Standing, before_the_list, empty_list
from partnerships.matching.queries.suggestions import (
    answer_about,
    last_answer,
    room_left,
    shortlist_of,
    suggested_to,
)
from partnerships.organisations.access import can_edit, current_organisation, get_organisation
from partnerships.organisations.models import Organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal
from phare_platform.lib.http import is_fragment

UNDO_SHOWN = timedelta(minutes=15)
FOLDER = "partnerships/matching"


@require_safe
def suggestions(request: UserRequest) -> HttpResponse:
    """The partners that fit the organisation in whose name the person acts, a few at a time."""
    organisation = current_organisation(request)
    if organisation is None:
        return render(request, f"{FOLDER}/no_organisation.html")
    now = timezone.now()
    filters = _filters(request, organisation)
    board = _board(request, organisation, filters, now=now)
    context = {
        "organisation": organisation,
        "board": board,
        "filter": filters,
        "reasons": DeclineReason.choices,
        "can_answer": can_edit(request.user, organisation),
        "last": last_answer(organisation, since=now - UNDO_SHOWN),
    }
    template = "_suggestions.html" if is_fragment(request) else "suggestions.html"
    return render(request, f"{FOLDER}/{template}", context)


def _filters(request: HttpRequest, organisation: Organisation) -> SuggestionFilter:
    """The filter as sent; no kind ticked means all of them, and the page ticks them all."""
    data = request.GET.copy()
    if not data.getlist("kind"):
        data.setlist("kind", KindsOfPartner.values)
    return SuggestionFilter(_only_known(data), organisation=organisation)


def _only_known(data: QueryDict) -> QueryDict:
    """Without the kinds that do not exist, so that a mistyped address narrows nothing."""
    known = [kind for kind in data.getlist("kind") if kind in KindsOfPartner.values]
    data.setlist("kind", known or KindsOfPartner.values)
    return data


def _board(
    request: HttpRequest, organisation: Organisation, filters: SuggestionFilter, *, now: datetime
) -> Board:
    shortlist, room = shortlist_of(organisation), room_left(organisation)
    standing = before_the_list(organisation, shortlist, room=room)
    if standing:
        return Board(shortlist, room, standing=standing)
    if shortlist.computed_at is None:
        # Just declared: the list is worked out on the spot, the night would be a night too late.
        # It is a copy of what the declarations say, so this page still changes nothing of theirs.
        if not services.compute_first_list(organisation):
            return Board(shortlist, room, standing=Standing.COMPUTING)
        shortlist = shortlist_of(organisation)
    filters.queryset = suggested_to(organisation, shortlist, now=now)
    page = FewThenMore(list(filters.qs)).get_page(request.GET.get("page"))
    cards = cards_of(organisation, list(page), shortlist=shortlist)
    if not cards:
        standing = empty_list(shortlist, filtered=bool(filters.active_count))
    return Board(shortlist, room, page=page, cards=cards, standing=standing)


@require_safe
def suggestion(request: UserRequest, other_pk: int) -> HttpResponse:
    """One suggestion in full: both directions, what is offered and needed, the two roses."""
    organisation = current_organisation(request)
    other = get_organisation(request.user, other_pk)
    card = suggestion_about(organisation, other) if organisation and organisation != other else None
    if organisation is None or card is None:
        raise Http404
    context = {
        "organisation": organisation,
        "card": card,
        "answer": answer_about(organisation, other),
        "introduction": between(organisation, other),
        "reasons": DeclineReason.choices,
        "can_answer": can_edit(request.user, organisation),
    }
    return render(request, f"{FOLDER}/suggestion.html", context)


@require_safe
def rule(request: UserRequest) -> HttpResponse:
    """How the points are worked out: the policy that made this organisation's list."""
    organisation = current_organisation(request)
    shortlist = shortlist_of(organisation) if organisation else None
    policy = policy_of(shortlist) if shortlist else None
    return render(request, f"{FOLDER}/rule.html", {"policy": policy, "shortlist": shortlist})


@require_POST
def suggestion_answer(request: UserRequest, other_pk: int) -> HttpResponse:
    """Say interested, later or not for us, in the name of the organisation in the form."""
    form = AnswerForm(request.POST, user=request.user)
    other = get_organisation(request.user, other_pk)
    if not form.is_valid():
        return _refuse(request, form)
    try:
        answered = services.answer_suggestion(
            form.cleaned_data["organisation"],
            other=other,
            kind=AnswerKind(form.cleaned_data["kind"]),
            reason=form.cleaned_data["reason"],
            note=form.cleaned_data["note"],
            by=request.user,
            via="page",
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("partnerships:suggestions")
    if answered.introduction is None:
        return redirect("partnerships:suggestions")
    text = _("%(name)s is interested too: you can write to each other now.") % {"name": other.name}
    messages.success(request, text)
    return redirect("partnerships:introduction", pk=answered.introduction.pk)


@require_POST
def suggestion_undo(request: UserRequest, other_pk: int) -> HttpResponse:
    """Take the answer about this organisation back."""
    form = OnBehalfForm(request.POST, user=request.user)
    other = get_organisation(request.user, other_pk)
    if not form.is_valid():
        return _refuse(request, form)
    try:
        services.undo_answer(
            form.cleaned_data["organisation"], other=other, by=request.user, via="page"
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("Undone: %(name)s is among your suggestions again.") % {"name": other.name}
        messages.success(request, text)
    return redirect("partnerships:suggestions")


def _refuse(request: HttpRequest, form: OnBehalfForm) -> HttpResponse:
    """404 for an organisation that is not the person's; a sentence for any other wrong value."""
    if "organisation" in form.errors:
        raise Http404
    messages.error(request, _("This answer is not known. Choose one of the three."))
    return redirect("partnerships:suggestions")
