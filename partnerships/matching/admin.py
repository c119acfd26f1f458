"""The team's view of policies, refreshes, introductions and digests."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from partnerships.matching.models import (
    Digest,
    Introduction,
    Policy,
    Refresh,
    SuggestionAnswer,
    SuggestionList,
)
from phare_platform.lib.formats import ABSENT, decimal, percent

WEIGHTS = ["complementary", "shared", "resources", "proximity", "worlds", "modes"]


class ReadOnly(admin.ModelAdmin[Any]):
    """Looked at, never edited: these rows are written by services only."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Services write."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Services write."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Services write."""
        return False


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin[Policy]):
    """New policies are made here; one that has made a list is never changed again."""

    list_display = ["name", *WEIGHTS, "floor", "list_length", "is_active", "is_used", "created_at"]
    fields = ["name", *WEIGHTS, "floor", "list_length", "is_active", "created_at"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        """With whether each was used, in one query."""
        return (
            super()
            .get_queryset(request)
            .annotate(
                refreshed=Exists(Refresh.objects.filter(policy=OuterRef("pk"))),
                listed=Exists(SuggestionList.objects.filter(policy=OuterRef("pk"))),
                answered=Exists(SuggestionAnswer.objects.filter(policy=OuterRef("pk"))),
            )
            .order_by("-created_at", "-pk")
        )

    @admin.display(boolean=True)
    def is_used(self, policy: Any) -> bool:
        """True when a refresh, a list or an answer rests on it."""
        return bool(policy.refreshed or policy.listed or policy.answered)

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> list[str]:
        """Once used, only whether it is in force may change."""
        if obj is None or not self.is_used(obj):
            return ["created_at"]
        return ["name", *WEIGHTS, "floor", "list_length", "created_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """Only a policy that nothing rests on."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not self.is_used(obj))


@admin.register(Refresh)
class RefreshAdmin(ReadOnly):
    """Computations of everyone's list."""

    list_display = [
        "pk",
        "policy",
        "state",
        "progress",
        "started_at",
        "duration",
        "organisations_count",
        "with_suggestions_count",
        "pairs_count",
        "cpu_seconds",
    ]
    list_filter = ["state", "policy"]
    list_select_related = ["policy"]
    ordering = ["-started_at", "-pk"]

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, refresh: Refresh) -> str:
        """How many organisations are computed out of how many."""
        if not refresh.total_count:
            return ABSENT
        language = get_language() or "fr"
        share = percent(100 * refresh.done_count / refresh.total_count, language=language)
        done, total = (
            decimal(count, language=language) for count in (refresh.done_count, refresh.total_count)
        )
        return f"{share} ({done} / {total})"

    @admin.display(description=gettext_lazy("duration"))
    def duration(self, refresh: Refresh) -> str:
        """How long it took, or has been going on for."""
        ends = refresh.finished_at or timezone.now()
        seconds = (ends - refresh.started_at).total_seconds()
        return f"{decimal(seconds, language=get_language() or 'fr', places=1)} s"


@admin.register(Introduction)
class IntroductionAdmin(ReadOnly):
    """Who was introduced to whom; contacts are the two sides' own."""

    list_display = ["pk", "first", "second", "state", "opened_at", "expires_at", "answered_at"]
    list_filter = ["state"]
    list_select_related = ["first", "second"]
    search_fields = ["first__name", "second__name"]
    ordering = ["-opened_at", "-pk"]


@admin.register(Digest)
class DigestAdmin(ReadOnly):
    """What was told to whom, and when."""

    list_display = ["organisation", "slot", "created_at"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "slot"]
    ordering = ["-created_at", "-pk"]
