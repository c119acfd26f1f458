"""Pages that show both floors, or none."""

from phare_platform.pages.public import (
    accessibility,
    csrf_failure,
    health,
    home,
    legal,
    not_found,
    privacy,
    rose,
    set_language,
    start,
)
from phare_platform.pages.territory import territory

__all__ = [
    "accessibility",
    "csrf_failure",
    "health",
    "home",
    "legal",
    "not_found",
    "privacy",
    "rose",
    "set_language",
    "start",
    "territory",
]
