"""The page of one partnership, and the pages that write on it with a form of their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.lifecycle import access, forms, queries, rules, services
from partnerships.lifecycle.models import CheckPoint
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal

PAGES = "partnerships/lifecycle"
LINES_SHOWN = 30


@require_safe
def show(request: UserRequest, pk: int) -> HttpResponse:
    """A partnership: who, where it stands, what comes next, and its story."""
    partnership = access.get_partnership(request.user, pk)
    checklists = queries.checklists_of(partnership)
    acts, seeks = queries.roses_of(partnership)
    accompanies = access.is_accompanied_by(request.user, partnership)
    can_edit = partnership.is_running and access.can_edit(request.user, partnership)
    context = {
        "partnership": partnership,
        "row": queries.row_for(request.user, partnership, now=timezone.now()),
        "reached": partnership.reached,
        "checklist": _with_forms(checklists.get(partnership.stage), editable=can_edit),
        "passed": queries.passed(partnership, checklists),
        "lines": queries.timeline_of(partnership, limit=LINES_SHOWN),
        "partners": queries.partners_of(partnership),
        "acts": acts,
        "seeks": seeks,
        "can_edit": can_edit,
        "can_note": access.can_edit(request.user, partnership),
        "accompanies": accompanies,
        "invited": list(access.voices_of(request.user, partnership, agreed=False)),
        "voices": list(access.voices_of(request.user, partnership)),
        "next_stage": rules.next_stage(partnership.stage),
        "note_form": forms.NoteForm(),
        "move_form": forms.MoveForm(),
        "end_form": forms.EndForm(initial={"expected_version": partnership.version}),
        "facilitator_form": forms.FacilitatorForm(
            initial={"facilitator": partnership.facilitator_id}
        ),
    }
    return render(request, f"{PAGES}/partnership.html", context)


def _with_forms(checklist: queries.Checklist | None, *, editable: bool) -> dict[str, Any] | None:
    if checklist is None:
        return None
    lines = [
        {
            "point": point,
            "form": forms.PointForm(point=point) if editable and not point.is_automatic else None,
        }
        for point in checklist.key
    ]
    return {"lines": lines, "all": checklist}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Say anew what the partnership is about."""
    partnership = access.get_partnership(request.user, pk, to="edit")
    partners = [line.partner.organisation for line in queries.partners_of(partnership)]
    form = forms.EditForm(request.POST or None, organisations=partners, partnership=partnership)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_partnership(partnership, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The description is saved."))
            return redirect(partnership)
    return render(request, f"{PAGES}/edit.html", {"form": form, "partnership": partnership})


@require_http_methods(["GET", "HEAD", "POST"])
def point(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """One point of the checklist: what to do, when it is done, and where it stands."""
    partnership = access.get_partnership(request.user, pk, to="edit")
    stage = get_object_or_404(CheckPoint, pk=code).stage
    checklist = queries.checklists_of(partnership)[stage]
    shown = next(p for p in (*checklist.key, *checklist.others) if p.point.code == code)
    form = forms.PointForm(request.POST or None, point=shown)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_point(partnership, code=code, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("evidence" if refusal.code == "evidence_missing" else None, str(refusal))
        else:
            messages.success(request, _("The point is saved."))
            return redirect(f"{partnership.get_absolute_url()}#point-{code}")
    context = {"form": form, "partnership": partnership, "shown": shown, "checklist": checklist}
    return render(request, f"{PAGES}/point.html", context)
