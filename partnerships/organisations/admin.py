"""The platform team's view: verifying organisations, letting the first person of one in."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.organisations import services
from partnerships.organisations.enums import RequestState, Role
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    JoinRequest,
    Membership,
    Organisation,
    ResourceDeclaration,
)
from phare_platform.accounts.models import User
from phare_platform.lib.admin import ReadOnly
from phare_platform.lib.errors import Refusal


class SeenByTheTeam(ReadOnly):
    """Seen by the platform team, changed by services only."""

    def has_view_permission(self, request: HttpRequest, *_args: Any) -> bool:
        """The platform team."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return self.has_view_permission(request)


class MembershipInline(SeenByTheTeam, admin.TabularInline[Membership, Organisation]):
    """Who belongs."""

    model = Membership
    fields = ["user", "role", "created_at"]


class DeclarationInline(SeenByTheTeam, admin.TabularInline[Declaration, Organisation]):
    """Fragilities declared."""

    model = Declaration


class ResourceInline(SeenByTheTeam, admin.TabularInline[ResourceDeclaration, Organisation]):
    """Means offered and needed."""

    model = ResourceDeclaration


class AreaInline(SeenByTheTeam, admin.TabularInline[AreaOfAction, Organisation]):
    """Territories."""

    model = AreaOfAction


class ReasonForm(ActionForm):
    """Why a check failed: the owners read it."""

    reason = forms.CharField(label=gettext_lazy("Reason (for a refusal)"), required=False)


@admin.register(Organisation)
class OrganisationAdmin(SeenByTheTeam, admin.ModelAdmin[Organisation]):
    """Search by name or number, read, verify or refuse."""

    list_display = ["name", "type", "home", "verification", "status", "source", "created_at"]
    list_filter = ["verification", "status", "kind", "is_fictitious"]
    list_select_related = ["home"]
    list_per_page = 50
    show_full_result_count = False  # counting a million rows for a title
    search_fields = ["name"]
    search_help_text = gettext_lazy("Words of the name, SIREN, SIRET or RNA")
    ordering = ["name_key", "pk"]
    fields = [
        *("name", "type", "home", "siren", "siret", "rna", "description", "website", "staff_size"),
        *("contact_name", "contact_email", "contact_phone", "modes", "capacity", "digest_rhythm"),
        *("status", "paused_until", "declared_at"),
        *("verification", "verified_at", "verified_by", "verification_note"),
        *("source", "source_ref", "is_fictitious", "created_at"),
    ]
    inlines = [MembershipInline, DeclarationInline, ResourceInline, AreaInline]
    actions = ["verify", "refuse"]
    action_form = ReasonForm

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Organisation], search_term: str
    ) -> tuple[QuerySet[Organisation], bool]:
        """By index: an identifier, or words that begin those of the name."""
        if not search_term.strip():
            return queryset, False
        found = Organisation.objects.meant_by(search_term).values("pk")
        return queryset.filter(pk__in=found), False

    @admin.action(description=gettext_lazy("Verify"), permissions=["view"])
    def verify(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        """Say of each that it is who it says it is."""
        _each(self, request, queryset, services.verify_organisation)

    @admin.action(description=gettext_lazy("Refuse, with a reason"), permissions=["view"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        """Say of each that the check failed, and why."""
        reason = request.POST.get("reason", "")
        _each(
            self,
            request,
            queryset,
            lambda organisation, by: services.refuse_organisation(
                organisation, by=by, reason=reason
            ),
        )


class Unowned(admin.SimpleListFilter):
    """Requests that only the team can answer."""

    title = gettext_lazy("who answers")
    parameter_name = "answers"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The team, or the owners."""
        return [("team", gettext_lazy("the team")), ("owners", gettext_lazy("the owners"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[JoinRequest]
    ) -> QuerySet[JoinRequest]:
        """Organisations without an owner, or with one."""
        owned = Exists(
            Membership.objects.filter(organisation=OuterRef("organisation"), role=Role.OWNER)
        )
        if self.value() == "team":
            return queryset.filter(~owned)
        return queryset.filter(owned) if self.value() == "owners" else queryset


@admin.register(JoinRequest)
class JoinRequestAdmin(SeenByTheTeam, admin.ModelAdmin[JoinRequest]):
    """Wishes to join; the team answers those of organisations that nobody has joined yet."""

    list_display = ["organisation", "user", "message", "state", "created_at"]
    list_filter = ["state", Unowned]
    list_select_related = ["organisation", "user"]
    list_per_page = 50
    ordering = ["-created_at"]
    actions = ["accept", "decline"]

    @admin.action(description=gettext_lazy("Accept"), permissions=["view"])
    def accept(self, request: HttpRequest, queryset: QuerySet[JoinRequest]) -> None:
        """Let each person in."""
        waiting = queryset.filter(state=RequestState.OPEN)
        _each(self, request, waiting, services.accept_join_request)

    @admin.action(description=gettext_lazy("Decline"), permissions=["view"])
    def decline(self, request: HttpRequest, queryset: QuerySet[JoinRequest]) -> None:
        """Let none of them in."""
        waiting = queryset.filter(state=RequestState.OPEN)
        _each(self, request, waiting, services.decline_join_request)


def _each(
    page: admin.ModelAdmin[Any],
    request: HttpRequest,
    things: QuerySet[Any],
    service: Callable[..., object],
) -> None:
    """Do the deed on each, tell how many were done and why others were not."""
    assert isinstance(request.user, User)  # noqa: S101  # the admin lets nobody else in
    done = 0
    for thing in things:
        try:
            service(thing, by=request.user)
        except Refusal as refusal:
            page.message_user(request, f"{thing}: {refusal}", messages.ERROR)
        else:
            done += 1
    if done:
        page.message_user(request, _("Done: %(n)d.") % {"n": done}, messages.SUCCESS)
