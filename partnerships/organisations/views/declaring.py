"""Declaring in three short steps, each saved at once; the first is enough to see partners."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from partnerships.organisations import access, queries, services
from partnerships.organisations.forms import AreasForm, FragilitiesForm, MeansForm
from partnerships.organisations.models import Organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal

UNPROCESSABLE = 422
STEPS = [
    ("organisation_declare", gettext_lazy("Fragilities"), gettext_lazy("what you act on")),
    (
        "organisation_declare_means",
        gettext_lazy("Means and forms"),
        gettext_lazy("what you offer and need"),
    ),
    ("organisation_declare_areas", gettext_lazy("Territories"), gettext_lazy("where you act")),
]
METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def fragilities(request: UserRequest, pk: int) -> HttpResponse:
    """First step: what the organisation acts on and seeks help on."""
    organisation = access.get_organisation(request.user, pk, to="edit")
    form = FragilitiesForm(_sent(request), organisation=organisation)
    if form.is_bound and form.is_valid():
        return _save(request, organisation, form, 0, {"declarations": form.declared()})
    return _show(request, organisation, form, 0)


@require_http_methods(METHODS)
def means(request: UserRequest, pk: int) -> HttpResponse:
    """Second step: what it offers and needs, and the forms of partnership that suit it."""
    organisation = access.get_organisation(request.user, pk, to="edit")
    form = MeansForm(_sent(request), organisation=organisation)
    if form.is_bound and form.is_valid():
        values = {"resources": form.means(), "modes": form.cleaned_data["modes"]}
        return _save(request, organisation, form, 1, values)
    return _show(request, organisation, form, 1)


@require_http_methods(METHODS)
def areas(request: UserRequest, pk: int) -> HttpResponse:
    """Third step: where it acts, and how many introductions it can handle."""
    organisation = access.get_organisation(request.user, pk, to="edit")
    form = AreasForm(_sent(request), organisation=organisation)
    if form.is_bound and form.is_valid():
        values = {"areas": form.places(), "capacity": form.cleaned_data["capacity"]}
        return _save(request, organisation, form, 2, values)
    return _show(request, organisation, form, 2)


def _sent(request: UserRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _save(
    request: UserRequest, organisation: Organisation, form: Any, step: int, values: dict[str, Any]
) -> HttpResponse:
    try:
        services.declare(organisation, by=request.user, **values)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _show(request, organisation, form, step)
    if request.POST.get("then") == "next" and step + 1 < len(STEPS):
        messages.success(request, _("Saved."))
        return redirect(f"partnerships:{STEPS[step + 1][0]}", organisation.pk)
    messages.success(request, _("Saved. Your suggestions are being worked out again."))
    access.choose_organisation(request, organisation)
    return redirect("partnerships:suggestions")


def _show(request: UserRequest, organisation: Organisation, form: Any, step: int) -> HttpResponse:
    names = ["fragilities", "means", "areas"]
    context = {
        "organisation": organisation,
        "form": form,
        "steps": _steps(organisation, step),
        "is_last": step + 1 == len(STEPS),
        "is_first_time": organisation.declared_at is None,
        "completeness": queries.completeness_of(organisation),
    }
    template = f"partnerships/organisations/declare_{names[step]}.html"
    return render(request, template, context, status=UNPROCESSABLE if form.errors else 200)


def _steps(organisation: Organisation, now: int) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "note": note,
            "url": reverse(f"partnerships:{name}", args=[organisation.pk]),
            "is_now": place == now,
        }
        for place, (name, label, note) in enumerate(STEPS)
    ]
