"""Register of the floor's endpoints: (prefix, viewset, name)."""

from typing import Any

from territories.fragilities.api import ROUTES as FRAGILITIES
from territories.places.api import ROUTES as PLACES

ROUTES: list[tuple[str, Any, str]] = [*PLACES, *FRAGILITIES]
