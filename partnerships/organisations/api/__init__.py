"""The room in the API: organisations and what they declare."""

from typing import Any

from partnerships.organisations.api.views import OrganisationViewSet

ROUTES: list[tuple[str, Any, str]] = [("organisations", OrganisationViewSet, "organisation")]

__all__ = ["ROUTES", "OrganisationViewSet"]
