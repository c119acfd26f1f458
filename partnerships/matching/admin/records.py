"""The team's view of refreshes, introductions and digests: looked at, never edited."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from partnerships.matching.models import Digest, Introduction, Refresh
from phare_platform.lib.admin import ReadOnlyAdmin
from phare_platform.lib.formats import ABSENT, decimal, percent


@admin.register(Refresh)
class RefreshAdmin(ReadOnlyAdmin):
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
class IntroductionAdmin(ReadOnlyAdmin):
    """Who was introduced to whom; contacts are the two sides' own."""

    list_display = ["pk", "first", "second", "state", "opened_at", "expires_at", "answered_at"]
    list_filter = ["state"]
    list_select_related = ["first", "second"]
    search_fields = ["first__name", "second__name"]
    ordering = ["-opened_at", "-pk"]


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    """What was told to whom, and when."""

    list_display = ["organisation", "slot", "created_at"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name", "slot"]
    ordering = ["-created_at", "-pk"]
