"""Reading the trail; nobody edits it."""

from django.contrib import admin

from phare_platform.trace.models import Trace


@admin.register(Trace)
class TraceAdmin(admin.ModelAdmin[Trace]):
    """Search by deed; read only."""

    list_display = ["happened_at", "deed", "subject_type", "subject_id", "actor"]
    list_filter = ["deed"]
    list_select_related = ["actor"]
    list_per_page = 100

    def has_add_permission(self, request: object) -> bool:
        """Only services write here."""
        return False

    def has_change_permission(self, request: object, obj: Trace | None = None) -> bool:
        """A trace is never edited."""
        return False

    def has_delete_permission(self, request: object, obj: Trace | None = None) -> bool:
        """Nor deleted by hand."""
        return False
