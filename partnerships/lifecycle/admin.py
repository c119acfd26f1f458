"""The team's view of partnerships: read only, for every write is a service with its trace."""

from django.contrib import admin

from partnerships.lifecycle.models import (
    CheckPoint,
    Partner,
    Partnership,
    PartnershipEvent,
    PointAnswer,
)
from phare_platform.lib.admin import ReadOnly


class PartnerInline(ReadOnly, admin.TabularInline[Partner, Partnership]):
    """Who takes part, and since when."""

    model = Partner
    fields = ["organisation", "joined_at", "agreed_at", "left_at"]
    extra = 0


class PointInline(ReadOnly, admin.TabularInline[PointAnswer, Partnership]):
    """Where the checklist stands."""

    model = PointAnswer
    fields = ["point", "state", "evidence", "changed_by", "changed_at"]
    extra = 0


class EventInline(ReadOnly, admin.TabularInline[PartnershipEvent, Partnership]):
    """The story."""

    model = PartnershipEvent
    fields = ["happened_at", "kind", "actor", "on_behalf_of", "data"]
    ordering = ["-happened_at", "-pk"]
    extra = 0


@admin.register(Partnership)
class PartnershipAdmin(ReadOnly, admin.ModelAdmin[Partnership]):
    """Find a partnership and read its story; deeds are done on its page."""

    list_display = ["title", "place", "stage", "stage_since", "facilitator", "is_fictitious"]
    list_filter = ["stage", "end_reason", "decision", "is_fictitious"]
    list_select_related = ["place", "facilitator"]
    search_fields = ["title", "partners__organisation__name"]
    date_hierarchy = "opened_at"
    inlines = [PartnerInline, PointInline, EventInline]
    list_per_page = 50


@admin.register(CheckPoint)
class CheckPointAdmin(ReadOnly, admin.ModelAdmin[CheckPoint]):
    """The register's checklists, loaded from their file."""

    list_display = ["code", "stage", "label_fr", "done_when_fr"]
    list_filter = ["stage"]
    list_per_page = 50
