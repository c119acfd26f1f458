"""The team's view of refreshes, introductions and digests: looked at, never edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partnerships.matching.models import Digest, Introduction, Refresh


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


@admin.register(Refresh)
class RefreshAdmin(ReadOnly):
    """Computations of everyone's list."""

    list_display = [
        "pk",
        "policy",
        "state",
        "started_at",
        "finished_at",
        "organisations_count",
        "with_suggestions_count",
        "pairs_count",
        "cpu_seconds",
    ]
    list_filter = ["state", "policy"]
    list_select_related = ["policy"]
    ordering = ["-started_at", "-pk"]


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
