"""Policies: created, compared and put in force by the team, each through its service.

They live in the administration for its door (the team, with a second factor); they look like the
rest of PHARE, because people read, compare and print them. Nothing edits or deletes a policy.
"""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.matching import services
from partnerships.matching.access import can_manage_policies
from partnerships.matching.forms import ComparisonForm, PolicyForm
from partnerships.matching.models import Policy, PolicyComparison, Refresh
from partnerships.matching.queries.comparisons import compared, comparisons
from partnerships.matching.queries.policies import (
    PARAMETERS,
    WEIGHTS,
    active_policy,
    all_policies,
    told,
)
from partnerships.matching.services.policies import PolicyValues
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Refusal
from phare_platform.lib.http import is_fragment
from phare_platform.lib.paging import paginate

FOLDER = "partnerships/matching/policies"
LIST = "admin:partnerships_policy_changelist"
ONE = "admin:partnerships_policy_change"


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin[Policy]):
    """Every address of policies. The rights are those of `access.can_manage_policies`."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The platform team."""
        return can_manage_policies(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """The platform team."""
        return can_manage_policies(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The platform team."""
        return can_manage_policies(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """Nobody: lists and answers rest on policies, so a change is a new policy."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """Nobody, for the same reason."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and those of comparing and activating before them."""
        inside = self.admin_site.admin_view
        return [
            path("comparer/", inside(self.compare_view), name="policy_compare"),
            path("comparaisons/<int:pk>/", inside(self.comparison_view), name="policy_comparison"),
            path("<int:pk>/activer/", inside(self.activate_view), name="policy_activate"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every policy, what was compared, and what to compare next."""
        _team_only(request)
        policies = list(all_policies())
        names = ("first", "second")
        initial = dict(zip(names, [policy.pk for policy in policies], strict=False))
        context = {
            "policies": policies,
            "weights": [(name, PARAMETERS[name][0]) for name in WEIGHTS],
            "form": ComparisonForm(initial=initial, offered=policies),
            "page": paginate(request, comparisons(), size=10),
            "refresh": Refresh.objects.select_related("policy").order_by("-started_at").first(),
        }
        return render(request, f"{FOLDER}/index.html", context)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A policy like the one in force (or `?from=`), changed, checked, then created."""
        _team_only(request)
        if request.method != "POST":
            return _ask(request, PolicyForm(initial=_start(request.GET.get("from", ""))))
        form = PolicyForm(request.POST)
        if not form.is_valid() or "again" in request.POST:
            return _ask(request, form)
        if "create" not in request.POST:
            new = Policy(**form.cleaned_data)
            context = {"form": form, "new": new, "rows": told(new, beside=active_policy())}
            return render(request, f"{FOLDER}/confirm_new.html", context)
        values = cast(PolicyValues, form.cleaned_data)
        try:
            policy = services.create_policy(values, by=cast(User, request.user))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return _ask(request, form)
        text = _("The policy %(name)s is created. It is not in force.") % {"name": policy.name}
        messages.success(request, text)
        return redirect(ONE, policy.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One policy: every parameter, beside the one in force."""
        _team_only(request)
        if request.method != "GET":
            return HttpResponse(status=403)
        policy = _get(object_id)
        present = active_policy()
        context = {"policy": policy, "present": present, "rows": told(policy, beside=present)}
        return render(request, f"{FOLDER}/policy.html", context)

    def activate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What putting a policy in force will do; then the deed."""
        _team_only(request)
        policy = _get(pk)
        if request.method == "POST":
            services.activate_policy(policy, by=cast(User, request.user))
            text = _("The policy %(name)s is in force. All lists are being computed anew.")
            messages.success(request, text % {"name": policy.name})
            return redirect(LIST)
        present = active_policy()
        last = Refresh.objects.filter(state="done").order_by("-finished_at").first()
        context = {
            "policy": policy,
            "present": present,
            "rows": [row for row in told(policy, beside=present) if row[3]],
            "last": last,
            "comparison": _comparison_of(policy, present),
        }
        return render(request, f"{FOLDER}/activate.html", context)

    @staticmethod
    @require_POST
    def compare_view(request: HttpRequest) -> HttpResponse:
        """Have two policies compared; the page of the comparison shows how far it is."""
        _team_only(request)
        form = ComparisonForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Choose two policies that exist."))
            return redirect(LIST)
        try:
            comparison = services.ask_comparison(
                form.cleaned_data["first"],
                second=form.cleaned_data["second"],
                by=cast(User, request.user),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(LIST)
        return redirect("admin:policy_comparison", comparison.pk)

    @staticmethod
    @require_safe
    def comparison_view(request: HttpRequest, pk: int) -> HttpResponse:
        """Two policies side by side; or how far the computation is, until it is done."""
        _team_only(request)
        comparison = comparisons().filter(pk=pk).first()
        if comparison is None:
            raise Http404
        context = {
            "comparison": comparison,
            "compared": compared(comparison),
            "differing": [
                row for row in told(comparison.first, beside=comparison.second) if row[3]
            ],
            "earlier": comparisons()
            .filter(first__in=[comparison.first, comparison.second])
            .filter(second__in=[comparison.first, comparison.second])
            .exclude(pk=pk)[:5],
        }
        name = "_comparison" if is_fragment(request) else "comparison"
        return render(request, f"{FOLDER}/{name}.html", context)


def _team_only(request: HttpRequest) -> None:
    if not can_manage_policies(request.user):
        raise Http404


def _ask(request: HttpRequest, form: PolicyForm) -> HttpResponse:
    return render(request, f"{FOLDER}/new.html", {"form": form})


def _get(key: str | int) -> Policy:
    policy = all_policies().filter(pk=key).first() if str(key).isdecimal() else None
    if policy is None:
        raise Http404
    return policy


def _start(key: str) -> dict[str, Any]:
    """The values of the policy to start from, the name left to choose."""
    known = Policy.objects.filter(pk=key).first() if key.isdecimal() else None
    policy = known or active_policy() or Policy()
    return {name: getattr(policy, name) for name in PARAMETERS}


def _comparison_of(policy: Policy, present: Policy | None) -> PolicyComparison | None:
    """The latest comparison of the policy with the one in force."""
    both = [policy, present]
    found = comparisons().filter(first__in=both, second__in=both, state="done")
    newest: PolicyComparison | None = found.first() if present else None
    return newest
