"""The people of an organisation: seen by its members, managed by its owners."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.organisations import access, queries, services
from partnerships.organisations.forms import InviteForm, RoleForm
from partnerships.organisations.models import Organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal

UNPROCESSABLE = 422


@require_safe
def members(request: UserRequest, pk: int) -> HttpResponse:
    """Who belongs, who is invited, who asks to join."""
    organisation = access.get_organisation(request.user, pk, to="read")
    return _page(request, organisation, InviteForm())


@require_POST
def invite(request: UserRequest, pk: int) -> HttpResponse:
    """Invite an address; the answer is the same whether it has an account or not."""
    organisation = access.get_organisation(request.user, pk, to="manage")
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            services.invite_member(organisation, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(
                request,
                _("A message with the invitation leaves for %(email)s.")
                % {"email": form.cleaned_data["email"]},
            )
            return redirect("partnerships:organisation_members", organisation.pk)
    return _page(request, organisation, form, status=UNPROCESSABLE)


@require_POST
def role(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Give a member another role."""
    organisation = access.get_organisation(request.user, pk, to="manage")
    member = access.get_membership(organisation, member_pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["role"][0]))
        return redirect("partnerships:organisation_members", organisation.pk)
    return _try(
        request,
        organisation,
        lambda: services.change_role(member, role=form.cleaned_data["role"], by=request.user),
        _("The role of %(name)s is changed.") % {"name": member.user},
    )


@require_POST
def remove(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """End somebody's membership."""
    organisation = access.get_organisation(request.user, pk, to="manage")
    member = access.get_membership(organisation, member_pk)
    return _try(
        request,
        organisation,
        lambda: services.remove_member(member, by=request.user),
        _("%(name)s is no longer a member.") % {"name": member.user},
    )


@require_POST
def revoke(request: UserRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Make an invitation worthless."""
    organisation = access.get_organisation(request.user, pk, to="manage")
    invitation = access.get_invitation(organisation, invitation_pk)
    return _try(
        request,
        organisation,
        lambda: services.revoke_invitation(invitation, by=request.user),
        _("The invitation is withdrawn."),
    )


@require_POST
def answer_join_request(request: UserRequest, pk: int, request_pk: int) -> HttpResponse:
    """Let a person in, with a role, or not."""
    organisation = access.get_organisation(request.user, pk, to="manage")
    wish = access.get_join_request(organisation, request_pk)
    form = RoleForm(request.POST)
    if request.POST.get("answer") == "accept" and form.is_valid():
        given = form.cleaned_data["role"]
        return _try(
            request,
            organisation,
            lambda: services.accept_join_request(wish, by=request.user, role=given),
            _("%(name)s is now a member.") % {"name": wish.user},
        )
    if request.POST.get("answer") == "decline":
        return _try(
            request,
            organisation,
            lambda: services.decline_join_request(wish, by=request.user),
            _("The request is declined."),
        )
    messages.error(request, _("Accept or decline the request."))
    return redirect("partnerships:organisation_members", organisation.pk)


@require_POST
def leave(request: UserRequest, pk: int) -> HttpResponse:
    """Stop belonging to an organisation."""
    organisation = access.get_organisation(request.user, pk, to="read")
    try:
        services.leave_organisation(organisation, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("partnerships:organisation_members", organisation.pk)
    messages.success(request, _("You no longer belong to %(name)s.") % {"name": organisation.name})
    return redirect("start")


def _try(
    request: UserRequest, organisation: Organisation, deed: Callable[[], Any], done: str
) -> HttpResponse:
    """Do the deed, say how it went, and go back to the people of the organisation."""
    try:
        deed()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    if access.role_of(request.user, organisation) is None:
        return redirect("start")
    return redirect("partnerships:organisation_members", organisation.pk)


def _page(
    request: UserRequest, organisation: Organisation, form: InviteForm, *, status: int = 200
) -> HttpResponse:
    can_manage = access.can_manage(request.user, organisation)
    context: dict[str, Any] = {
        "organisation": organisation,
        "can_manage": can_manage,
        "members": queries.memberships_of(organisation),
        "roles": RoleForm.base_fields["role"].choices,  # type: ignore[attr-defined]
    }
    if can_manage:
        context |= {
            "form": form,
            "invitations": queries.waiting_invitations(organisation),
            "join_requests": queries.waiting_join_requests(organisation),
        }
    return render(request, "partnerships/organisations/members.html", context, status=status)
