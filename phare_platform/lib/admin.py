"""What rooms share in the administration: rows that only services write."""

from typing import Any

from django.contrib import admin


class ReadOnly:
    """Nothing is added, changed or deleted by hand; for pages and for tables within them."""

    def has_add_permission(self, *_args: Any) -> bool:
        """Services write."""
        return False

    def has_change_permission(self, *_args: Any) -> bool:
        """Services write."""
        return False

    def has_delete_permission(self, *_args: Any) -> bool:
        """Services write."""
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin[Any]):
    """A page of many such rows."""

    list_per_page = 50
    show_full_result_count = False
