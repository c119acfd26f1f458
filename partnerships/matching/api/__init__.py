"""Suggestions and introductions in the API."""

from typing import Any

from partnerships.matching.api.fairness import FairnessViewSet
from partnerships.matching.api.introductions import IntroductionViewSet
from partnerships.matching.api.suggestions import SuggestionViewSet

ROUTES: list[tuple[str, Any, str]] = [
    (
        r"organisations/(?P<organisation_pk>[0-9]+)/suggestions",
        SuggestionViewSet,
        "organisation-suggestion",
    ),
    ("fairness", FairnessViewSet, "fairness"),
    ("introductions", IntroductionViewSet, "introduction"),
]
