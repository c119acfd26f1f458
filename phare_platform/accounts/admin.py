"""The team's view of people."""

from django.contrib import admin

from phare_platform.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Grant the roles of facilitator and team; passwords are the person's own business."""

    list_display = ["email", "display_name", "language", "is_facilitator", "is_staff", "is_active"]
    list_filter = ["is_facilitator", "is_staff", "is_active", "language"]
    search_fields = ["email", "display_name"]
    fields = [
        "email",
        "display_name",
        "language",
        "is_facilitator",
        "is_staff",
        "is_active",
        "groups",
    ]
    list_per_page = 50

    def has_add_permission(self, request: object) -> bool:
        """People sign up themselves."""
        return False

    def has_delete_permission(self, request: object, obj: User | None = None) -> bool:
        """Erasing a person is a service of its own, never a click in a list."""
        return False
