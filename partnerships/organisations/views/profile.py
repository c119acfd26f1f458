"""An organisation's page, and what its members change about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.organisations import access, queries, services
from partnerships.organisations.enums import Mode, RequestState
from partnerships.organisations.forms import CapacityForm, JoinForm, PauseForm, ProfileForm
from partnerships.organisations.models import Organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal

UNPROCESSABLE = 422


@require_safe
def profile(request: UserRequest, pk: int) -> HttpResponse:
    """Who it is and what it does, for every signed-in person; contacts are not shown here."""
    organisation = access.get_organisation(request.user, pk)
    role = access.role_of(request.user, organisation)
    context: dict[str, Any] = {
        "organisation": organisation,
        "role": role,
        "can_edit": role in access.ROLES_TO["edit"],
        "can_manage": role in access.ROLES_TO["manage"],
        "rose": queries.rose_of(organisation),
        "means": queries.means_by_family(organisation),
        "areas": organisation.areas.select_related("place").order_by("pk"),
        "modes": _modes(organisation),
    }
    if role:
        context["completeness"] = queries.completeness_of(organisation)
    else:
        context["join_form"] = JoinForm()
        context["is_waiting"] = organisation.join_requests.filter(
            user=request.user, state=RequestState.OPEN
        ).exists()
    return render(request, "partnerships/organisations/profile.html", context)


def _modes(organisation: Organisation) -> list[Any]:
    return [Mode(mode).label for mode in organisation.modes]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Name, home, numbers, description, contact person, rhythm of mail; pause and closing."""
    organisation = access.get_organisation(request.user, pk, to="edit")
    is_sent = request.method == "POST"
    form = ProfileForm(request.POST if is_sent else None, organisation=organisation)
    status = 200
    if is_sent:
        if form.is_valid() and _edited(request, organisation, form):
            return redirect(organisation)
        status = UNPROCESSABLE
    context = {
        "organisation": organisation,
        "form": form,
        "pause_form": PauseForm(),
        "can_manage": access.can_manage(request.user, organisation),
    }
    return render(request, "partnerships/organisations/edit.html", context, status=status)


def _edited(request: UserRequest, organisation: Organisation, form: ProfileForm) -> bool:
    try:
        after = services.edit_organisation(organisation, by=request.user, changes=form.changes())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    if organisation.is_verified and not after.is_verified:
        messages.warning(request, _("Saved. The platform team will check your organisation again."))
    else:
        messages.success(request, _("Your profile is saved."))
    return True


@require_POST
def activity(request: UserRequest, pk: int) -> HttpResponse:
    """Pause, resume (editors), close or reopen (owners): `deed` says which."""
    deed = request.POST.get("deed", "")
    to = "manage" if deed in ("close", "reopen") else "edit"
    organisation = access.get_organisation(request.user, pk, to=to)
    try:
        sentence = _do(deed, request, organisation)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(request, organisation, "partnerships:organisation_edit")
    messages.success(request, sentence)
    return _back(request, organisation)


def _back(
    request: UserRequest, organisation: Organisation, page: str = "partnerships:organisation"
) -> HttpResponse:
    """To the suggestions where the form was there, else to a page of the organisation."""
    if request.POST.get("back") == "suggestions":
        return redirect("partnerships:suggestions")
    return redirect(page, organisation.pk)


@require_POST
def capacity(request: UserRequest, pk: int) -> HttpResponse:
    """Say how many introductions the organisation can take at a time, in one click."""
    organisation = access.get_organisation(request.user, pk, to="edit")
    form = CapacityForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal(str(form.errors["capacity"][0]), code="capacity_range")
        after = services.set_capacity(
            organisation, capacity=form.cleaned_data["capacity"], by=request.user
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = ngettext(
            "You take up to %(n)d introduction at a time.",
            "You take up to %(n)d introductions at a time.",
            after.capacity,
        )
        messages.success(request, sentence % {"n": after.capacity})
    return _back(request, organisation)


@require_POST
def confirm(request: UserRequest, pk: int) -> HttpResponse:
    """Say that the profile is still right, in one click."""
    organisation = access.get_organisation(request.user, pk, to="edit")
    services.confirm_profile(organisation, by=request.user)
    messages.success(request, _("Thank you: your profile is confirmed for six months."))
    return _back(request, organisation)


def _do(deed: str, request: UserRequest, organisation: Organisation) -> str:
    if deed == "pause":
        form = PauseForm(request.POST)
        if not form.is_valid():
            raise Refusal(str(form.errors["until"][0]), code="pause_date")
        services.pause_organisation(organisation, by=request.user, until=form.cleaned_data["until"])
        return _("You are suggested to nobody until you come back.")
    deeds: dict[str, tuple[Callable[..., object], str]] = {
        "resume": (services.resume_organisation, _("You take part in matching again.")),
        "close": (services.close_organisation, _("The organisation is closed.")),
        "reopen": (services.reopen_organisation, _("The organisation is open again.")),
    }
    if deed not in deeds:
        raise Refusal(_("Choose what to do."), code="deed_unknown")
    service, sentence = deeds[deed]
    service(organisation, by=request.user)
    return sentence
